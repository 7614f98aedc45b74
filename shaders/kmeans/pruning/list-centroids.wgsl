// The centroids that can be the nearest of some point of a block, by the triangle inequality: with the block's mean m
// and radius r, and the least distance e of a centroid from m, no point is farther than e + r from that centroid, and
// none is nearer than d − r to one at distance d from m. Only those with d ≤ e + 2r are listed, by ascending index; the
// others are in no case among the nearest.
//
// Rounding: where nearest-listed finds a score, half a square, its error is at most g·s², with s the sum of |x| and |c|
// (or of |x − c| alone if DIRECT) and g below (columns + 8)·2⁻²², 4 times what `columns` additions and products have.
// If two distances A > B differ by t·s, t² = 4g, then A² − B² ≥ (A − B)² > 2·(the errors of both), so that the order of
// the scores is that of the distances. s is at most r + d, or 2|m| + r + d; hence the limit below, which also covers
// that d, r and |m| are rounded, and by its last term that squares underflow.
//
// A block is to be searched, with `lists[block]` centroids, if its list or a centroid of the list is not the same, bit
// by bit, as in the last iteration, with the centroids `former`; otherwise (0) no label can change. Above
// LIST centroids, all are searched. The number of distances to be found is added to the 64 bits of `tally`. One thread lists
// for one block.

//#if ${DIRECT}
var<private> center: array<f32, COLUMNS>;
//#endif

// Squared distances of a block's mean from a group of four centroids.
fn squaresTo(block: u32, blocks: u32, group: u32) -> vec4<f32> {
  var sum = vec4<f32>();
//#if ${DIRECT}
  for (var column = 0u; column < COLUMNS; column++) {
    let difference = center[column] - packed[column * parameters.groups + group];
    sum += difference * difference;
  }
//#else
  for (var column = 0u; column < parameters.columns; column++) {
    let difference = balls[column * blocks + block] - packed[column * parameters.groups + group];
    sum += difference * difference;
  }
//#endif
  return sum;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let block = invocationIndex(invocation);
  let blocks = (parameters.rows + BLOCK - 1u) / BLOCK;
  if (block >= blocks || state[STATE_STOPPED] != 0u) {
    return;
  }
  let columns = parameters.columns;
//#if ${DIRECT}
  for (var column = 0u; column < COLUMNS; column++) {
    center[column] = balls[column * blocks + block];
  }
//#endif
  var squares = vec4<f32>(3.4e38);
  for (var group = 0u; group < parameters.groups; group++) {
    squares = min(squares, squaresTo(block, blocks, group));
  }
  let least = min(min(squares.x, squares.y), min(squares.z, squares.w));
  let radius = balls[columns * blocks + block];
  let share = sqrt(f32(columns + 8u) / 1048576.0);
  var scope = radius;
//#if ${DIRECT}
//#else
  scope += 2.0 * balls[(columns + 1u) * blocks + block];
//#endif
  let limit = (sqrt(least) + 2.0 * radius + share * scope) / (1.0 - share) + 1e-15;
  var changed = parameters.anew != 0u || state[STATE_ITERATIONS] == 0u;
  var count = 0u;
  for (var group = 0u; group < parameters.groups; group++) {
    squares = squaresTo(block, blocks, group);
    if (all(squares > vec4<f32>(limit * limit))) {
      continue;
    }
    for (var v = 0u; v < 4u; v++) {
      let c = 4u * group + v;
      if (squares[v] > limit * limit || c >= parameters.centroidCount) {
        continue;
      }
      count++;
      if (count <= LIST) {
        let at = count * blocks + block;
        changed = changed || lists[at] != c;
        lists[at] = c;
        for (var column = 0u; column < columns && !changed; column++) {
          let place = column * parameters.groups + group;
          changed = packed[place][v] != former[place][v];
        }
      }
    }
  }
  let isLong = count > LIST;
  let end = (min(count, LIST) + 1u) * blocks + block;
  changed = changed || isLong || lists[end] != NONE;
  lists[end] = select(NONE, 0u, isLong);
  count = select(select(0u, count, changed), parameters.centroidCount, isLong);
  lists[block] = count;
  let found = count * min(BLOCK, parameters.rows - block * BLOCK);
  let before = atomicAdd(&tally[0], found);
  if (before + found < before) {
    atomicAdd(&tally[1], 1u);
  }
}
