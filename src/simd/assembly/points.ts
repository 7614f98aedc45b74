/** Rows of a block of column-statistics (STATISTICS_ROWS), and of measure-points (MEASURE_BLOCK). */
const STATISTICS: u32 = 256
const MEASURED: u32 = 32
/** The bits of infinity, which those of NaN contain. */
const INFINITE: i32 = 0x7f800000

/** Adds four rows' squared distances of a column, in float64, to the sums at `sums`. */
function addSquares(x: v128, c: v128, low: v128, sums: usize): v128 {
  const difference = f64x2.sub(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(c))
  const x2 = v128.shuffle<i64>(x, x, 1, 1)
  const high = f64x2.sub(f64x2.promote_low_f32x4(x2), f64x2.promote_low_f32x4(v128.shuffle<i64>(c, c, 1, 1)))
  v128.store(sums, f64x2.add(v128.load(sums), f64x2.mul(high, high)))
  return f64x2.add(low, f64x2.mul(difference, difference))
}

/**
 * Blocks `first` to `end` − 1 of measure-points, four rows in the lanes of registers, each summed in float64 in the order of
 * its columns, as the twin does. `weights` is 0 where there are none. `scratch` has 32 bytes.
 */
export function measureDistances(
  scratch: usize,
  first: u32,
  end: u32,
  points: usize,
  weights: usize,
  shift: usize,
  centroids: usize,
  labels: usize,
  distances: usize,
  blockSums: usize,
  endRow: u32,
  columns: u32,
  scale: f32,
  lower: bool,
): void {
  const rowBytes = (<usize>columns) << 2
  const factor = f32x4.splat(scale)
  for (let block = first; block < end; block++) {
    const rows = min((block + 1) * MEASURED, endRow)
    let sum: f64 = 0
    for (let row = block * MEASURED; row < rows; row += 4) {
      const r1 = min(row + 1, rows - 1)
      const r2 = min(row + 2, rows - 1)
      const r3 = min(row + 3, rows - 1)
      const p0 = points + row * rowBytes
      const p1 = points + r1 * rowBytes
      const p2 = points + r2 * rowBytes
      const p3 = points + r3 * rowBytes
      const c0 = centroids + load<u32>(labels + ((<usize>row) << 2)) * rowBytes
      const c1 = centroids + load<u32>(labels + ((<usize>r1) << 2)) * rowBytes
      const c2 = centroids + load<u32>(labels + ((<usize>r2) << 2)) * rowBytes
      const c3 = centroids + load<u32>(labels + ((<usize>r3) << 2)) * rowBytes
      let low = f64x2.splat(0)
      v128.store(scratch, low, 16)
      for (let at: usize = 0; at < rowBytes; at += 4) {
        let x = v128.load32_splat(p0 + at)
        x = v128.load_lane<f32>(p1 + at, x, 1)
        x = v128.load_lane<f32>(p2 + at, x, 2)
        x = v128.load_lane<f32>(p3 + at, x, 3)
        let c = v128.load32_splat(c0 + at)
        c = v128.load_lane<f32>(c1 + at, c, 1)
        c = v128.load_lane<f32>(c2 + at, c, 2)
        c = v128.load_lane<f32>(c3 + at, c, 3)
        x = f32x4.mul(f32x4.sub(x, v128.load32_splat(shift + at)), factor)
        low = addSquares(x, c, low, scratch + 16)
      }
      v128.store(scratch, low)
      for (let i: u32 = 0; i < min(4, rows - row); i++) {
        const at = (<usize>(row + i)) << 2
        let distance = load<f64>(scratch + ((<usize>i) << 3))
        if (lower) distance = min(distance, <f64>load<f32>(distances + at))
        store<f32>(distances + at, <f32>distance)
        sum += weights ? <f64>load<f32>(weights + at) * distance : distance
      }
    }
    store<f32>(blockSums + ((<usize>block) << 2), <f32>sum)
  }
}

/** Blocks `first` to `end` − 1 of column-statistics; writes the least index of each that is not finite to `bad`, or NONE. */
export function describeColumns(
  _scratch: usize,
  first: u32,
  end: u32,
  points: usize,
  reference: usize,
  statistics: usize,
  bad: usize,
  rows: u32,
  columns: u32,
  scale: f64,
): void {
  const rowBytes = (<usize>columns) << 2
  const vectors = rowBytes & ~15
  for (let block = first; block < end; block++) {
    const from = points + block * STATISTICS * rowBytes
    const stop = points + min((block + 1) * STATISTICS, rows) * rowBytes
    const to = statistics + ((<usize>block * columns) << 4)
    let finite = true
    let at: usize = 0
    for (; at < vectors; at += 16) {
      if (!describeFour(from + at, stop, rowBytes, reference + at, to + (at << 2), scale)) finite = false
    }
    for (; at < rowBytes; at += 4) {
      if (!describeOne(from + at, stop, rowBytes, reference + at, to + (at << 2), scale)) finite = false
    }
    store<u32>(bad + ((<usize>block) << 2), finite ? u32.MAX_VALUE : firstBad(points, from, stop))
  }
}

/** The statistics of four columns; returns whether all is finite. */
function describeFour(x: usize, stop: usize, rowBytes: usize, reference: usize, to: usize, scale: f64): bool {
  let least = f32x4.splat(Infinity)
  let greatest = f32x4.splat(-Infinity)
  let bad = i32x4.splat(0)
  let lowSum = f64x2.splat(0)
  let highSum = lowSum
  let lowSquares = lowSum
  let highSquares = lowSum
  const middle = v128.load(reference)
  const low = f64x2.promote_low_f32x4(middle)
  const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(middle, middle, 1, 1))
  const factor = f64x2.splat(scale)
  const infinite = i32x4.splat(INFINITE)
  for (; x < stop; x += rowBytes) {
    const value = v128.load(x)
    bad = v128.or(bad, i32x4.eq(v128.and(value, infinite), infinite))
    least = f32x4.pmin(least, value)
    greatest = f32x4.pmax(greatest, value)
    const a = f64x2.mul(f64x2.sub(f64x2.promote_low_f32x4(value), low), factor)
    const upper = v128.shuffle<i64>(value, value, 1, 1)
    const b = f64x2.mul(f64x2.sub(f64x2.promote_low_f32x4(upper), high), factor)
    lowSum = f64x2.add(lowSum, a)
    highSum = f64x2.add(highSum, b)
    lowSquares = f64x2.add(lowSquares, f64x2.mul(a, a))
    highSquares = f64x2.add(highSquares, f64x2.mul(b, b))
  }
  keep(
    to,
    f32x4.extract_lane(least, 0),
    f32x4.extract_lane(greatest, 0),
    f64x2.extract_lane(lowSum, 0),
    f64x2.extract_lane(lowSquares, 0),
  )
  keep(
    to + 16,
    f32x4.extract_lane(least, 1),
    f32x4.extract_lane(greatest, 1),
    f64x2.extract_lane(lowSum, 1),
    f64x2.extract_lane(lowSquares, 1),
  )
  keep(
    to + 32,
    f32x4.extract_lane(least, 2),
    f32x4.extract_lane(greatest, 2),
    f64x2.extract_lane(highSum, 0),
    f64x2.extract_lane(highSquares, 0),
  )
  keep(
    to + 48,
    f32x4.extract_lane(least, 3),
    f32x4.extract_lane(greatest, 3),
    f64x2.extract_lane(highSum, 1),
    f64x2.extract_lane(highSquares, 1),
  )
  return !v128.any_true(bad)
}

function keep(to: usize, least: f32, greatest: f32, sum: f64, squares: f64): void {
  store<f32>(to, least)
  store<f32>(to, greatest, 4)
  store<f32>(to, <f32>sum, 8)
  store<f32>(to, <f32>squares, 12)
}

/** The statistics of a column; returns whether all is finite. */
function describeOne(x: usize, stop: usize, rowBytes: usize, reference: usize, to: usize, scale: f64): bool {
  const middle = <f64>load<f32>(reference)
  let least: f32 = Infinity
  let greatest: f32 = -Infinity
  let finite = true
  let sum: f64 = 0
  let squares: f64 = 0
  for (; x < stop; x += rowBytes) {
    const value = load<f32>(x)
    if (!isNumber(value)) finite = false
    if (value < least) least = value
    if (value > greatest) greatest = value
    const deviation = (<f64>value - middle) * scale
    sum += deviation
    squares += deviation * deviation
  }
  keep(to, least, greatest, sum, squares)
  return finite
}

/** Whether a number is neither NaN nor infinite. */
function isNumber(value: f32): bool {
  return (reinterpret<i32>(value) & INFINITE) !== INFINITE
}

/** The index of the first number from `from` on that is not finite. */
function firstBad(points: usize, from: usize, stop: usize): u32 {
  while (from < stop && isNumber(load<f32>(from))) from += 4
  return <u32>((from - points) >> 2)
}

/**
 * Writes the squared distances of rows `first` to `end` − 1 to one centroid, in float64 and in the order of columns, four
 * rows in the lanes of registers. `scratch` has 16 bytes.
 */
export function measureRowsTo(
  scratch: usize,
  first: u32,
  end: u32,
  points: usize,
  shift: usize,
  centroid: usize,
  squares: usize,
  columns: u32,
  scale: f32,
): void {
  const rowBytes = (<usize>columns) << 2
  const factor = f32x4.splat(scale)
  for (let row = first; row < end; row += 4) {
    const p0 = points + row * rowBytes
    const p1 = points + min(row + 1, end - 1) * rowBytes
    const p2 = points + min(row + 2, end - 1) * rowBytes
    const p3 = points + min(row + 3, end - 1) * rowBytes
    let low = f64x2.splat(0)
    v128.store(scratch, low)
    for (let at: usize = 0; at < rowBytes; at += 4) {
      let x = v128.load32_splat(p0 + at)
      x = v128.load_lane<f32>(p1 + at, x, 1)
      x = v128.load_lane<f32>(p2 + at, x, 2)
      x = v128.load_lane<f32>(p3 + at, x, 3)
      x = f32x4.mul(f32x4.sub(x, v128.load32_splat(shift + at)), factor)
      low = addSquares(x, v128.load32_splat(centroid + at), low, scratch)
    }
    const to = squares + ((<usize>row) << 3)
    store<f64>(to, f64x2.extract_lane(low, 0))
    if (row + 1 < end) store<f64>(to, f64x2.extract_lane(low, 1), 8)
    if (row + 2 < end) store<f64>(to, load<f64>(scratch), 16)
    if (row + 3 < end) store<f64>(to, load<f64>(scratch, 8), 24)
  }
}
