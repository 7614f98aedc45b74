// The KEPT nearest points of each query, by measure and then by row, in ascending order, added to those of earlier chunks;
// with AFTER only such as come after `floors`, the last of an earlier pass. One thread searches for one query: first the
// block of queries it belongs to, which gives a bound, then the tree.

var<private> found: array<vec2<u32>, KEPT>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let row = queryOf(invocation);
  if (row == NONE) {
    return;
  }
  loadQuery(row);
  for (var at = 0u; at < KEPT; at++) {
    found[at] = nearest[row * parameters.kept + at];
  }
  // Rows of the tree that are not searched again.
  var blockFirst = 0u;
  var blockEnd = 0u;
  if (parameters.firstQuery == parameters.firstPoint) {
    blockFirst = row / BLOCK * BLOCK;
    blockEnd = min(blockFirst + BLOCK, parameters.rows);
    for (var at = blockFirst; at < blockEnd; at++) {
      consider(row, at);
    }
  }
  var cursor = Cursor(parameters.top, 0u);
  while (!isOver(cursor)) {
    let first = cursor.index * rowsBelow(cursor.level);
    let least = leastMeasure(levels[cursor.level] + cursor.index);
    let last = found[KEPT - 1u];
    let hopeless = !isBefore(vec2(bitcast<u32>(least), parameters.firstPoint + first), last);
    let done = first >= blockFirst && min(first + rowsBelow(cursor.level), parameters.rows) <= blockEnd;
    if (!hopeless && !done) {
      if (cursor.level > 0u) {
        cursor = firstChild(cursor);
        continue;
      }
      for (var at = first; at < min(first + LEAF, parameters.rows); at++) {
        consider(row, at);
      }
    }
    cursor = behind(cursor);
  }
  for (var at = 0u; at < KEPT; at++) {
    nearest[row * parameters.kept + at] = found[at];
  }
}

// Measures are not negative, so that their bits are in their order.
fn isBefore(a: vec2<u32>, b: vec2<u32>) -> bool {
  return a.x < b.x || (a.x == b.x && a.y < b.y);
}

fn consider(row: u32, at: u32) {
  let one = vec2(bitcast<u32>(measureTo(at)), parameters.firstPoint + at);
//#if ${AFTER}
  if (!isBefore(floors[row], one)) {
    return;
  }
//#endif
  if (!isBefore(one, found[KEPT - 1u])) {
    return;
  }
  var place = KEPT - 1u;
  while (place > 0u && isBefore(one, found[max(place, 1u) - 1u])) {
    found[place] = found[place - 1u];
    place--;
  }
  found[place] = one;
}
