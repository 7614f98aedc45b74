// Unites the sets of core points that are neighbours, in a forest of parents that only fall: a root is hooked under a lower
// one by compare-and-exchange (Jaiganesh and Burtscher, "A high-performance connected components implementation for
// GPUs", HPDC 2018, ECL-CC), so no thread waits for another. One thread joins one core point with those before it.
//
// The cores of a tight node are neighbours of one another: each is joined with the one before it, and others need to be
// joined with only one of them.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let row = queryOf(invocation);
  if (row == NONE) {
    return;
  }
  let own = parameters.firstQuery + row;
  if (atomicLoad(&parents[own]) == NONE) {
    return;
  }
  loadQuery(row);
  var root = own;
  // The first row that is not searched: of other chunks none, of the own one that of the query, or of the largest tight
  // node around it.
  var last = parameters.rows;
  if (parameters.firstQuery == parameters.firstPoint) {
    last = row;
    for (var level = 0u; level <= parameters.top; level++) {
      let index = row / rowsBelow(level);
      if (!isTight(levels[level] + index)) {
        break;
      }
      last = index * rowsBelow(level);
    }
    for (var at = own; at > own - row + last; at--) {
      if (atomicLoad(&parents[at - 1u]) != NONE) {
        root = unite(root, at - 1u);
        break;
      }
    }
  }
  var cursor = Cursor(parameters.top, 0u);
  var tight = cursor;
  var tightEnd = 0u;
  while (!isOver(cursor)) {
    let first = cursor.index * rowsBelow(cursor.level);
    if (first >= last) {
      break;
    }
    let node = levels[cursor.level] + cursor.index;
    if (leastMeasure(row / LEAF, node) <= parameters.limit) {
      if (first >= tightEnd && isTight(node)) {
        tight = cursor;
        tightEnd = first + rowsBelow(cursor.level);
      }
      if (cursor.level > 0u) {
        cursor = firstChild(cursor);
        continue;
      }
      let end = min(first + LEAF, last);
      for (var at = first; at < end; at++) {
        if (measureTo(at) > parameters.limit) {
          continue;
        }
        let parent = atomicLoad(&parents[parameters.firstPoint + at]);
        if (parent != NONE) {
          if (parent != root) {
            root = unite(root, parent);
          }
          if (at < tightEnd) {
            cursor = tight;
            break;
          }
        }
      }
    }
    cursor = behind(cursor);
  }
}

fn rootOf(start: u32) -> u32 {
  var at = start;
  var parent = atomicLoad(&parents[at]);
  while (parent != at) {
    let grandparent = atomicLoad(&parents[parent]);
    if (grandparent != parent) {
      atomicMin(&parents[at], grandparent);
    }
    at = parent;
    parent = grandparent;
  }
  return at;
}

// The root of both sets.
fn unite(a: u32, b: u32) -> u32 {
  var low = rootOf(a);
  var high = rootOf(b);
  while (low != high) {
    if (low > high) {
      let other = low;
      low = high;
      high = other;
    }
    if (atomicCompareExchangeWeak(&parents[high], high, low).exchanged) {
      return low;
    }
    low = rootOf(low);
    high = rootOf(high);
  }
  return low;
}

// Whether all points of the node are neighbours of one another.
fn isTight(node: u32) -> bool {
  return nodes[placeOf(node) + 2u * COLUMNS] * (1.0 + MARGIN) <= parameters.limit;
}
