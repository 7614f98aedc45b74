/** Copies packed centroids, column after column, to group after group. */
export function packGroups(packed: usize, to: usize, columns: u32, groups: u32): void {
  const columnBytes = (<usize>groups) << 4
  for (let group: u32 = 0; group < groups; group++) {
    let from = packed + ((<usize>group) << 4)
    for (let column: u32 = 0; column < columns; column++) {
      v128.store(to, v128.load(from))
      from += columnBytes
      to += 16
    }
  }
}

/** Keeps the new labels of rows `first` to `end` − 1 and lists the moves; returns the number of moves of the chunk. */
export function listMoves(
  nearest: usize,
  labels: usize,
  moves: usize,
  first: u32,
  end: u32,
  count: u32,
  anew: bool,
): u32 {
  for (let row = first; row < end; row++) {
    const at = (<usize>row) << 2
    // Most labels stay.
    const four = !anew && row + 4 <= end
    if (four && !v128.any_true(v128.xor(v128.load(nearest + at), v128.load(labels + at)))) {
      row += 3
      continue
    }
    const label = load<u32>(nearest + at)
    const old = anew ? u32.MAX_VALUE : load<u32>(labels + at)
    if (old === label) continue
    store<u32>(labels + at, label)
    const to = moves + ((<usize>count) << 3)
    store<u32>(to, row)
    store<u32>(to, old, 4)
    count++
  }
  return count
}
