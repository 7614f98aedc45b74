// Matrix products, 4 rows × 8 columns in registers, from copies of both operands in the order in which they are read.
// Products are rounded before they are added (no fused multiply-add), in blocks of DEPTH, so all machines agree.

/** Rows of A and their depth that are copied together: 64 KiB. */
const ROWS: u32 = 64
const DEPTH: u32 = 256
/** Bytes of that copy, behind which is a tile of the product. */
const COPY_BYTES: usize = (<usize>ROWS * DEPTH) << 2

/** Copies B to panels of 8 columns, `depth` × 8, with zeros for columns that it lacks. Strides are in elements. */
export function packColumns(b: usize, to: usize, depth: u32, columns: u32, bDepth: usize, bColumn: usize): void {
  for (let column: u32 = 0; column < columns; column += 8) {
    const count = min(columns - column, 8)
    const start = b + ((column * bColumn) << 2)
    for (let k: u32 = 0; k < depth; k++) {
      const from = start + ((k * bDepth) << 2)
      if (bColumn === 1 && count === 8) {
        v128.store(to, v128.load(from))
        v128.store(to, v128.load(from, 16), 16)
      } else {
        for (let i: u32 = 0; i < 8; i++) {
          store<f32>(to + (i << 2), i < count ? load<f32>(from + ((i * bColumn) << 2)) : 0)
        }
      }
      to += 32
    }
  }
}

/** Copies rows `row` to `end` − 1 of A to panels of 4 rows, `depth` × 4; zeros behind the last, ones for `onesRow`. */
function packRows(a: usize, to: usize, row: u32, end: u32, depth: u32, aRow: usize, aDepth: usize, onesRow: u32): void {
  for (; row < end; row += 4) {
    for (let i: u32 = 0; i < 4; i++) {
      const at = row + i
      let from = a + ((at * aRow) << 2)
      const step = aDepth << 2
      const last = to + ((<usize>depth) << 4)
      if (at < end && at !== onesRow) {
        for (let cell = to + (i << 2); cell < last; cell += 16) {
          store<f32>(cell, load<f32>(from))
          from += step
        }
      } else {
        const value: f32 = at < end ? 1 : 0
        for (let cell = to + (i << 2); cell < last; cell += 16) store<f32>(cell, value)
      }
    }
    to += (<usize>depth) << 4
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

/**
 * Rows `first` to `end` − 1 of A·B, with B from `packColumns`. Strides are in elements; `onesRow` is a row of A of ones.
 * `copy` has room for COPY_BYTES and a tile.
 */
export function multiplyRows(
  copy: usize,
  first: u32,
  end: u32,
  a: usize,
  packed: usize,
  product: usize,
  columns: u32,
  depth: u32,
  aRow: usize,
  aDepth: usize,
  onesRow: u32,
): void {
  const tile = copy + COPY_BYTES
  const rowBytes = (<usize>columns) << 2
  for (let row = first; row < end; row += ROWS) {
    const rowEnd = min(end, row + ROWS)
    for (let k: u32 = 0; k < depth; k += DEPTH) {
      const deep = min(depth - k, DEPTH)
      packRows(a + ((k * aDepth) << 2), copy, row, rowEnd, deep, aRow, aDepth, onesRow)
      const panelBytes = (<usize>deep) << 4
      let b = packed + ((<usize>k) << 5)
      for (let column: u32 = 0; column < columns; column += 8) {
        let panel = copy
        for (let at = row; at < rowEnd; at += 4) {
          const to = product + at * rowBytes + (column << 2)
          if (at + 4 <= rowEnd && column + 8 <= columns) {
            multiplyPanels(panel, panel + panelBytes, b, to, rowBytes, k > 0)
          } else {
            multiplyPanels(panel, panel + panelBytes, b, tile, 32, false)
            putPart(tile, to, rowBytes, min(rowEnd - at, 4), min(columns - column, 8), k > 0)
          }
          panel += panelBytes
        }
        b += (<usize>depth) << 5
      }
    }
  }
}

/** Adds the bias to rows `first` to `end` − 1 of a product. */
export function addBias(product: usize, bias: usize, first: u32, end: u32, columns: u32): void {
  let at = product + ((<usize>first * columns) << 2)
  for (let row = first; row < end; row++) {
    for (let column: u32 = 0; column < columns; column++) {
      store<f32>(at, load<f32>(at) + load<f32>(bias + (column << 2)))
      at += 4
    }
  }
}

/** Multiplies negative values by `slope`, for relu and leaky-relu; adding 0 makes no -0. */
export function scaleNegative(from: usize, end: usize, slope: f32): void {
  for (; from < end; from += 4) {
    const value = load<f32>(from)
    store<f32>(from, value > 0 ? value : slope * value + 0)
  }
}
