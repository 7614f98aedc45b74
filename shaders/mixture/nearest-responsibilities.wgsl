// The responsibilities of components for points that belong to the nearest mean, components × rows: the weight of the
// point, or 1, for that component, and 0 for others. A later mean is nearer only if its squared distance is less by more
// than 1 in CLOSER, so that roundings do not decide between equal ones: the first is taken on every device. One thread
// takes one point; neighbours have neighbouring points.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let point = invocationIndex(invocation);
  if (point >= parameters.rows) {
    return;
  }
  let columns = parameters.columns;
  let row = parameters.firstRow + point;
  var least = 3.4e38;
  var nearest = 0u;
  for (var component = 0u; component < parameters.components; component++) {
    var square = 0.0;
    for (var column = 0u; column < columns; column++) {
      let difference = (points[row * columns + column] - means[component * columns + column]) * parameters.scale;
      square += difference * difference;
    }
    if (square < least - least / f32(CLOSER)) {
      least = square;
      nearest = component;
    }
  }
//#if ${WEIGHTED}
  let weight = weights[row];
//#else
  let weight = 1.0;
//#endif
  for (var component = 0u; component < parameters.components; component++) {
    responsibilities[component * parameters.rows + point] = select(0.0, weight, component == nearest);
  }
}
