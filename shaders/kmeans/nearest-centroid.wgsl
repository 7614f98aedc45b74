// The nearest centroid of every point, never storing a distance matrix. Points and centroids are compared in
// shared/nearest-direct.wgsl (DIRECT), shared/nearest-by-subgroup.wgsl (SUBGROUPS) or shared/nearest-by-thread.wgsl; in
// all, a thread processes POINTS points that are WORKGROUP_SIZE apart, so that neighbouring threads have neighbouring
// points.
//
// DIRECT sums (x − c)²; otherwise ‖c‖²/2 − x·c is compared, one multiply-add per coordinate, in the working coordinates
// (point − shift) · scale, whose origin is near the middle of the data. Ties go to the lowest index.
//
// Points whose label changes are counted in the state and listed in `moves` with the former label, for the sums, in
// random order. Before the first iteration no point has a label; with CUMULATIVE points never have one (mini-batches).

//#if ${SHARED}
var<workgroup> idle: bool;
//#endif

//#if ${SUBGROUPS}
// The state is the same for all threads, which the compiler cannot see.
@diagnostic(off, subgroup_uniformity)
//#endif
@compute @workgroup_size(WORKGROUP_SIZE)
//#if ${SUBGROUPS}
fn main(invocation: Invocation, @builtin(subgroup_invocation_id) local: u32) {
//#else
fn main(invocation: Invocation) {
  let local = invocation.local;
//#endif
  let block = workgroupIndex(invocation) * (WORKGROUP_SIZE * POINTS);
//#if ${SHARED}
  // Barriers follow, so that the compiler has to see that all threads go on.
  if (local == 0u) {
    idle = block >= parameters.rows || atomicLoad(&state[STATE_STOPPED]) != 0u;
  }
  if (workgroupUniformLoad(&idle)) {
    return;
  }
//#else
  if (block >= parameters.rows || atomicLoad(&state[STATE_STOPPED]) != 0u) {
    return;
  }
//#endif
  let first = block + local;
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
      old[p] = select(labels[row], NO_LABEL, anew);
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
