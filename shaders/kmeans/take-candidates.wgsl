// Finds the picked point inside its block and copies its working coordinates to the candidates. Where every point lies on
// a centroid that is the block's first; points of weight 0 are passed over, and the block has another. Only the chunk that
// holds the block has something to do. One thread takes one candidate.

struct Parameters {
  firstBlock: u32,
  blockCount: u32,
  rows: u32,
  columns: u32,
  candidateCount: u32,
  farthest: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read> shift: array<f32>;
@group(0) @binding(4) var<storage, read> distances: array<f32>;
@group(0) @binding(5) var<storage, read> picks: array<f32>;
@group(0) @binding(6) var<storage, read> pickedBlocks: array<u32>;
@group(0) @binding(7) var<storage, read_write> candidates: array<f32>;

const BLOCK = 32u;
const NONE = 0xffffffffu;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let candidate = id.x;
  if (candidate >= parameters.candidateCount) {
    return;
  }
  let picked = pickedBlocks[candidate];
  if (picked < parameters.firstBlock || picked >= parameters.firstBlock + parameters.blockCount) {
    return;
  }
  let first = (picked - parameters.firstBlock) * BLOCK;
  var rest = picks[candidate];
  var greatest = -1.0;
  var chosen = NONE;
  for (var row = first; row < min(first + BLOCK, parameters.rows); row++) {
    var value = distances[row];
//#if ${WEIGHTED}
    if (weights[row] == 0.0) {
      continue;
    }
    value *= select(weights[row], 1.0, parameters.farthest != 0u);
//#endif
    if (chosen == NONE) {
      chosen = row;
    }
    if (parameters.farthest != 0u) {
      if (value > greatest) {
        greatest = value;
        chosen = row;
      }
    } else if (value > 0.0) {
      chosen = row;
      if (rest < value) {
        break;
      }
      rest -= value;
    }
  }
  for (var column = 0u; column < parameters.columns; column++) {
    let x = (points[chosen * parameters.columns + column] - shift[column]) * parameters.scale;
    candidates[candidate * parameters.columns + column] = x;
  }
}
