// The nearest point of another component for each of some queries, in the graph of mutual reachability: the weight of an
// edge is the largest of the measure between its ends and the core measures of both. Among equal weights, the edge with the
// lower first and then the lower second end is the nearest, so that edges have one order, and Borůvka's rounds no circles
// (Prokopenko, Sao and Lebrun-Grandié, "A single-tree algorithm to compute the Euclidean minimum spanning tree on GPUs",
// ICPP 2022). One thread searches for one query; nothing above the bound of its component is searched, which falls as
// others find edges.
//
// `states` has the component and the core measure of every point, `nodes` the least core measure of each node as its last
// word; `levels` ends with the component of each node all of whose points are of one, else NONE. `found` has the row of each
// query, the weight of its edge, the other end, and the least weight that the component's bound left out.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let item = queryOf(invocation);
  if (item == NONE) {
    return;
  }
  let row = found[item].x;
  loadQuery(row);
  let own = parameters.firstQuery + row;
  let component = states[own].x;
  let core = bitcast<f32>(states[own].y);
  var best = bitcast<f32>(found[item].y);
  var ends = endsOf(own, found[item].z);
  var nearest = found[item].z;
  var leftOut = bitcast<f32>(found[item].w);
  var cursor = Cursor(parameters.top, 0u);
  while (!isOver(cursor)) {
    let node = levels[cursor.level] + cursor.index;
    let first = parameters.firstPoint + cursor.index * rowsBelow(cursor.level);
    let least = max(max(leastMeasure(node), core), nodes[placeOf(node) + 2u * COLUMNS + 1u]);
    let isNearer = least < best || (least == best && isBefore(endsOf(own, first), ends));
    if (isNearer && levels[parameters.top + 2u + node] != component) {
      if (least > bitcast<f32>(atomicLoad(&bounds[component]))) {
        leftOut = min(leftOut, least);
        cursor = behind(cursor);
        continue;
      }
      if (cursor.level > 0u) {
        cursor = firstChild(cursor);
        continue;
      }
      let start = cursor.index * LEAF;
      for (var at = start; at < min(start + LEAF, parameters.rows); at++) {
        let other = parameters.firstPoint + at;
        let state = states[other];
        if (state.x == component) {
          continue;
        }
        let weight = max(max(measureTo(at), core), bitcast<f32>(state.y));
        if (weight < best || (weight == best && isBefore(endsOf(own, other), ends))) {
          best = weight;
          nearest = other;
          ends = endsOf(own, other);
          atomicMin(&bounds[component], bitcast<u32>(best));
        }
      }
    }
    cursor = behind(cursor);
  }
  found[item] = vec4(row, bitcast<u32>(best), nearest, bitcast<u32>(leftOut));
}

fn endsOf(a: u32, b: u32) -> vec2<u32> {
  return vec2(min(a, b), max(a, b));
}

fn isBefore(a: vec2<u32>, b: vec2<u32>) -> bool {
  return a.x < b.x || (a.x == b.x && a.y < b.y);
}
