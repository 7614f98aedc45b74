// One round of greedy k-means++, in one reading of the points: every point's squared distance to the centroids so far is
// lowered to that to the last row of `candidates`, the latest centroid; the others are the candidates of the round, whose
// potentials Σ w·min(D², ‖x − candidate‖²) are summed per block of points, or with `farthest` their greatest D². In round 0
// there is no centroid, in round 1 no distance is known. A workgroup takes one of the chunk's blocks `begin` … `end` − 1, a
// thread POINTS points that are WORKGROUP_SIZE apart: each coordinate is loaded once for all candidates. VECTOR reads four
// columns at a time; their number is then a multiple of four.
const POINTS = 4u;

// Per candidate, one sum of each of the 64 threads, and a word between, so that threads read from different banks.
var<workgroup> partial: array<f32, 65u * TRIALS>;

// Four columns of a point in working coordinates, zeros past the last.
fn quadOf(row: u32, quad: u32, middle: vec4<f32>) -> vec4<f32> {
//#if ${VECTOR}
  return (points[row * (parameters.columns / 4u) + quad] - middle) * parameters.scale;
//#else
  var x: vec4<f32>;
  for (var v = 0u; v < 4u; v++) {
    let column = min(4u * quad + v, parameters.columns - 1u);
    let value = (points[row * parameters.columns + column] - middle[v]) * parameters.scale;
    x[v] = select(0.0, value, column == 4u * quad + v);
  }
  return x;
//#endif
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let local = invocation.local;
  let block = parameters.begin + workgroupIndex(invocation);
  let quads = (parameters.columns + 3u) / 4u;
  // Past the end, the last point is processed again, and counts for nothing.
  let end = select(0u, parameters.rows, block < parameters.end);
  let first = block * SEED_BLOCK + local;
  var squares: array<f32, POINTS * CENTERS>;
  for (var quad = 0u; quad < quads; quad++) {
    let middle = shift[quad];
    var x: array<vec4<f32>, POINTS>;
    for (var p = 0u; p < POINTS; p++) {
      x[p] = quadOf(min(first + p * WORKGROUP_SIZE, parameters.rows - 1u), quad, middle);
    }
    for (var c = 0u; c < CENTERS; c++) {
      let y = candidates[c * quads + quad];
      for (var p = 0u; p < POINTS; p++) {
        let difference = x[p] - y;
        squares[p * CENTERS + c] += dot(difference, difference);
      }
    }
  }
  var sums: array<f32, TRIALS>;
  for (var p = 0u; p < POINTS; p++) {
    let row = first + p * WORKGROUP_SIZE;
    var least = squares[p * CENTERS + TRIALS];
    var share = 0.0;
    if (row < end) {
      if (parameters.round > 1u) {
        least = min(least, distances[row]);
      }
      distances[row] = least;
//#if ${WEIGHTED}
      share = select(weights[row], sign(weights[row]), parameters.farthest != 0u);
//#else
      share = 1.0;
//#endif
    }
    least = select(least, 3.4e38, parameters.round == 0u);
    for (var c = 0u; c < TRIALS; c++) {
      let value = share * min(least, squares[p * CENTERS + c]);
      sums[c] = select(sums[c] + value, max(sums[c], value), parameters.farthest != 0u);
    }
  }
  for (var c = 0u; c < TRIALS; c++) {
    partial[65u * c + local] = sums[c];
  }
  workgroupBarrier();
  if (local >= parameters.latest || end == 0u) {
    return;
  }
  var sum = 0.0;
  for (var i = 0u; i < 64u; i++) {
    let value = partial[65u * local + i];
    sum = select(sum + value, max(sum, value), parameters.farthest != 0u);
  }
  potentials[local * parameters.allBlocks + parameters.firstBlock + block] = sum;
}
