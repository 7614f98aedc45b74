// Unites the sets of core points that are neighbours. A thread does so for the cores of a tile; distances to cores of the
// same set are not measured.
//
// With NEAR, cores are joined with those of the same leaf and of some leaves before it, and with the one before it in the
// largest node around it whose points are all neighbours of one another. Without, with all cores before the leaf, from the
// inside out, past nodes whose cores are of the tile's set already. `components` has the sets before the dispatch, and
// `levels` those of nodes. Only every `step`-th leaf is searched for.

// A set of each query of the tile, or NONE for one that is no core.
var<private> roots: array<u32, TILE>;
// A set of all of them, if they are known to be of one, or NONE.
var<private> root: u32;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let place = tileOf(invocation);
  let firstQuery = place + place / LEAF * LEAF * (parameters.step - 1u);
  if (place == NONE || firstQuery >= parameters.queries) {
    return;
  }
  var cores = 0u;
  for (var slot = 0u; slot < TILE; slot++) {
    let own = parameters.firstQuery + firstQuery + slot;
    roots[slot] = NONE;
    if (firstQuery + slot < parameters.queries && components[own] != NONE) {
      roots[slot] = components[own];
      cores |= 1u << slot;
    }
  }
  if (cores == 0u) {
    return;
  }
  loadTile(firstQuery);
//#if ${NEAR}
  joinTile(firstQuery);
  let leaf = firstQuery / LEAF * LEAF;
  for (var at = max(leaf, NEAR_ROWS) - NEAR_ROWS; at < firstQuery; at++) {
    joinWith(cores, at);
  }
  var first = firstQuery;
  for (var level = 0u; level <= parameters.top; level++) {
    let index = firstQuery / rowsBelow(level);
    if (!isTight(levels[level] + index)) {
      break;
    }
    first = index * rowsBelow(level);
  }
  for (var at = firstQuery; at > first; at--) {
    if (components[parameters.firstPoint + at - 1u] != NONE) {
      joinWith(cores, at - 1u);
      break;
    }
  }
//#else
  // Of the own chunk, rows from the leaf on are not searched: those behind it find it.
  let isOwn = parameters.firstQuery == parameters.firstPoint;
  setRoot();
  beginAt(firstQuery, isOwn);
  if (isOwn) {
    goOn(parameters.limit, isOwn);
  }
  while (cursor.level != NONE) {
    var leaf = NONE;
    while (leaf == NONE && cursor.level != NONE) {
      let node = levels[cursor.level] + cursor.index;
      let only = levels[parameters.top + 2u + node];
      let isKnown = only == EMPTY || (only != NONE && only == root);
      if (!isKnown && leastMeasure(node) <= parameters.limit && !isJoined(only)) {
        if (cursor.level > 0u) {
          cursor = firstChild(cursor);
          continue;
        }
        leaf = cursor.index;
      }
      goOn(parameters.limit, isOwn);
    }
    if (leaf != NONE) {
      for (var at = LEAF * leaf; at < min(LEAF * leaf + LEAF, parameters.rows); at++) {
        joinWith(cores, at);
      }
      setRoot();
    }
  }
//#endif
}

// Notes whether all cores of the tile are of one set.
fn setRoot() {
  var lowest = NONE;
  for (var slot = 0u; slot < TILE; slot++) {
    lowest = min(lowest, roots[slot]);
  }
  root = lowest;
  for (var slot = 0u; slot < TILE; slot++) {
    root = select(NONE, root, roots[slot] == lowest || roots[slot] == NONE);
  }
}

// Whether the cores of a node, all of one component, are of the tile's set.
fn isJoined(component: u32) -> bool {
  if (component == NONE || root == NONE) {
    return false;
  }
  if (component != root) {
    root = rootOf(root);
    return rootOf(component) == root;
  }
  return true;
}

// Joins those of some queries that are neighbours of a row, if that is a core.
fn joinWith(some: u32, row: u32) {
  let parent = atomicLoad(&parents[parameters.firstPoint + row]);
  if (parent == NONE) {
    return;
  }
  var apart = 0u;
  for (var slot = 0u; slot < TILE; slot++) {
    apart |= select(0u, 1u << slot, roots[slot] != parent);
  }
  apart &= some;
  if (apart == 0u) {
    return;
  }
  loadPoint(row);
  for (var slot = 0u; slot < TILE; slot++) {
    apart &= ~select(1u << slot, 0u, measureOf(slot) <= parameters.limit);
  }
  while (apart != 0u) {
    let slot = firstTrailingBit(apart);
    apart &= apart - 1u;
    let former = roots[slot];
    let united = unite(former, parent);
    for (var other = 0u; other < TILE; other++) {
      roots[other] = select(roots[other], united, roots[other] == former);
    }
  }
}

//#if ${NEAR}
// Joins the cores of the tile with one another.
fn joinTile(firstQuery: u32) {
  for (var at = 0u; at + 1u < TILE; at++) {
    var own = NONE;
    for (var slot = 0u; slot < TILE; slot++) {
      own = select(own, roots[slot], slot == at);
    }
    if (own == NONE) {
      continue;
    }
    loadPoint(firstQuery + at);
    for (var slot = 0u; slot < TILE; slot++) {
      let other = roots[slot];
      if (other != NONE && other != own && measureOf(slot) <= parameters.limit) {
        let low = min(own, other);
        let high = max(own, other);
        for (var some = 0u; some < TILE; some++) {
          roots[some] = select(roots[some], low, roots[some] == high);
        }
        own = low;
      }
    }
  }
  for (var slot = 0u; slot < TILE; slot++) {
    let united = roots[slot];
    let row = min(firstQuery + slot, parameters.queries - 1u);
    let former = components[parameters.firstQuery + row];
    if (united < former) {
      let parent = atomicMin(&parents[former], united);
      if (parent != former && parent != united) {
        unite(parent, united);
      }
    }
  }
}

// Whether all points of the node are neighbours of one another.
fn isTight(node: u32) -> bool {
  return nodes[placeOf(node) + 2u * COLUMNS] * (1.0 + MARGIN) <= parameters.limit;
}
//#endif
