// Lowest label among the labelled points within a limit of each query that has none, and NONE without one. One thread
// searches for one query.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let row = queryOf(invocation);
  if (row == NONE || labels[parameters.firstQuery + row] != NONE) {
    return;
  }
  loadQuery(row);
  var lowest = reached[row];
  var cursor = Cursor(parameters.top, 0u);
  while (!isOver(cursor)) {
    if (leastMeasure(row / LEAF, levels[cursor.level] + cursor.index) <= parameters.limit) {
      if (cursor.level > 0u) {
        cursor = firstChild(cursor);
        continue;
      }
      let first = cursor.index * LEAF;
      for (var at = first; at < min(first + LEAF, parameters.rows); at++) {
        let label = labels[parameters.firstPoint + at];
        if (label < lowest && measureTo(at) <= parameters.limit) {
          lowest = label;
        }
      }
    }
    cursor = behind(cursor);
  }
  reached[row] = lowest;
}
