// Lowest label among the labelled points within a limit of each query that has none, and NONE without one. A thread
// searches for a tile of queries, unless all have one, past nodes that have no lower label.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let firstQuery = tileOf(invocation);
  if (firstQuery == NONE) {
    return;
  }
  // What a label must be below; nothing is below the 0 of queries that have one.
  var lowest: array<u32, TILE>;
  var highest = 0u;
  for (var slot = 0u; slot < TILE; slot++) {
    let row = min(firstQuery + slot, parameters.queries - 1u);
    lowest[slot] = select(0u, reached[row], labels[parameters.firstQuery + row] == NONE);
    highest = max(highest, lowest[slot]);
  }
  if (highest == 0u) {
    return;
  }
  loadTile(firstQuery);
  var cursor = Cursor(parameters.top, 0u);
  while (!isOver(cursor)) {
    let node = levels[cursor.level] + cursor.index;
    let only = levels[parameters.top + 2u + node];
    let isLower = only != EMPTY && (only == NONE || only < highest);
    if (isLower && leastMeasure(node) <= parameters.limit) {
      if (cursor.level > 0u) {
        cursor = firstChild(cursor);
        continue;
      }
      let first = cursor.index * LEAF;
      for (var at = first; at < min(first + LEAF, parameters.rows); at++) {
        let label = labels[parameters.firstPoint + at];
        if (label >= highest) {
          continue;
        }
        loadPoint(at);
        for (var slot = 0u; slot < TILE; slot++) {
          if (label < lowest[slot] && measureOf(slot) <= parameters.limit) {
            lowest[slot] = label;
          }
        }
        highest = lowest[0];
        for (var slot = 1u; slot < TILE; slot++) {
          highest = max(highest, lowest[slot]);
        }
      }
    }
    cursor = behind(cursor);
  }
  for (var slot = 0u; slot < TILE; slot++) {
    let row = firstQuery + slot;
    if (row < parameters.queries && labels[parameters.firstQuery + row] == NONE) {
      reached[row] = lowest[slot];
    }
  }
}
