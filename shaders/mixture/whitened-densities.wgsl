// The log densities of components, log(π |W|) − ‖y‖² / 2 plus a constant, from whitened points y = W (x − μ). They come
// as W (x − m), where m is μ rounded to float32, and the offset W (m − μ) is added here. One thread takes one point and
// component; neighbours have neighbouring points.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.components * parameters.rows) {
    return;
  }
  let component = parameters.firstComponent + index / parameters.rows;
  var square = 0.0;
  for (var column = 0u; column < parameters.columns; column++) {
    let y = whitened[index * parameters.width + column] + offsets[component * parameters.columns + column];
    square += y * y;
  }
  densities[parameters.firstComponent * parameters.rows + index] = constants[component] - 0.5 * min(square, 1e37);
}
