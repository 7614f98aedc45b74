// Replaces the blocks' counts of used slots by their exclusive prefix sums, in one workgroup; the total comes last, and
// is written to the state. One thread sums a run of blocks, thread 0 scans the runs, then every thread writes its own.
// (No decoupled look-back: WebGPU does not guarantee forward progress between workgroups.)

var<workgroup> runs: array<u32, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) local: u32) {
  let length = (parameters.blockCount + WORKGROUP_SIZE - 1u) / WORKGROUP_SIZE;
  let first = min(local * length, parameters.blockCount);
  let end = min(first + length, parameters.blockCount);
  var sum = 0u;
  for (var i = first; i < end; i++) {
    sum += blockOffsets[i];
  }
  runs[local] = sum;
  workgroupBarrier();
  if (local == 0u) {
    var offset = 0u;
    for (var i = 0u; i < WORKGROUP_SIZE; i++) {
      let run = runs[i];
      runs[i] = offset;
      offset += run;
    }
    state[STATE_UNIQUE] = offset;
    blockOffsets[parameters.blockCount] = offset;
  }
  workgroupBarrier();
  var offset = runs[local];
  for (var i = first; i < end; i++) {
    let count = blockOffsets[i];
    blockOffsets[i] = offset;
    offset += count;
  }
}
