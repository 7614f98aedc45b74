// Finds the picked point inside its block and copies its working coordinates to the candidates. If every point lies on
// a centroid, it is the block's first; points of weight 0 are skipped, and the block has another. Only the chunk that
// contains the block is processed. One thread takes one candidate.

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
  let first = (picked - parameters.firstBlock) * MEASURE_BLOCK;
  var rest = picks[candidate];
  var greatest = -1.0;
  var chosen = NONE;
  for (var row = first; row < min(first + MEASURE_BLOCK, parameters.rows); row++) {
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
