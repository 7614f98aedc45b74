// For few columns: a point whitened by one component, y = W (x − m) + W (m − μ), and its log density in the component, log(π
// |W|) − ‖y‖² / 2 plus a constant. A record of a component has the means m, the offsets W (m − μ), the rows of W up to its
// diagonal, or with DIAGONAL the diagonal alone, and in its last place the constant. Sums are written with fma, so that no
// compiler has a choice: kernels that whiten a point again find the same density.

const RECORD = 4u * VECTORS;

struct Whitened {
  y: array<f32, COLUMNS>,
  density: f32,
}

fn whiten(record: array<f32, RECORD>, x: array<f32, COLUMNS>) -> Whitened {
  var whitened: Whitened;
  var square = 0.0;
  for (var i = 0u; i < COLUMNS; i++) {
    var sum = record[COLUMNS + i];
//#if ${DIAGONAL}
    sum = fma(x[i] - record[i], record[2u * COLUMNS + i], sum);
//#else
    for (var j = 0u; j < COLUMNS; j++) {
      if (j <= i) {
        sum = fma(x[j] - record[j], record[2u * COLUMNS + i * (i + 1u) / 2u + j], sum);
      }
    }
//#endif
    whitened.y[i] = sum;
    square = fma(sum, sum, square);
  }
  whitened.density = fma(-0.5, min(square, 1e37), record[RECORD - 1u]);
  return whitened;
}
