// The softmax of each row, in place, with its largest element subtracted so that nothing overflows. One thread takes
// one row. GRADIENT computes the chain rule: gradient ← p ⊙ (gradient − ⟨gradient, p⟩) with the results p in `outputs`.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let row = invocationIndex(invocation);
  if (row >= parameters.rows) {
    return;
  }
  let first = row * parameters.columns;
  let end = first + parameters.columns;
  var sum = 0.0;
//#if ${GRADIENT}
  for (var i = first; i < end; i++) {
    sum += values[i] * outputs[i];
  }
  for (var i = first; i < end; i++) {
    values[i] = outputs[i] * (values[i] - sum);
  }
//#else
  var most = values[first];
  for (var i = first; i < end; i++) {
    most = max(most, values[i]);
  }
  for (var i = first; i < end; i++) {
    let e = exp(values[i] - most);
    values[i] = e;
    sum += e;
  }
  for (var i = first; i < end; i++) {
    values[i] /= sum;
  }
//#endif
}
