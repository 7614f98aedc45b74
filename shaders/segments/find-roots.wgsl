// Replaces parents by the roots of their sets. A thread does one; ways that others shorten meanwhile lead to the same roots.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.end - parameters.first) {
    return;
  }
  let at = parameters.first + index;
  atomicStore(&parents[at], rootOf(at));
}
