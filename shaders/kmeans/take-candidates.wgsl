// Finds the picked point inside its block, by weight × squared distance to the centroids so far, and copies its working
// coordinates to the candidates; with `farthest` the farthest point. If every point lies on a centroid, it is the
// block's first; points of weight 0 are skipped, and without others the former candidate stays. The latest centroid, row
// `latest` of the candidates, is not yet in `distances`, and in round 1 there is no other. Only the chunk that contains
// the block is processed. One workgroup takes one candidate.

var<workgroup> shares: array<f32, SEED_BLOCK>;
var<workgroup> chosen: u32;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let picked = pickedBlocks[workgroup.x];
  if (picked < parameters.firstBlock || picked >= parameters.firstBlock + parameters.blockCount) {
    return;
  }
  let columns = parameters.columns;
  let stride = (columns + 3u) / 4u * 4u;
  let first = (picked - parameters.firstBlock) * SEED_BLOCK;
  for (var i = local; i < SEED_BLOCK; i += WORKGROUP_SIZE) {
    let row = min(first + i, parameters.rows - 1u);
    var share = 0.0;
    for (var column = 0u; column < columns; column++) {
      let x = (points[row * columns + column] - shift[column]) * parameters.scale;
      let difference = x - candidates[parameters.latest * stride + column];
      share += difference * difference;
    }
    if (parameters.round > 1u) {
      share = min(share, distances[row]);
    }
//#if ${WEIGHTED}
    share = select(-1.0, share * select(weights[row], 1.0, parameters.farthest != 0u), weights[row] > 0.0);
//#endif
    shares[i] = select(-1.0, share, first + i < parameters.rows);
  }
  workgroupBarrier();
  if (local == 0u) {
    var rest = picks[workgroup.x];
    var greatest = -0.5;
    chosen = NONE;
    for (var i = 0u; i < SEED_BLOCK; i++) {
      let share = shares[i];
      // The first of positive weight, and then all of a positive share.
      if (share > greatest) {
        chosen = i;
        if (parameters.farthest != 0u) {
          greatest = share;
          continue;
        }
        greatest = 0.0;
        if (rest < share) {
          break;
        }
        rest -= share;
      }
    }
  }
  workgroupBarrier();
  for (var column = local; column < columns && chosen != NONE; column += WORKGROUP_SIZE) {
    let x = (points[(first + chosen) * columns + column] - shift[column]) * parameters.scale;
    candidates[workgroup.x * stride + column] = x;
  }
}
