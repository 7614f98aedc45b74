// Unites components of equal labels across the borders of tiles. A thread does one pair of pixels, unless the pair before it
// has joined the same components.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.end - parameters.first) {
    return;
  }
  let pair = parameters.first + index;
  let width = parameters.width;
  let horizontal = width * ((parameters.height + TILE_HEIGHT - 1u) / TILE_HEIGHT - 1u);
  if (pair < horizontal) {
    let along = pair % width;
    join((pair / width + 1u) * TILE_HEIGHT * width + along, width, 1u, along % TILE_WIDTH == 0u);
  } else {
    let along = (pair - horizontal) % parameters.height;
    let border = (pair - horizontal) / parameters.height + 1u;
    join(along * width + border * TILE_WIDTH, 1u, width, along % TILE_HEIGHT == 0u);
  }
}

// Joins a pixel with the one `other` before it; `step` is the distance of the pair before, which is of other tiles if isFirst.
fn join(at: u32, other: u32, step: u32, isFirst: bool) {
  let label = labels[at];
  if (labels[at - other] != label) {
    return;
  }
  if (!isFirst) {
    if (labels[at - step] == label && labels[at - step - other] == label) {
      return;
    }
  }
  unite(at, at - other);
}
