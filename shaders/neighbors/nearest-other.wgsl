// The nearest point of another component for each of some queries, in the graph of mutual reachability: the weight of an
// edge is the largest of the measure between its ends and the core measures of both. Among equal weights, the edge with the
// lower first and then the lower second end is the nearest, so that edges have one order, and Borůvka's rounds no circles
// (Prokopenko, Sao and Lebrun-Grandié, "A single-tree algorithm to compute the Euclidean minimum spanning tree on GPUs",
// ICPP 2022). A thread searches for a tile of queries; nothing above the bounds of their components is searched, which
// fall as others find edges.
//
// `states` has the component and the core measure of every point, `nodes` the least core measure of each node as its last
// word; `levels` ends with the component of each node all of whose points are of one, else NONE. `found` has the row of each
// query, the weight of its edge, the other end, and the least weight that the component's bound left out.

var<private> own: array<u32, TILE>;
var<private> component: array<u32, TILE>;
var<private> core: array<f32, TILE>;
// The nearest that was found: the weight of its edge, the other end, and both in order.
var<private> best: array<f32, TILE>;
var<private> nearest: array<u32, TILE>;
var<private> ends: array<vec2<u32>, TILE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let firstItem = tileOf(invocation);
  if (firstItem == NONE) {
    return;
  }
  var leftOut: array<f32, TILE>;
  for (var slot = 0u; slot < TILE; slot++) {
    let query = found[min(firstItem + slot, parameters.queries - 1u)];
    loadQuery(slot, query.x);
    own[slot] = parameters.firstQuery + query.x;
    component[slot] = states[own[slot]].x;
    core[slot] = bitcast<f32>(states[own[slot]].y);
    best[slot] = bitcast<f32>(query.y);
    nearest[slot] = query.z;
    ends[slot] = endsOf(own[slot], query.z);
    leftOut[slot] = bitcast<f32>(query.w);
  }
  var cursor = Cursor(parameters.top, 0u);
  while (!isOver(cursor)) {
    let node = levels[cursor.level] + cursor.index;
    let first = parameters.firstPoint + cursor.index * rowsBelow(cursor.level);
    let least = max(leastMeasure(node), nodes[placeOf(node) + 2u * COLUMNS + 1u]);
    let only = levels[parameters.top + 2u + node];
    var isWanted = false;
    var above = 0u;
    for (var slot = 0u; slot < TILE; slot++) {
      let weight = max(least, core[slot]);
      if (only != component[slot] && isNearer(slot, weight, first)) {
        let isAbove = weight > bitcast<f32>(atomicLoad(&bounds[component[slot]]));
        above |= select(0u, 1u << slot, isAbove);
        isWanted = isWanted || !isAbove;
      }
    }
    if (isWanted && cursor.level > 0u) {
      cursor = firstChild(cursor);
      continue;
    }
    if (isWanted) {
      let start = cursor.index * LEAF;
      for (var at = start; at < min(start + LEAF, parameters.rows); at++) {
        consider(at);
      }
    } else if (above > 0u) {
      for (var slot = 0u; slot < TILE; slot++) {
        let weight = select(leftOut[slot], max(least, core[slot]), (above & (1u << slot)) != 0u);
        leftOut[slot] = min(leftOut[slot], weight);
      }
    }
    cursor = behind(cursor);
  }
  for (var slot = 0u; slot < TILE; slot++) {
    let item = firstItem + slot;
    if (item < parameters.queries) {
      found[item] = vec4(found[item].x, bitcast<u32>(best[slot]), nearest[slot], bitcast<u32>(leftOut[slot]));
    }
  }
}

// Takes a row as the nearest of each query to which it is.
fn consider(row: u32) {
  let other = parameters.firstPoint + row;
  let state = states[other];
  loadPoint(row);
  for (var slot = 0u; slot < TILE; slot++) {
    if (state.x == component[slot]) {
      continue;
    }
    let weight = max(max(measureOf(slot), core[slot]), bitcast<f32>(state.y));
    if (isNearer(slot, weight, other)) {
      best[slot] = weight;
      nearest[slot] = other;
      ends[slot] = endsOf(own[slot], other);
      atomicMin(&bounds[component[slot]], bitcast<u32>(weight));
    }
  }
}

fn isNearer(slot: u32, weight: f32, other: u32) -> bool {
  return weight < best[slot] || (weight == best[slot] && isBefore(endsOf(own[slot], other), ends[slot]));
}

fn endsOf(a: u32, b: u32) -> vec2<u32> {
  return vec2(min(a, b), max(a, b));
}

fn isBefore(a: vec2<u32>, b: vec2<u32>) -> bool {
  return a.x < b.x || (a.x == b.x && a.y < b.y);
}
