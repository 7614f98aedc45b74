// The KEPT nearest points of each query, by measure and then by row, in ascending order, added to those of earlier chunks;
// with AFTER only such as come after `floors`, the last of an earlier pass. A thread searches for a tile of queries, from
// their leaf outwards.

// The bits of the largest float.
const LARGEST = 0x7f7fffffu;
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
  beginAt(firstQuery, parameters.firstQuery == parameters.firstPoint);
  while (cursor.level != NONE) {
    // The way to the next leaf and its rows are two loops, so that threads side by side go through rows at the same time.
    var leaf = NONE;
    while (leaf == NONE && cursor.level != NONE) {
      let first = cursor.index * rowsBelow(cursor.level);
      let bound = bitcast<u32>(leastMeasure(levels[cursor.level] + cursor.index));
      if (isBefore(vec2(bound, parameters.firstPoint + first), last)) {
        if (cursor.level > 0u) {
          cursor = firstChild(cursor);
          continue;
        }
        leaf = cursor.index;
      }
      goOn(bitcast<f32>(min(last.x, LARGEST)), false);
    }
    if (leaf != NONE) {
      for (var at = LEAF * leaf; at < min(LEAF * leaf + LEAF, parameters.rows); at++) {
        consider(firstQuery, at);
      }
      findLast();
    }
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
    insert(slot * KEPT, one);
  }
}

// Inserts into a list what comes before its last. All threads go through all of it, at the same places.
fn insert(first: u32, one: vec2<u32>) {
  var isHere = true;
  for (var back = 1u; back < KEPT; back++) {
    let at = first + KEPT - back;
    let other = found[at - 1u];
    let isFurther = isBefore(one, other);
    found[at] = select(select(found[at], one, isHere), other, isFurther);
    isHere = isFurther;
  }
  found[first] = select(found[first], one, isHere);
}
