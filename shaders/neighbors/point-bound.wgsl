// No point of the node is nearer to the query.
fn leastMeasure(node: u32) -> f32 {
  let at = placeOf(node);
  var sum = 0.0;
  for (var column = 0u; column < COLUMNS; column++) {
    let above = nodes[at + column] - query[column];
    let below = query[column] - nodes[at + COLUMNS + column];
    sum += term(max(max(above, below), 0.0));
  }
  return sum * (1.0 - MARGIN);
}
