// The distances between points of two pieces. Points come in groups of four, column after column, so that a vector has a
// column of four of them. One thread measures those between a group of the columns and GROUPS of the rows, with all sums in
// registers; neighbours write to neighbouring addresses. UNIFORM reads the rows from a uniform buffer.

fn term(difference: vec4<f32>) -> vec4<f32> {
//#if ${MANHATTAN}
  return abs(difference);
//#else
  return difference * difference;
//#endif
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  let width = parameters.columnGroups;
  let own = index % width;
  let first = parameters.first + index / width * GROUPS;
  let end = parameters.first + parameters.count;
  if (first >= end) {
    return;
  }
  // Slots of the groups of rows; past the end, the last is measured again.
  var slot: array<u32, GROUPS>;
  for (var g = 0u; g < GROUPS; g++) {
    slot[g] = min(first + g, end - 1u);
  }
  var sum: array<vec4<f32>, GROUPS * 4u>;
  for (var r = 0u; r < GROUPS * 4u; r++) {
    sum[r] = vec4<f32>();
  }
  for (var column = 0u; column < parameters.columns; column++) {
    let x = columnPoints[column * width + own];
    for (var g = 0u; g < GROUPS; g++) {
      let y = rowPoints[column * parameters.rowGroups + slot[g]];
      sum[4u * g] += term(x - y.x);
      sum[4u * g + 1u] += term(x - y.y);
      sum[4u * g + 2u] += term(x - y.z);
      sum[4u * g + 3u] += term(x - y.w);
    }
  }
  for (var g = 0u; g < GROUPS; g++) {
    for (var lane = 0u; lane < 4u; lane++) {
      var distance = sum[4u * g + lane];
      if (parameters.rooted == 1u) {
        distance = sqrt(distance);
      }
      distances[(4u * (slot[g] - parameters.first) + lane) * width + own] = distance;
    }
  }
}
