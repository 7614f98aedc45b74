// The linear index of a workgroup or invocation in a dispatch that was folded into two dimensions
// (a dimension takes at most 65 535 workgroups). The fold may add workgroups: compare with the count.
fn linearWorkgroup(workgroup: vec3<u32>, grid: vec3<u32>) -> u32 {
  return workgroup.y * grid.x + workgroup.x;
}
