// Number (WEIGHTED: weight) of the points within a limit of each query, itself included, added to what was counted before.
// A thread counts for a tile of queries, and stops once all have `enough`; a node within the limit of the whole tile is
// counted as a whole.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let firstQuery = tileOf(invocation);
  if (firstQuery == NONE) {
    return;
  }
  loadTile(firstQuery);
  var own: array<f32, TILE>;
  for (var slot = 0u; slot < TILE; slot++) {
    own[slot] = counts[min(firstQuery + slot, parameters.queries - 1u)];
  }
  var cursor = Cursor(parameters.top, 0u);
  while (!isOver(cursor)) {
    let node = levels[cursor.level] + cursor.index;
    if (leastMeasure(node) <= parameters.limit) {
      let within = greatestMeasure(node) <= parameters.limit;
      if (!within && cursor.level > 0u) {
        cursor = firstChild(cursor);
        continue;
      }
      let first = cursor.index * rowsBelow(cursor.level);
      let end = min(first + rowsBelow(cursor.level), parameters.rows);
      if (within) {
//#if ${WEIGHTED}
        let weight = nodes[placeOf(node) + 2u * COLUMNS + 1u];
//#else
        let weight = f32(end - first);
//#endif
        for (var slot = 0u; slot < TILE; slot++) {
          own[slot] += weight;
        }
      } else {
        for (var at = first; at < end; at++) {
          loadPoint(at);
//#if ${WEIGHTED}
          let weight = weights[at];
//#else
          let weight = 1.0;
//#endif
          for (var slot = 0u; slot < TILE; slot++) {
            own[slot] += select(0.0, weight, measureOf(slot) <= parameters.limit);
          }
        }
      }
      var lowest = own[0];
      for (var slot = 1u; slot < TILE; slot++) {
        lowest = min(lowest, own[slot]);
      }
      if (lowest >= parameters.enough) {
        break;
      }
    }
    cursor = behind(cursor);
  }
  for (var slot = 0u; slot < TILE; slot++) {
    if (firstQuery + slot < parameters.queries) {
      counts[firstQuery + slot] = own[slot];
    }
  }
}
