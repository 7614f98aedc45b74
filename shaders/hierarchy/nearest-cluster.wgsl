// The nearest other cluster of some clusters, never storing a matrix of distances. Clusters come in groups of four, column
// after column, so that a vector has a column of four of them. Every thread compares the group that is its own with GROUPS
// others at a time, so that each loaded vector is used four times or more from registers (register blocking as in dense
// matrix products: V. Volkov and J. Demmel, SC 2008); UNIFORM reads the others from a uniform buffer. CACHED keeps the
// thread's own, of COLUMNS columns, in registers as well.
//
// Squared differences are summed, which cancels nothing; MANHATTAN sums absolute ones. WARD divides by the sum of the
// inverse sizes, which is the growth of the sum of squares by the merge. Of equal measures the lowest number wins. A pass
// over all clusters is one dispatch for each slice of them; `found` has what earlier ones found.

// More than any measure is.
const FAR = 3.4e38;

fn term(difference: vec4<f32>) -> vec4<f32> {
//#if ${MANHATTAN}
  return abs(difference);
//#else
  return difference * difference;
//#endif
}

// The measures between the clusters of a thread and one lane of a slot of the slice.
fn scaled(sum: vec4<f32>, weights: vec4<f32>, slot: u32, lane: u32) -> vec4<f32> {
//#if ${WARD}
  return sum / (weights + slice[parameters.columns * parameters.sliceGroups + slot][lane]);
//#else
  return sum;
//#endif
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.count) {
    return;
  }
  let own = parameters.first + index;
  let columns = parameters.columns;
  let sliceGroups = parameters.sliceGroups;
  let weights = queries[columns * parameters.queryGroups + own];
  let numbers = vec4<u32>(queries[(columns + 1u) * parameters.queryGroups + own]);
  var least = vec4<f32>(FAR);
  var nearest = vec4<u32>(NONE);
  if (parameters.firstOfSlice > 0u) {
    least = bitcast<vec4<f32>>(found[2u * own]);
    nearest = found[2u * own + 1u];
  }
//#if ${CACHED}
  var cached: array<vec4<f32>, COLUMNS>;
  for (var column = 0u; column < COLUMNS; column++) {
    cached[column] = queries[column * parameters.queryGroups + own];
  }
//#endif
  for (var next = 0u; next < sliceGroups; next += GROUPS) {
    // Slots of the groups; past the end, the last is compared again, which cannot win.
    var slot: array<u32, GROUPS>;
    for (var g = 0u; g < GROUPS; g++) {
      slot[g] = min(next + g, sliceGroups - 1u);
    }
    var sum: array<vec4<f32>, GROUPS * 4u>;
    for (var c = 0u; c < GROUPS * 4u; c++) {
      sum[c] = vec4<f32>();
    }
//#if ${CACHED}
    for (var column = 0u; column < COLUMNS; column++) {
      let x = cached[column];
//#else
    for (var column = 0u; column < columns; column++) {
      let x = queries[column * parameters.queryGroups + own];
//#endif
      for (var g = 0u; g < GROUPS; g++) {
        let y = slice[column * sliceGroups + slot[g]];
        sum[4u * g] += term(x - y.x);
        sum[4u * g + 1u] += term(x - y.y);
        sum[4u * g + 2u] += term(x - y.z);
        sum[4u * g + 3u] += term(x - y.w);
      }
    }
    for (var g = 0u; g < GROUPS; g++) {
      let other = parameters.firstOfSlice + slot[g];
      for (var lane = 0u; lane < 4u; lane++) {
        let measure = scaled(sum[4u * g + lane], weights, slot[g], lane);
        // Numbers from `clusters` on fill the last group with the last cluster.
        let number = min(4u * other + lane, parameters.clusters - 1u);
        let closer = measure < select(least, vec4<f32>(), numbers == vec4<u32>(number));
        least = select(least, measure, closer);
        nearest = select(nearest, vec4<u32>(number), closer);
      }
    }
  }
  found[2u * own] = bitcast<vec4<u32>>(least);
  found[2u * own + 1u] = nearest;
}
