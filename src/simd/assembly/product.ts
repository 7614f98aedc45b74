// Matrix products, 4 rows × 8 columns in registers. Blocks of A that fit a core's second cache are copied once, panels of B
// that fit its first once for each of these blocks, both in the order in which they are read. Products are rounded before
// they are added (no fused multiply-add), in blocks of DEPTH, so all machines agree.
import { activateRow } from './activation'
import { packVectors, repeat } from './packing'

/** Rows of A and their depth that are copied together: 128 KiB. */
const ROWS: u32 = 128
const DEPTH: u32 = 256
/** Columns of B that are copied together, a line of the cache: two panels of 8, 16 KiB. */
const COLUMNS: u32 = 16
const PANEL_BYTES: usize = (<usize>DEPTH) << 5
/** Offsets in the scratch memory: the copy of A, behind it those of B, and a tile of the product. */
const B_AT: usize = (<usize>ROWS * DEPTH) << 2
const TILE_AT: usize = B_AT + 2 * PANEL_BYTES

/** Numbers of a product in memory: addresses, the rows that are computed, sizes, and distances in elements. */
@unmanaged
class Product {
  a: u32 = 0
  b: u32 = 0
  /** 0 if there is none. */
  bias: u32 = 0
  product: u32 = 0
  firstRow: u32 = 0
  endRow: u32 = 0
  batches: u32 = 0
  rows: u32 = 0
  columns: u32 = 0
  depth: u32 = 0
  aRow: u32 = 0
  aDepth: u32 = 0
  aBatch: u32 = 0
  bDepth: u32 = 0
  bColumn: u32 = 0
  bBatch: u32 = 0
  /** A row of A of ones. */
  onesRow: u32 = 0
  activation: u32 = 0
}

/** Copies rows `row` to `end` − 1 of A, from `k` on, to panels of 4 rows. */
function packRows(task: Product, a: usize, to: usize, row: u32, end: u32, k: u32, deep: u32): void {
  const rowBytes = (<usize>task.aRow) << 2
  const stepBytes = (<usize>task.aDepth) << 2
  const panelBytes = (<usize>deep) << 4
  let from = a + row * rowBytes + k * stepBytes
  for (; row < end; row += 4) {
    const ones = task.onesRow - row
    packVectors(from, rowBytes, stepBytes, min(end - row, ones), to, 16, deep)
    if (ones < min(end - row, 4)) repeat(1, to + (ones << 2), 16, deep)
    from += rowBytes << 2
    to += panelBytes
  }
}

/** Copies COLUMNS columns of a row-major B, each line of the cache at once, to two panels. */
function packLines(from: usize, stepBytes: usize, to: usize, deep: u32): void {
  for (const end = to + ((<usize>deep) << 5); to < end; to += 32) {
    v128.store(to, v128.load(from))
    v128.store(to, v128.load(from, 16), 16)
    v128.store(to, v128.load(from, 32), PANEL_BYTES)
    v128.store(to, v128.load(from, 48), PANEL_BYTES + 16)
    from += stepBytes
  }
}

/** A sum of 4 values, put or added to those at `to`. */
function put(to: usize, sum: v128, adds: bool): void {
  v128.store(to, adds ? f32x4.add(v128.load(to), sum) : sum)
}

/** Multiplies a panel of 4 rows with one of 8 columns, into `to` whose rows are `rowBytes` apart. */
function multiplyPanels(a: usize, aEnd: usize, b: usize, to: usize, rowBytes: usize, adds: bool): void {
  let c00 = f32x4.splat(0)
  let c01 = c00
  let c10 = c00
  let c11 = c00
  let c20 = c00
  let c21 = c00
  let c30 = c00
  let c31 = c00
  while (a < aEnd) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    let x = v128.load32_splat(a)
    c00 = f32x4.add(c00, f32x4.mul(x, b0))
    c01 = f32x4.add(c01, f32x4.mul(x, b1))
    x = v128.load32_splat(a, 4)
    c10 = f32x4.add(c10, f32x4.mul(x, b0))
    c11 = f32x4.add(c11, f32x4.mul(x, b1))
    x = v128.load32_splat(a, 8)
    c20 = f32x4.add(c20, f32x4.mul(x, b0))
    c21 = f32x4.add(c21, f32x4.mul(x, b1))
    x = v128.load32_splat(a, 12)
    c30 = f32x4.add(c30, f32x4.mul(x, b0))
    c31 = f32x4.add(c31, f32x4.mul(x, b1))
    a += 16
    b += 32
  }
  put(to, c00, adds)
  put(to + 16, c01, adds)
  to += rowBytes
  put(to, c10, adds)
  put(to + 16, c11, adds)
  to += rowBytes
  put(to, c20, adds)
  put(to + 16, c21, adds)
  to += rowBytes
  put(to, c30, adds)
  put(to + 16, c31, adds)
}

/** Puts or adds the first `rows` × `columns` of a tile of 4 × 8 to the product. */
function putPart(tile: usize, to: usize, rowBytes: usize, rows: u32, columns: u32, adds: bool): void {
  for (let row: u32 = 0; row < rows; row++) {
    for (let column: u32 = 0; column < columns; column++) {
      const at = to + row * rowBytes + (column << 2)
      const sum = load<f32>(tile + (row << 5) + (column << 2))
      store<f32>(at, adds ? load<f32>(at) + sum : sum)
    }
  }
}

/** Multiplies the copied rows `row` to `rowEnd` − 1 with the copy of `count` ≤ 8 columns, into `to`. */
function multiplyRows(
  scratch: usize,
  b: usize,
  deep: u32,
  row: u32,
  rowEnd: u32,
  to: usize,
  rowBytes: usize,
  count: u32,
  adds: bool,
): void {
  const panelBytes = (<usize>deep) << 4
  const tile = scratch + TILE_AT
  for (; row < rowEnd; row += 4) {
    const panelEnd = scratch + panelBytes
    if (row + 4 <= rowEnd && count === 8) {
      multiplyPanels(scratch, panelEnd, b, to, rowBytes, adds)
    } else {
      multiplyPanels(scratch, panelEnd, b, tile, 32, false)
      putPart(tile, to, rowBytes, min(rowEnd - row, 4), count, adds)
    }
    scratch = panelEnd
    to += rowBytes << 2
  }
}

/** Rows `row` to `rowEnd` − 1 and columns `first` to `end` − 1 of a batch of the product. */
function multiplyBlock(scratch: usize, task: Product, batch: u32, row: u32, rowEnd: u32, first: u32, end: u32): void {
  const columns = task.columns
  const rowBytes = (<usize>columns) << 2
  const columnBytes = (<usize>task.bColumn) << 2
  const stepBytes = (<usize>task.bDepth) << 2
  const a = task.a + ((<usize>batch * task.aBatch) << 2)
  const b = task.b + ((<usize>batch * task.bBatch) << 2)
  const to = task.product + (batch * task.rows + row) * rowBytes
  for (let k: u32 = 0; k < task.depth; k += DEPTH) {
    const deep = min(task.depth - k, DEPTH)
    packRows(task, a, scratch, row, rowEnd, k, deep)
    for (let column = first; column < end; column += COLUMNS) {
      const columnEnd = min(end, column + COLUMNS)
      const panels = (columnEnd - column + 7) >> 3
      const lines = b + column * columnBytes + k * stepBytes
      const isWhole = columnBytes === 4 && column + COLUMNS <= end
      if (isWhole) packLines(lines, stepBytes, scratch + B_AT, deep)
      for (let part: u32 = 0; !isWhole && part < panels << 1; part++) {
        const at = column + (part << 2)
        const count = at < columnEnd ? columnEnd - at : 0
        const to = scratch + B_AT + (part >> 1) * PANEL_BYTES + ((part & 1) << 4)
        packVectors(b + at * columnBytes + k * stepBytes, columnBytes, stepBytes, count, to, 32, deep)
      }
      let panel = scratch + B_AT
      for (let at = column; at < columnEnd; at += 8) {
        multiplyRows(scratch, panel, deep, row, rowEnd, to + (at << 2), rowBytes, min(columnEnd - at, 8), k > 0)
        panel += PANEL_BYTES
      }
    }
  }
  if (!task.bias && !task.activation) return
  for (let at = to; row < rowEnd; row++) {
    activateRow(at + (first << 2), at + (end << 2), task.bias ? task.bias + (first << 2) : 0, task.activation)
    at += rowBytes
  }
}

/**
 * Computes a product, of which threads share the batches (`side` 0), rows (1) or columns (2): here `first` to `end` − 1 of
 * them. `scratch` has room for TILE_AT bytes and a tile.
 */
export function multiply(scratch: usize, first: u32, end: u32, side: u32, product: usize): void {
  const task = changetype<Product>(product)
  const batch = side === 0 ? first : 0
  const endBatch = side === 0 ? end : task.batches
  const firstColumn = side === 2 ? first : 0
  const endColumn = side === 2 ? end : task.columns
  const endRow = side === 1 ? end : task.endRow
  for (let at = batch; at < endBatch; at++) {
    for (let row = side === 1 ? first : task.firstRow; row < endRow; row += ROWS) {
      multiplyBlock(scratch, task, at, row, min(endRow, row + ROWS), firstColumn, endColumn)
    }
  }
}
