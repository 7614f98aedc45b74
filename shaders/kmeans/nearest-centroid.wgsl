// The nearest centroid of every point, never storing a distance matrix. Points and centroids meet in
// shared/nearest-direct.wgsl (DIRECT), shared/nearest-by-subgroup.wgsl (SUBGROUPS) or shared/nearest-by-thread.wgsl; in all
// a thread answers for POINTS points that are WORKGROUP_SIZE apart, so that neighbours have neighbouring points.
//
// DIRECT sums (x − c)²; otherwise ‖c‖²/2 − x·c is compared, one multiply-add a coordinate, in the working coordinates
// (point − shift) · scale, whose origin is near the middle of the data. Ties go to the lowest index.
//
// Points whose label changes are counted in the state and listed in `moves`, with what the label was, for the sums to
// follow; in which order is left to chance. Before the first iteration no point has a label; CUMULATIVE takes none for
// one ever (mini-batches).

struct Parameters {
  firstRow: u32,
  rows: u32,
  columns: u32,
  groups: u32,
  scale: f32,
  chunk: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
//#if ${VECTOR}
@group(0) @binding(1) var<storage, read> points: array<vec4<f32>>;
//#else
@group(0) @binding(1) var<storage, read> points: array<f32>;
//#endif
//#if ${SUBGROUPS}
@group(0) @binding(2) var<uniform> shift: array<vec4<f32>, 4096>;
//#else
@group(0) @binding(2) var<storage, read> shift: array<f32>;
//#endif
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

const STATE_CHANGES = 0u;
const STATE_STOPPED = 1u;
const STATE_ITERATIONS = 2u;
const STATE_MOVES = 4u;
const NONE = 0xffffffffu;

//#if ${SUBGROUPS}
// The state is the same for all threads, which the compiler cannot see.
@diagnostic(off, subgroup_uniformity)
//#endif
@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
//#if ${SUBGROUPS}
  @builtin(subgroup_invocation_id) local: u32,
//#else
  @builtin(local_invocation_index) local: u32,
//#endif
) {
  let block = linearWorkgroup(workgroup, grid) * (WORKGROUP_SIZE * POINTS);
  if (block >= parameters.rows || atomicLoad(&state[STATE_STOPPED]) != 0u) {
    return;
  }
  let first = block + local;
//#if ${SUBGROUPS}
//#else
  if (first >= parameters.rows) {
    return;
  }
//#endif
  var nearest: array<u32, POINTS>;
  findNearest(first, local, &nearest);

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
