// The nearest centroid of every point, never storing a distance matrix. One thread keeps POINTS points and compares them
// with GROUPS × 4 centroids at a time, so that each loaded coordinate is used POINTS × GROUPS × 4 times from registers
// (register blocking as in dense matrix products: V. Volkov and J. Demmel, SC 2008).
//
// DIRECT sums (x − c)², which never cancels; otherwise ‖c‖²/2 − x·c is compared, one multiply-add a coordinate, with
// in the working coordinates (point − shift) · scale, whose origin is near the middle of the data. CACHED keeps the
// points in registers across all centroids (few columns, known when compiled); otherwise they are read again for every
// GROUPS × 4 centroids. UNIFORM reads the centroids from uniform buffers, where they fit.
//
// Ties go to the lowest index. Points whose label changes are counted in the state and listed in `moves`, with what the
// label was, for the sums to follow; in which order is left to chance. Before the first iteration no point has a label;
// CUMULATIVE takes none for one ever (mini-batches).

struct Parameters {
  firstRow: u32,
  rows: u32,
  columns: u32,
  groups: u32,
  scale: f32,
  chunk: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> shift: array<f32>;
//#if ${UNIFORM}
@group(0) @binding(3) var<uniform> packed: array<vec4<f32>, 4096>;
@group(0) @binding(4) var<uniform> halfNorms: array<vec4<f32>, 4096>;
//#else
@group(0) @binding(3) var<storage, read> packed: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> halfNorms: array<vec4<f32>>;
//#endif
@group(0) @binding(5) var<storage, read_write> labels: array<u32>;
@group(0) @binding(6) var<storage, read_write> moves: array<vec2<u32>>;
@group(0) @binding(7) var<storage, read_write> state: array<atomic<u32>>;

override WORKGROUP_SIZE: u32 = 64;
const STATE_CHANGES = 0u;
const STATE_STOPPED = 1u;
const STATE_ITERATIONS = 2u;
const STATE_MOVES = 4u;
const NONE = 0xffffffffu;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let first = linearWorkgroup(workgroup, grid) * (WORKGROUP_SIZE * POINTS) + local;
  if (first >= parameters.rows || atomicLoad(&state[STATE_STOPPED]) != 0u) {
    return;
  }
//#if ${CACHED}
  let columns = COLUMNS;
//#else
  let columns = parameters.columns;
//#endif
  // A thread's points are WORKGROUP_SIZE apart; past the end the last point is done again and not written.
  var start: array<u32, POINTS>;
  for (var p = 0u; p < POINTS; p++) {
    start[p] = (parameters.firstRow + min(first + p * WORKGROUP_SIZE, parameters.rows - 1u)) * columns;
  }
//#if ${CACHED}
  var x: array<f32, POINTS * COLUMNS>;
  for (var p = 0u; p < POINTS; p++) {
    for (var column = 0u; column < COLUMNS; column++) {
      x[p * COLUMNS + column] = (points[start[p] + column] - shift[column]) * parameters.scale;
    }
  }
//#endif

  var nearest: array<u32, POINTS>;
  var least: array<f32, POINTS>;
  for (var p = 0u; p < POINTS; p++) {
    least[p] = 3.4e38;
  }
  for (var next = 0u; next < parameters.groups; next += GROUPS) {
    // The last step goes back to where it is whole: who was compared before cannot win again.
    let group = min(next, parameters.groups - GROUPS);
    var score: array<array<vec4<f32>, POINTS>, GROUPS>;
    for (var g = 0u; g < GROUPS; g++) {
//#if ${DIRECT}
      let initial = vec4<f32>();
//#else
      let initial = halfNorms[group + g];
//#endif
      for (var p = 0u; p < POINTS; p++) {
        score[g][p] = initial;
      }
    }
    for (var column = 0u; column < columns; column++) {
//#if ${CACHED}
//#else
      var x: array<f32, POINTS>;
      let middle = shift[column];
      for (var p = 0u; p < POINTS; p++) {
        x[p] = (points[start[p] + column] - middle) * parameters.scale;
      }
//#endif
      for (var g = 0u; g < GROUPS; g++) {
        let c = packed[(group + g) * columns + column];
        for (var p = 0u; p < POINTS; p++) {
//#if ${CACHED}
          let coordinate = x[p * COLUMNS + column];
//#else
          let coordinate = x[p];
//#endif
//#if ${DIRECT}
          let difference = coordinate - c;
          score[g][p] += difference * difference;
//#else
          score[g][p] -= coordinate * c;
//#endif
        }
      }
    }
    for (var g = 0u; g < GROUPS; g++) {
      for (var p = 0u; p < POINTS; p++) {
        let s = score[g][p];
        for (var lane = 0u; lane < 4u; lane++) {
          let closer = s[lane] < least[p];
          least[p] = select(least[p], s[lane], closer);
          nearest[p] = select(nearest[p], 4u * (group + g) + lane, closer);
        }
      }
    }
  }

//#if ${CUMULATIVE}
  let anew = true;
//#else
  let anew = atomicLoad(&state[STATE_ITERATIONS]) == 0u;
//#endif
  var old: array<u32, POINTS>;
  var changes = 0u;
  for (var p = 0u; p < POINTS; p++) {
    let point = first + p * WORKGROUP_SIZE;
    old[p] = nearest[p];
    if (point < parameters.rows) {
      let row = parameters.firstRow + point;
      old[p] = select(labels[row], NONE, anew);
      labels[row] = nearest[p];
      changes += select(0u, 1u, old[p] != nearest[p]);
    }
  }
  if (changes == 0u) {
    return;
  }
  atomicAdd(&state[STATE_CHANGES], changes);
  var entry = atomicAdd(&state[STATE_MOVES + parameters.chunk], changes);
  for (var p = 0u; p < POINTS; p++) {
    if (old[p] != nearest[p]) {
      moves[entry] = vec2<u32>(parameters.firstRow + first + p * WORKGROUP_SIZE, old[p]);
      entry += 1u;
    }
  }
}
