// Bounds of the measures between the queries of a leaf and the points of a node, by their boxes: the threads of a leaf
// branch alike and load the same rows.

// No point of the node is nearer to a query of the leaf.
fn leastMeasure(leaf: u32, node: u32) -> f32 {
  let box = placeOf(leaf);
  let at = placeOf(node);
  var sum = 0.0;
  for (var column = 0u; column < COLUMNS; column++) {
    let above = nodes[at + column] - boxes[box + COLUMNS + column];
    let below = boxes[box + column] - nodes[at + COLUMNS + column];
    sum += term(max(max(above, below), 0.0));
  }
  return sum * (1.0 - MARGIN);
}

// No point of the node is farther from a query of the leaf.
fn greatestMeasure(leaf: u32, node: u32) -> f32 {
  let box = placeOf(leaf);
  let at = placeOf(node);
  var sum = 0.0;
  for (var column = 0u; column < COLUMNS; column++) {
    let up = nodes[at + COLUMNS + column] - boxes[box + column];
    let down = boxes[box + COLUMNS + column] - nodes[at + column];
    sum += term(max(up, down));
  }
  return sum * (1.0 + MARGIN);
}
