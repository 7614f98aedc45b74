// The penalty of a sparse code, λ Σ|a| of each row, and with GRADIENT its gradient, λ sign(a) times `scale`, added to
// the gradient from the decoder. One thread takes one row.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let row = invocationIndex(invocation);
  if (row >= parameters.rows) {
    return;
  }
  var sum = 0.0;
  for (var i = row * parameters.columns; i < (row + 1u) * parameters.columns; i++) {
    sum += abs(code[i]);
//#if ${GRADIENT}
    gradient[i] += parameters.scale * parameters.sparsity * sign(code[i]);
//#endif
  }
  penalties[row] = parameters.sparsity * sum;
}
