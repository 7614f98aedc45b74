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
  beginAt(firstQuery, parameters.firstQuery == parameters.firstPoint);
  while (cursor.level != NONE) {
    // The way to the next leaf and its rows are two loops, so that threads side by side go through rows at the same time.
    var leaf = NONE;
    while (leaf == NONE && cursor.level != NONE) {
      let node = levels[cursor.level] + cursor.index;
      if (leastMeasure(node) <= parameters.limit) {
        if (greatestMeasure(node) <= parameters.limit) {
//#if ${WEIGHTED}
          let weight = nodes[placeOf(node) + 2u * COLUMNS + 1u];
//#else
          let first = cursor.index * rowsBelow(cursor.level);
          let weight = f32(min(rowsBelow(cursor.level), parameters.rows - first));
//#endif
          for (var slot = 0u; slot < TILE; slot++) {
            own[slot] += weight;
          }
        } else if (cursor.level > 0u) {
          cursor = firstChild(cursor);
          continue;
        } else {
          leaf = cursor.index;
        }
      }
      goOn(parameters.limit, false);
    }
    if (leaf != NONE) {
      for (var at = LEAF * leaf; at < min(LEAF * leaf + LEAF, parameters.rows); at++) {
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
  for (var slot = 0u; slot < TILE; slot++) {
    if (firstQuery + slot < parameters.queries) {
      counts[firstQuery + slot] = own[slot];
    }
  }
}
