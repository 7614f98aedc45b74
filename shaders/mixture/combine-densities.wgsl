// The log density of every point of a tile in the mixture, log Σ exp(l) = max l + log Σ exp(l − max l), its most
// probable component, the lowest among equals, and its responsibilities w exp(l − log Σ exp(l)), which replace the log
// densities l of the components. The sum is kept relative to the largest term so far, in registers (M. Milakov and
// N. Gimelshein, "Online normalizer calculation for softmax", 2018). One thread takes one point; neighbours have
// neighbouring points.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let point = invocationIndex(invocation);
  if (point >= parameters.rows) {
    return;
  }
  var largest = densities[point];
  var sum = 1.0;
  var label = 0u;
  for (var component = 1u; component < parameters.components; component++) {
    let density = densities[component * parameters.rows + point];
    let ratio = exp(-abs(density - largest));
    if (density > largest) {
      sum = sum * ratio + 1.0;
      largest = density;
      label = component;
    } else {
      sum += ratio;
    }
  }
  let row = parameters.firstRow + point;
  logDensities[row] = vec2<f32>(largest, log(sum));
  labels[row] = label;
//#if ${WEIGHTED}
  let weight = weights[row] / sum;
//#else
  let weight = 1.0 / sum;
//#endif
  for (var component = 0u; component < parameters.components; component++) {
    let at = component * parameters.rows + point;
    densities[at] = weight * exp(densities[at] - largest);
  }
}
