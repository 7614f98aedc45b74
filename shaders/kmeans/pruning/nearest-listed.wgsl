// The nearest centroid of every point among those listed for its block (list-centroids.wgsl), of which the nearest of
// all is one. Scores, ties, labels and moves are those of nearest-centroid.wgsl, operation by operation. One workgroup
// takes one block, each thread QUADS times four points, which it keeps in registers if DIRECT; neighbouring threads have
// neighbouring points.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = workgroupIndex(invocation);
  if (index >= parameters.someBlocks || atomicLoad(&state[STATE_STOPPED]) != 0u) {
    return;
  }
  let block = parameters.firstBlock + index;
  let blocks = (parameters.rows + BLOCK - 1u) / BLOCK;
  let count = lists[block];
  if (count == 0u) {
    return;
  }
  let columns = parameters.columns;
  let first = block * columns * (BLOCK / 4u) + invocation.local;
//#if ${DIRECT}
  var x: array<vec4<f32>, QUADS * COLUMNS>;
  for (var q = 0u; q < QUADS; q++) {
    for (var column = 0u; column < COLUMNS; column++) {
      x[q * COLUMNS + column] = gathered[first + column * (BLOCK / 4u) + q * WORKGROUP_SIZE];
    }
  }
//#endif
  var nearest: array<vec4<u32>, QUADS>;
  var least: array<vec4<f32>, QUADS>;
  for (var q = 0u; q < QUADS; q++) {
    least[q] = vec4<f32>(3.4e38);
  }
  for (var i = 0u; i < count; i++) {
    var c = i;
    if (count <= LIST) {
      c = lists[(i + 1u) * blocks + block];
    }
    var score: array<vec4<f32>, QUADS>;
//#if ${DIRECT}
    for (var q = 0u; q < QUADS; q++) {
      score[q] = vec4<f32>();
    }
    for (var column = 0u; column < COLUMNS; column++) {
      let coordinate = packed[column * parameters.groups + c / 4u][c % 4u];
      for (var q = 0u; q < QUADS; q++) {
        let difference = x[q * COLUMNS + column] - coordinate;
        score[q] += difference * difference;
      }
    }
//#else
    let initial = halfNorms[c / 4u][c % 4u];
    for (var q = 0u; q < QUADS; q++) {
      score[q] = vec4<f32>(initial);
    }
    for (var column = 0u; column < columns; column++) {
      let coordinate = packed[column * parameters.groups + c / 4u][c % 4u];
      for (var q = 0u; q < QUADS; q++) {
        score[q] -= gathered[first + column * (BLOCK / 4u) + q * WORKGROUP_SIZE] * coordinate;
      }
    }
//#endif
    for (var q = 0u; q < QUADS; q++) {
      let closer = score[q] < least[q];
      least[q] = select(least[q], score[q], closer);
      nearest[q] = select(nearest[q], vec4<u32>(c), closer);
    }
  }
  let anew = atomicLoad(&state[STATE_ITERATIONS]) == 0u;
  for (var q = 0u; q < QUADS; q++) {
    for (var v = 0u; v < 4u; v++) {
      let place = block * BLOCK + 4u * (invocation.local + q * WORKGROUP_SIZE) + v;
      if (place >= parameters.rows) {
        return;
      }
      let row = order[place];
      let old = select(labels[row], NO_LABEL, anew);
      if (old != nearest[q][v]) {
        labels[row] = nearest[q][v];
        atomicAdd(&state[STATE_CHANGES], 1u);
        moves[atomicAdd(&state[STATE_MOVES + parameters.chunk], 1u)] = vec2<u32>(row, old);
      }
    }
  }
}
