// Number (WEIGHTED: weight) of the points within a limit of each query, itself included, added to what was counted before.
// A thread stops once it has `enough`. One thread counts for one query; a node within the limit of the whole leaf is
// counted as a whole.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let row = queryOf(invocation);
  if (row == NONE) {
    return;
  }
  loadQuery(row);
  var count = counts[row];
  var cursor = Cursor(parameters.top, 0u);
  while (!isOver(cursor) && count < parameters.enough) {
    let node = levels[cursor.level] + cursor.index;
    if (leastMeasure(row / LEAF, node) <= parameters.limit) {
      let within = greatestMeasure(row / LEAF, node) <= parameters.limit;
      if (!within && cursor.level > 0u) {
        cursor = firstChild(cursor);
        continue;
      }
      let first = cursor.index * rowsBelow(cursor.level);
      let end = min(first + rowsBelow(cursor.level), parameters.rows);
      if (within) {
//#if ${WEIGHTED}
        count += nodes[placeOf(node) + 2u * COLUMNS + 1u];
//#else
        count += f32(end - first);
//#endif
      } else {
        for (var at = first; at < end; at++) {
//#if ${WEIGHTED}
          count += select(0.0, weights[at], measureTo(at) <= parameters.limit);
//#else
          count += select(0.0, 1.0, measureTo(at) <= parameters.limit);
//#endif
        }
      }
    }
    cursor = behind(cursor);
  }
  counts[row] = count;
}
