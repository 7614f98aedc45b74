// Brings a batch together: rows of the points, scaled column by column, in `clean`, and what the network gets to see of
// them in `noisy`. ORDERED takes the rows that `order` names, else those from `first` on. GAUSSIAN adds normal noise of
// standard deviation `amount`, MASKING sets a share `amount` of the coordinates to 0 (P. Vincent and others, ICML 2008).
// One thread copies every lanes-th coordinate of a row: a division for each coordinate took five times as long.

struct Parameters {
  count: u32,
  columns: u32,
  lanes: u32,
  first: u32,
  amount: f32,
  seed: u32,
  step: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> mean: array<f32>;
@group(0) @binding(4) var<storage, read> factor: array<f32>;
@group(0) @binding(5) var<storage, read_write> clean: array<f32>;
@group(0) @binding(6) var<storage, read_write> noisy: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  let lanes = parameters.lanes;
  if (index >= parameters.count * lanes) {
    return;
  }
  let columns = parameters.columns;
  let taken = index / lanes;
//#if ${ORDERED}
  let row = order[parameters.first + taken];
//#else
  let row = parameters.first + taken;
//#endif
  for (var column = index % lanes; column < columns; column += lanes) {
    let at = taken * columns + column;
    let x = (points[row * columns + column] - mean[column]) * factor[column];
    clean[at] = x;
//#if ${GAUSSIAN}
    noisy[at] = x + parameters.amount * randomNormal(vec3<u32>(at, parameters.step, parameters.seed));
//#elif ${MASKING}
    noisy[at] = select(x, 0.0, randomUnit(vec3<u32>(at, parameters.step, parameters.seed)) < parameters.amount);
//#endif
  }
}
