// Connected components of equal labels within tiles of pixels: for every pixel the lowest index of a pixel of its
// component, by label equivalence in workgroup memory (Playne and Hawick, "A new algorithm for parallel connected-component
// labelling on GPUs", IEEE Transactions on Parallel and Distributed Systems 29(6), 2018). A workgroup does one tile: a
// thread finds the runs of a row, then unites pixels with those above, once for each pair of runs.

const TILE_PIXELS = TILE_WIDTH * TILE_HEIGHT;

// By places in the tile.
var<workgroup> parents: array<atomic<u32>, TILE_PIXELS>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = workgroupIndex(invocation);
  let tile = parameters.firstTile + index;
  let across = (parameters.width + TILE_WIDTH - 1u) / TILE_WIDTH;
  let left = tile % across * TILE_WIDTH;
  let top = tile / across * TILE_HEIGHT;
  // Workgroups that the fold of the grid adds have no pixels.
  let isTile = index < parameters.tileCount;
  let columns = select(0u, min(TILE_WIDTH, parameters.width - left), isTile);
  let rows = select(0u, min(TILE_HEIGHT, parameters.height - top), isTile);
  let first = top * parameters.width + left;

  for (var y = invocation.local; y < rows; y += WORKGROUP_SIZE) {
    var run = y * TILE_WIDTH;
    var label = labels[first + y * parameters.width];
    for (var x = 0u; x < columns; x++) {
      let next = labels[first + y * parameters.width + x];
      if (next != label) {
        run = y * TILE_WIDTH + x;
        label = next;
      }
      atomicStore(&parents[y * TILE_WIDTH + x], run);
    }
  }
  workgroupBarrier();
  for (var place = TILE_WIDTH + invocation.local; place < rows * TILE_WIDTH; place += WORKGROUP_SIZE) {
    let x = place % TILE_WIDTH;
    let at = first + place / TILE_WIDTH * parameters.width + x;
    if (x < columns && labels[at] == labels[at - parameters.width]) {
      let isJoined = x > 0u && labels[at - 1u] == labels[at] && labels[at - parameters.width - 1u] == labels[at];
      if (!isJoined) {
        unite(place, place - TILE_WIDTH);
      }
    }
  }
  workgroupBarrier();
  for (var place = invocation.local; place < rows * TILE_WIDTH; place += WORKGROUP_SIZE) {
    let x = place % TILE_WIDTH;
    if (x < columns) {
      let root = rootOf(place);
      components[first + place / TILE_WIDTH * parameters.width + x] =
        first + root / TILE_WIDTH * parameters.width + root % TILE_WIDTH;
    }
  }
}
