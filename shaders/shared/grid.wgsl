// The index of a thread in a dispatch folded into two dimensions (a dimension takes at most 65 535 workgroups). The
// fold may add workgroups: compare with the count.
struct Invocation {
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
}

fn workgroupIndex(invocation: Invocation) -> u32 {
  return invocation.workgroup.y * invocation.grid.x + invocation.workgroup.x;
}

fn invocationIndex(invocation: Invocation) -> u32 {
  return workgroupIndex(invocation) * WORKGROUP_SIZE + invocation.local;
}
