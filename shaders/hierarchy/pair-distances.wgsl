// The distances between points, or clusters of two, of two pieces. They come in groups of four, column after column, so that
// a vector has a column of four of them. One thread measures those between a group of the columns and GROUPS of the rows,
// with all sums in registers; neighbours write to neighbouring addresses of a part of the matrix. UNIFORM reads the rows from
// a uniform buffer. UNITED takes the mean, or the largest, of the distances of all pairs of points of two clusters; those of
// one point may have it twice. CACHED: a thread keeps the points of its columns, of COLUMNS coordinates, and measures one group
// of rows after another; gathering them again takes longer than arithmetic on software adapters.

fn term(difference: vec4<f32>) -> vec4<f32> {
//#if ${MANHATTAN}
  return abs(difference);
//#else
  return difference * difference;
//#endif
}

fn rooted(sum: vec4<f32>) -> vec4<f32> {
  if (parameters.rooted == 1u) {
    return sqrt(sum);
  }
  return sum;
}

//#if ${CACHED}
//#if ${UNITED}
const MEMBERS = 2u;
//#else
const MEMBERS = 1u;
//#endif

fn joined(united: vec4<f32>, sum: vec4<f32>) -> vec4<f32> {
  let distance = rooted(sum);
  return select(united + distance, max(united, distance), parameters.complete == 1u);
}
//#endif

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
//#if ${CACHED}
  var points: array<vec4<f32>, MEMBERS * COLUMNS>;
  for (var column = 0u; column < MEMBERS * COLUMNS; column++) {
    points[column] = columnPoints[column * width + own];
  }
  let pairs = select(1u, 2u * parameters.members, MEMBERS == 2u);
  let scale = select(1.0 / f32(pairs), 1.0, parameters.complete == 1u);
  for (var slot = first; slot < min(first + GROUPS, end); slot++) {
    var united0 = vec4<f32>();
    var united1 = vec4<f32>();
    var united2 = vec4<f32>();
    var united3 = vec4<f32>();
    for (var pair = 0u; pair < pairs; pair++) {
      var sum0 = vec4<f32>();
      var sum1 = vec4<f32>();
      var sum2 = vec4<f32>();
      var sum3 = vec4<f32>();
      for (var column = 0u; column < COLUMNS; column++) {
        let x = points[pair % MEMBERS * COLUMNS + column];
        let y = rowPoints[(pair / MEMBERS * COLUMNS + column) * parameters.rowGroups + slot];
        sum0 += term(x - y.x);
        sum1 += term(x - y.y);
        sum2 += term(x - y.z);
        sum3 += term(x - y.w);
      }
      united0 = joined(united0, sum0);
      united1 = joined(united1, sum1);
      united2 = joined(united2, sum2);
      united3 = joined(united3, sum3);
    }
    let at = 4u * (slot - parameters.first + parameters.firstRow) * parameters.stride + parameters.firstColumn + own;
    distances[at] = united0 * scale;
    distances[at + parameters.stride] = united1 * scale;
    distances[at + 2u * parameters.stride] = united2 * scale;
    distances[at + 3u * parameters.stride] = united3 * scale;
  }
//#else
  // Slots of the groups of rows; past the end, the last is measured again.
  var slot: array<u32, GROUPS>;
  for (var g = 0u; g < GROUPS; g++) {
    slot[g] = min(first + g, end - 1u);
  }
  var sum: array<vec4<f32>, GROUPS * 4u>;
//#if ${UNITED}
  var united: array<vec4<f32>, GROUPS * 4u>;
  for (var r = 0u; r < GROUPS * 4u; r++) {
    united[r] = vec4<f32>();
  }
  for (var pair = 0u; pair < 2u * parameters.members; pair++) {
    let columnMember = pair % 2u * parameters.columns;
    let rowMember = pair / 2u * parameters.columns;
//#else
    let columnMember = 0u;
    let rowMember = 0u;
//#endif
    for (var r = 0u; r < GROUPS * 4u; r++) {
      sum[r] = vec4<f32>();
    }
    for (var column = 0u; column < parameters.columns; column++) {
      let x = columnPoints[(columnMember + column) * width + own];
      for (var g = 0u; g < GROUPS; g++) {
        let y = rowPoints[(rowMember + column) * parameters.rowGroups + slot[g]];
        sum[4u * g] += term(x - y.x);
        sum[4u * g + 1u] += term(x - y.y);
        sum[4u * g + 2u] += term(x - y.z);
        sum[4u * g + 3u] += term(x - y.w);
      }
    }
//#if ${UNITED}
    for (var r = 0u; r < GROUPS * 4u; r++) {
      let distance = rooted(sum[r]);
      united[r] = select(united[r] + distance, max(united[r], distance), parameters.complete == 1u);
    }
  }
  let scale = select(0.5 / f32(parameters.members), 1.0, parameters.complete == 1u);
//#endif
  for (var g = 0u; g < GROUPS; g++) {
    for (var lane = 0u; lane < 4u; lane++) {
      let row = 4u * (slot[g] - parameters.first + parameters.firstRow) + lane;
//#if ${UNITED}
      let distance = united[4u * g + lane] * scale;
//#else
      let distance = rooted(sum[4u * g + lane]);
//#endif
      distances[row * parameters.stride + parameters.firstColumn + own] = distance;
    }
  }
//#endif
}
