// The KEPT nearest points of each query, by measure and then by row, in ascending order, added to those of earlier chunks;
// with AFTER only such as come after `floors`, the last of an earlier pass. A thread searches for a tile of queries: first
// the block of queries it belongs to, which gives a bound, then the tree.

var<private> found: array<vec2<u32>, TILE * KEPT>;
// What comes after the last entry of all lists is in none of them.
var<private> last: vec2<u32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let firstQuery = tileOf(invocation);
  if (firstQuery == NONE) {
    return;
  }
  loadTile(firstQuery);
  for (var slot = 0u; slot < TILE; slot++) {
    let row = min(firstQuery + slot, parameters.queries - 1u);
    for (var at = 0u; at < KEPT; at++) {
      found[slot * KEPT + at] = nearest[row * parameters.kept + at];
    }
  }
  findLast();
  // Rows of the tree that are not searched again.
  var blockFirst = 0u;
  var blockEnd = 0u;
  if (parameters.firstQuery == parameters.firstPoint) {
    blockFirst = firstQuery / BLOCK * BLOCK;
    blockEnd = min(blockFirst + BLOCK, parameters.rows);
    for (var at = blockFirst; at < blockEnd; at++) {
      consider(firstQuery, at);
    }
    findLast();
  }
  var cursor = Cursor(parameters.top, 0u);
  while (!isOver(cursor)) {
    let first = cursor.index * rowsBelow(cursor.level);
    let bound = bitcast<u32>(leastMeasure(levels[cursor.level] + cursor.index));
    let hopeless = !isBefore(vec2(bound, parameters.firstPoint + first), last);
    let done = first >= blockFirst && min(first + rowsBelow(cursor.level), parameters.rows) <= blockEnd;
    if (!hopeless && !done) {
      if (cursor.level > 0u) {
        cursor = firstChild(cursor);
        continue;
      }
      for (var at = first; at < min(first + LEAF, parameters.rows); at++) {
        consider(firstQuery, at);
      }
      findLast();
    }
    cursor = behind(cursor);
  }
  for (var slot = 0u; slot < TILE; slot++) {
    if (firstQuery + slot < parameters.queries) {
      for (var at = 0u; at < KEPT; at++) {
        nearest[(firstQuery + slot) * parameters.kept + at] = found[slot * KEPT + at];
      }
    }
  }
}

// Measures are not negative, so that their bits are in their order.
fn isBefore(a: vec2<u32>, b: vec2<u32>) -> bool {
  return a.x < b.x || (a.x == b.x && a.y < b.y);
}

fn findLast() {
  last = found[KEPT - 1u];
  for (var slot = 1u; slot < TILE; slot++) {
    let other = found[slot * KEPT + KEPT - 1u];
    if (isBefore(last, other)) {
      last = other;
    }
  }
}

fn consider(firstQuery: u32, at: u32) {
  loadPoint(at);
  for (var slot = 0u; slot < TILE; slot++) {
    let one = vec2(bitcast<u32>(measureOf(slot)), parameters.firstPoint + at);
    let lastOwn = slot * KEPT + KEPT - 1u;
    if (!isBefore(one, found[lastOwn])) {
      continue;
    }
//#if ${AFTER}
    if (!isBefore(floors[min(firstQuery + slot, parameters.queries - 1u)], one)) {
      continue;
    }
//#endif
    var place = lastOwn;
    while (place > slot * KEPT && isBefore(one, found[max(place, 1u) - 1u])) {
      found[place] = found[place - 1u];
      place--;
    }
    found[place] = one;
  }
}
