// Starts a round of k-means on the device: a new state, with one change, so that labels left by an earlier round are not
// taken for convergence, and no bad point known. One thread.

@group(0) @binding(1) var<storage, read_write> state: array<u32>;
@group(0) @binding(2) var<storage, read_write> firstBad: array<u32>;

override WORKGROUP_SIZE: u32 = 1;
const STATE_WORDS = 4u;
const STATE_CHANGES = 0u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) local: u32) {
  if (local != 0u) {
    return;
  }
  for (var word = 0u; word < STATE_WORDS; word++) {
    state[word] = 0u;
  }
  state[STATE_CHANGES] = 1u;
  firstBad[0] = 0xffffffffu;
}
