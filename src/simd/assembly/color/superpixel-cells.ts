/** Cells whose centres a pixel is compared with, by slot: those around its own and itself, row by row. */
export const SLOTS: u32 = 9
const SUM_BYTES: usize = 52

/** What is summed for a slot of a cell: pixels, L, a, b, alpha, x and y, of 64 bits. */
export const PARTIAL: usize = 56

/** A cell by a slot of another; at the image's border some are the same. */
export function neighborOf(cell: u32, slot: u32, columns: u32, rows: u32): u32 {
  const x = min(max((cell % columns) + (slot % 3), 1) - 1, columns - 1)
  const y = min(max(cell / columns + slot / 3, 1) - 1, rows - 1)
  return y * columns + x
}

/** Adds what cells `first` to `end` − 1 summed for their slots to the superpixels' sums. */
export function addCells(partials: usize, sums: usize, first: u32, end: u32, columns: u32, rows: u32): void {
  for (let cell = first; cell < end; cell++) {
    for (let slot: u32 = 0; slot < SLOTS; slot++) {
      const partial = partials + <usize>(cell * SLOTS + slot) * PARTIAL
      const sum = sums + <usize>neighborOf(cell, slot, columns, rows) * SUM_BYTES
      store<u32>(sum, load<u32>(sum) + <u32>load<u64>(partial))
      for (let at: usize = 0; at < 48; at += 8) {
        store<u64>(sum + at, load<u64>(sum + at, 4) + load<u64>(partial + at, 8), 4)
      }
    }
  }
}
