// The sum of each point's distances to those of its own cluster, and the least mean of its distances to another, never
// storing a matrix of distances or of sums. Points come in groups of four, column after column, so that a vector has a column
// of four of them. Every thread compares OWN groups with GROUPS others of a slice at a time, so that each loaded vector is
// used four times or more from registers (register blocking as in dense matrix products: V. Volkov and J. Demmel, SC 2008);
// UNIFORM reads the others from a uniform buffer. CACHED keeps the thread's own in registers as well, in three parts of
// PART, PART and LAST columns, since Mesa's driver writes out no loop of more instructions.
//
// The others are in the order of their clusters, so that one sum is enough: the row after their columns has the inverse size
// of the cluster at its last point, and 0 elsewhere. A pass over all of them is one dispatch for each slice; `state` has what
// earlier ones found. Many float32 numbers are summed in three levels: within a slice, over some slices, and over all.
//
// Squared differences are summed, which cancels nothing; MANHATTAN sums absolute ones. SQUARED leaves out the root. EXTREMES
// has the greatest distance to the own cluster and the least to another in place of sums and means.

// More than any mean is.
const FAR = 3.4e38;

fn term(difference: vec4<f32>) -> vec4<f32> {
//#if ${MANHATTAN}
  return abs(difference);
//#else
  return difference * difference;
//#endif
}

// Adds a column's terms of the thread's points x and of GROUPS groups.
fn compare(measure: ptr<function, array<array<vec4<f32>, GROUPS * 4u>, OWN>>, x: array<vec4<f32>, OWN>, first: u32) {
  for (var g = 0u; g < GROUPS; g++) {
    let y = slice[first + g];
    for (var o = 0u; o < OWN; o++) {
      (*measure)[o][4u * g] += term(x[o] - y.x);
      (*measure)[o][4u * g + 1u] += term(x[o] - y.y);
      (*measure)[o][4u * g + 2u] += term(x[o] - y.z);
      (*measure)[o][4u * g + 3u] += term(x[o] - y.w);
    }
  }
}

// A column of the points of some groups.
fn load(groups: array<u32, OWN>, column: u32) -> array<vec4<f32>, OWN> {
  var x: array<vec4<f32>, OWN>;
  for (var o = 0u; o < OWN; o++) {
    x[o] = chunk[column * parameters.chunkGroups + groups[o]];
  }
  return x;
}

fn distanceOf(sum: vec4<f32>) -> vec4<f32> {
//#if ${MANHATTAN}
  return sum;
//#elif ${SQUARED}
  return sum;
//#else
  return sqrt(sum);
//#endif
}

// What is known of a group of points.
struct Known {
  // Sums of distances to the current cluster: of this slice, of some before it, and of those before them; the least and the
  // greatest in place of the last two.
  sum: vec4<f32>,
  slices: vec4<f32>,
  total: vec4<f32>,
  // The sum of distances to the own cluster, and the least mean of those to another.
  mine: vec4<f32>,
  least: vec4<f32>,
  current: u32,
}

// Takes distances to the current cluster.
fn add(known: ptr<function, Known>, a: vec4<f32>, b: vec4<f32>, c: vec4<f32>, d: vec4<f32>) {
//#if ${EXTREMES}
  (*known).slices = min((*known).slices, min(min(a, b), min(c, d)));
  (*known).total = max((*known).total, max(max(a, b), max(c, d)));
//#else
  (*known).sum += (a + b) + (c + d);
//#endif
}

// Takes distances, the last ones to the current cluster if its inverse size is given.
fn include(known: ptr<function, Known>, distances: vec4<f32>, inverse: f32, cluster: vec4<u32>) {
//#if ${EXTREMES}
  (*known).slices = min((*known).slices, distances);
  (*known).total = max((*known).total, distances);
//#else
  (*known).sum += distances;
//#endif
  if (inverse > 0.0) {
    let isOwn = cluster == vec4<u32>((*known).current);
//#if ${EXTREMES}
    let own = (*known).total;
    let other = (*known).slices;
    (*known).slices = vec4<f32>(FAR);
//#else
    let own = (*known).sum + ((*known).slices + (*known).total);
    let other = own * inverse;
    (*known).sum = vec4<f32>();
    (*known).slices = vec4<f32>();
//#endif
    (*known).total = vec4<f32>();
    (*known).mine = select((*known).mine, own, isOwn);
    (*known).least = min((*known).least, select(other, vec4<f32>(FAR), isOwn));
    (*known).current++;
  }
}

// What earlier slices have found of a group.
fn recall(group: u32) -> Known {
  var known = Known();
  known.least = vec4<f32>(FAR);
//#if ${EXTREMES}
  known.slices = vec4<f32>(FAR);
//#endif
  known.current = parameters.firstCluster;
  if (parameters.slice > 0u) {
    known.slices = state[4u * group];
    known.total = state[4u * group + 1u];
    known.mine = state[4u * group + 2u];
    known.least = state[4u * group + 3u];
  }
  return known;
}

fn remember(group: u32, found: Known) {
  var known = found;
//#if ${EXTREMES}
//#else
  known.slices += known.sum;
  if ((parameters.slice + 1u) % SLICES == 0u) {
    known.total += known.slices;
    known.slices = vec4<f32>();
  }
//#endif
  state[4u * group] = known.slices;
  state[4u * group + 1u] = known.total;
  state[4u * group + 2u] = known.mine;
  state[4u * group + 3u] = known.least;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = OWN * invocationIndex(invocation);
  if (index >= parameters.count) {
    return;
  }
  let columns = parameters.columns;
  let sliceGroups = parameters.sliceGroups;
  var own: array<u32, OWN>;
  var cluster: array<vec4<u32>, OWN>;
  var known: array<Known, OWN>;
  for (var o = 0u; o < OWN; o++) {
    // Past the end, the last group is processed again.
    own[o] = parameters.first + min(index + o, parameters.count - 1u);
    cluster[o] = owners[own[o]];
    known[o] = recall(own[o]);
  }
//#if ${CACHED}
  var low: array<array<vec4<f32>, OWN>, PART>;
  var middle: array<array<vec4<f32>, OWN>, PART>;
  var high: array<array<vec4<f32>, OWN>, PART>;
  for (var column = 0u; column < PART; column++) {
    low[column] = load(own, column);
    middle[column] = load(own, PART + column);
  }
  for (var column = 0u; column < LAST; column++) {
    high[column] = load(own, 2u * PART + column);
  }
//#endif
  for (var next = 0u; next < sliceGroups; next += GROUPS) {
    var measure: array<array<vec4<f32>, GROUPS * 4u>, OWN>;
    for (var o = 0u; o < OWN; o++) {
      for (var c = 0u; c < GROUPS * 4u; c++) {
        measure[o][c] = vec4<f32>();
      }
    }
//#if ${CACHED}
    for (var column = 0u; column < PART; column++) {
      compare(&measure, low[column], column * sliceGroups + next);
    }
    for (var column = 0u; column < PART; column++) {
      compare(&measure, middle[column], (PART + column) * sliceGroups + next);
    }
    for (var column = 0u; column < LAST; column++) {
      compare(&measure, high[column], (2u * PART + column) * sliceGroups + next);
    }
//#else
    for (var column = 0u; column < columns; column++) {
      compare(&measure, load(own, column), column * sliceGroups + next);
    }
//#endif
    for (var g = 0u; g < GROUPS; g++) {
      let inverses = slice[columns * sliceGroups + next + g];
      let isInside = all(inverses == vec4<f32>());
      for (var o = 0u; o < OWN; o++) {
        let a = distanceOf(measure[o][4u * g]);
        let b = distanceOf(measure[o][4u * g + 1u]);
        let c = distanceOf(measure[o][4u * g + 2u]);
        let d = distanceOf(measure[o][4u * g + 3u]);
        // Naga's compiler takes no pointer to an element.
        var one = known[o];
        if (isInside) {
          add(&one, a, b, c, d);
        } else {
          include(&one, a, inverses.x, cluster[o]);
          include(&one, b, inverses.y, cluster[o]);
          include(&one, c, inverses.z, cluster[o]);
          include(&one, d, inverses.w, cluster[o]);
        }
        known[o] = one;
      }
    }
  }
  for (var o = 0u; o < OWN; o++) {
    if (index + o < parameters.count) {
      remember(own[o], known[o]);
    }
  }
}
