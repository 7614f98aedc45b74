// Draws the candidates of one round of k-means‖: every point by itself, with probability `factor` × weight × squared
// distance to the candidates so far (B. Bahmani et al., PVLDB 5(7), 2012). Their row numbers are listed in `drawn`, in an
// order left to chance, after their number. One thread draws one point.

struct Parameters {
  firstRow: u32,
  rows: u32,
  firstPoint: u32,
  seed: u32,
  round: u32,
  factor: f32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> distances: array<f32>;
@group(0) @binding(3) var<storage, read_write> drawn: array<atomic<u32>>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let own = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (own >= parameters.rows) {
    return;
  }
  let row = parameters.firstRow + own;
//#if ${WEIGHTED}
  let probability = parameters.factor * (weights[row] * distances[row]);
//#else
  let probability = parameters.factor * distances[row];
//#endif
  let point = parameters.firstPoint + row;
  if (randomUnit(vec3<u32>(parameters.seed, parameters.round, point)) < probability) {
    atomicStore(&drawn[1u + atomicAdd(&drawn[0], 1u)], point);
  }
}
