// The sum of each point's distances to those of its own cluster, and the least mean of its distances to another, never
// storing a matrix of distances or of sums. Points come in groups of four, column after column, so that a vector has a column
// of four of them. Every thread compares the group that is its own with GROUPS others of a slice at a time, so that each
// loaded vector is used four times or more from registers (register blocking as in dense matrix products: V. Volkov and
// J. Demmel, SC 2008); UNIFORM reads the others from a uniform buffer. CACHED keeps the thread's own, of COLUMNS columns, in
// registers as well.
//
// The others are in the order of their clusters, so that one sum is enough: the row after their columns has the inverse size
// of the cluster at its last point, and 0 elsewhere. A pass over all of them is one dispatch for each slice; `state` has what
// earlier ones found. Many float32 numbers are summed in three levels: within a slice, over some slices, and over all.
//
// Squared differences are summed, which cancels nothing; MANHATTAN sums absolute ones. SQUARED leaves out the root.

// More than any mean is.
const FAR = 3.4e38;

fn term(difference: vec4<f32>) -> vec4<f32> {
//#if ${MANHATTAN}
  return abs(difference);
//#else
  return difference * difference;
//#endif
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

// What is known of the four points of a thread.
struct Known {
  // Sums of distances to the current cluster: of this slice, of some before it, and of those before them.
  sum: vec4<f32>,
  slices: vec4<f32>,
  total: vec4<f32>,
  // The sum of distances to the own cluster, and the least mean of those to another.
  mine: vec4<f32>,
  least: vec4<f32>,
  current: u32,
}

// Adds distances, the last ones to the current cluster if its inverse size is given.
fn include(known: ptr<function, Known>, distances: vec4<f32>, inverse: f32, cluster: vec4<u32>) {
  (*known).sum += distances;
  if (inverse > 0.0) {
    let sum = (*known).sum + ((*known).slices + (*known).total);
    let isOwn = cluster == vec4<u32>((*known).current);
    (*known).mine = select((*known).mine, sum, isOwn);
    (*known).least = min((*known).least, select(sum * inverse, vec4<f32>(FAR), isOwn));
    (*known).sum = vec4<f32>();
    (*known).slices = vec4<f32>();
    (*known).total = vec4<f32>();
    (*known).current++;
  }
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
  let cluster = owners[own];
  var known = Known();
  known.least = vec4<f32>(FAR);
  known.current = parameters.firstCluster;
  if (parameters.slice > 0u) {
    known.slices = state[4u * own];
    known.total = state[4u * own + 1u];
    known.mine = state[4u * own + 2u];
    known.least = state[4u * own + 3u];
  }
//#if ${CACHED}
  var cached: array<vec4<f32>, COLUMNS>;
  for (var column = 0u; column < COLUMNS; column++) {
    cached[column] = chunk[column * parameters.chunkGroups + own];
  }
//#endif
  for (var next = 0u; next < sliceGroups; next += GROUPS) {
    var measure: array<vec4<f32>, GROUPS * 4u>;
    for (var c = 0u; c < GROUPS * 4u; c++) {
      measure[c] = vec4<f32>();
    }
//#if ${CACHED}
    for (var column = 0u; column < COLUMNS; column++) {
      let x = cached[column];
//#else
    for (var column = 0u; column < columns; column++) {
      let x = chunk[column * parameters.chunkGroups + own];
//#endif
      for (var g = 0u; g < GROUPS; g++) {
        let y = slice[column * sliceGroups + next + g];
        measure[4u * g] += term(x - y.x);
        measure[4u * g + 1u] += term(x - y.y);
        measure[4u * g + 2u] += term(x - y.z);
        measure[4u * g + 3u] += term(x - y.w);
      }
    }
    for (var g = 0u; g < GROUPS; g++) {
      let inverses = slice[columns * sliceGroups + next + g];
      let a = distanceOf(measure[4u * g]);
      let b = distanceOf(measure[4u * g + 1u]);
      let c = distanceOf(measure[4u * g + 2u]);
      let d = distanceOf(measure[4u * g + 3u]);
      if (all(inverses == vec4<f32>())) {
        known.sum += (a + b) + (c + d);
      } else {
        include(&known, a, inverses.x, cluster);
        include(&known, b, inverses.y, cluster);
        include(&known, c, inverses.z, cluster);
        include(&known, d, inverses.w, cluster);
      }
    }
  }
  known.slices += known.sum;
  if ((parameters.slice + 1u) % SLICES == 0u) {
    known.total += known.slices;
    known.slices = vec4<f32>();
  }
  state[4u * own] = known.slices;
  state[4u * own + 1u] = known.total;
  state[4u * own + 2u] = known.mine;
  state[4u * own + 3u] = known.least;
}
