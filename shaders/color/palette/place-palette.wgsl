// Computes the coordinates of palette entries. One thread processes one entry.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let k = invocationIndex(invocation);
  if (k < parameters.entryCount) {
    entries[k] = spaceCoordinates(palette[k]);
  }
}
