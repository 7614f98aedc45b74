// What the potential Σ w·min(D², ‖x − candidate‖²) would become with each candidate, per block of points: the greedy
// step of k-means++ takes the best of several candidates. One thread takes one candidate and one of
// the chunk's blocks `begin` … `end` − 1.

struct Parameters {
  firstBlock: u32,
  begin: u32,
  end: u32,
  allBlocks: u32,
  rows: u32,
  columns: u32,
  candidateCount: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read> shift: array<f32>;
@group(0) @binding(4) var<storage, read> distances: array<f32>;
@group(0) @binding(5) var<storage, read> candidates: array<f32>;
@group(0) @binding(6) var<storage, read_write> potentials: array<f32>;

const BLOCK = 32u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  let blockCount = parameters.end - parameters.begin;
  if (index >= blockCount * parameters.candidateCount) {
    return;
  }
  let block = parameters.begin + index % blockCount;
  let candidate = index / blockCount;
  let columns = parameters.columns;
  var sum = 0.0;
  for (var row = block * BLOCK; row < min((block + 1u) * BLOCK, parameters.rows); row++) {
    var distance = 0.0;
    for (var column = 0u; column < columns; column++) {
      let x = (points[row * columns + column] - shift[column]) * parameters.scale;
      let difference = x - candidates[candidate * columns + column];
      distance += difference * difference;
    }
    let least = min(distances[row], distance);
//#if ${WEIGHTED}
    sum += weights[row] * least;
//#else
    sum += least;
//#endif
  }
  potentials[candidate * parameters.allBlocks + parameters.firstBlock + block] = sum;
}
