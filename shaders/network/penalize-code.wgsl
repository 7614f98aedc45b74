// The penalty of a sparse code, λ Σ|a| of each row, and with GRADIENT its gradient, λ sign(a) times `scale`, added to the
// gradient that came back from the decoder. One thread takes one row.

struct Parameters {
  rows: u32,
  columns: u32,
  sparsity: f32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> code: array<f32>;
@group(0) @binding(2) var<storage, read_write> penalties: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradient: array<f32>;

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
  var sum = 0.0;
  for (var i = row * parameters.columns; i < (row + 1u) * parameters.columns; i++) {
    sum += abs(code[i]);
//#if ${GRADIENT}
    gradient[i] += parameters.scale * parameters.sparsity * sign(code[i]);
//#endif
  }
  penalties[row] = parameters.sparsity * sum;
}
