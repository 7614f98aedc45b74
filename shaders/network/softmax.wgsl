// The softmax of each row, in place, with its largest element subtracted so that nothing overflows. One thread takes one
// row. GRADIENT is its chain rule: gradient ← p ⊙ (gradient − ⟨gradient, p⟩) with the results p in `outputs`.

struct Parameters {
  rows: u32,
  columns: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> outputs: array<f32>;
@group(0) @binding(2) var<storage, read_write> values: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let row = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
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
