// Mixtures of points of few columns: densities and moments of 4 points at a time, by the records of shaders/mixture/whiten.wgsl.
import { expNegative } from '../activation'
import { packVectors } from '../packing'

/** Numbers of a dispatch in memory: addresses, sizes, and flags. */
@unmanaged
class Mixture {
  points: u32 = 0
  records: u32 = 0
  logDensities: u32 = 0
  /** Labels and densities, or weights (0 if none) and responsibilities. */
  labels: u32 = 0
  densities: u32 = 0
  slices: u32 = 0
  firstRow: u32 = 0
  rows: u32 = 0
  columns: u32 = 0
  components: u32 = 0
  recordBytes: u32 = 0
  diagonal: u32 = 0
  /** Points of a slice. */
  span: u32 = 0
}

/** Whitens the points at `x`, 4 of a column together, into `y`; returns their log densities in a component. */
function whiten(task: Mixture, record: usize, x: usize, y: usize): v128 {
  const columns = (<usize>task.columns) << 2
  let factor = record + 2 * columns
  let square = f32x4.splat(0)
  for (let i: usize = 0; i < columns; i += 4) {
    let sum = v128.load32_splat(record + columns + i)
    for (let j: usize = task.diagonal ? i : 0; j <= i; j += 4) {
      const difference = f32x4.sub(v128.load(x + (j << 2)), v128.load32_splat(record + j))
      sum = f32x4.add(sum, f32x4.mul(difference, v128.load32_splat(factor)))
      factor += 4
    }
    v128.store(y + (i << 2), sum)
    square = f32x4.add(square, f32x4.mul(sum, sum))
  }
  square = f32x4.pmin(f32x4.splat(1e37), square)
  const constant = v128.load32_splat(record + task.recordBytes - 4)
  return f32x4.sub(constant, f32x4.mul(f32x4.splat(0.5), square))
}

/** Copies `count` ≤ 4 points from `row` of the tile on, a column of them after the other. */
function copyPoints(task: Mixture, row: u32, count: u32, x: usize): void {
  const rowBytes = (<usize>task.columns) << 2
  packVectors(task.points + <usize>(task.firstRow + row) * rowBytes, rowBytes, 4, count, x, 16, task.columns)
}

/**
 * Log densities, as their largest term and the sum of all relative to it, and labels, of points in groups of four `first` to
 * `end` − 1. `scratch` has 48 bytes, 32 for each column,
 * and 16 for each component.
 */
export function mixtureDensities(scratch: usize, first: u32, end: u32, at: usize): void {
  const task = changetype<Mixture>(at)
  const own = scratch + ((<usize>task.columns) << 5) + 48
  const ownEnd = own + ((<usize>task.components) << 4)
  for (let group = first; group < end; group++) {
    const row = group << 2
    const count = min(4, task.rows - row)
    copyPoints(task, row, count, scratch)
    let record: usize = task.records
    let largest = f32x4.splat(-Infinity)
    let label = i32x4.splat(0)
    let index = label
    for (let to = own; to < ownEnd; to += 16) {
      const density = whiten(task, record, scratch, scratch + ((<usize>task.columns) << 4))
      v128.store(to, density)
      const above = f32x4.gt(density, largest)
      largest = v128.bitselect(density, largest, above)
      label = v128.bitselect(index, label, above)
      index = i32x4.add(index, i32x4.splat(1))
      record += task.recordBytes
    }
    let sum = f32x4.splat(0)
    for (let from = own; from < ownEnd; from += 16) {
      sum = f32x4.add(sum, expNegative(f32x4.sub(v128.load(from), largest)))
    }
    putDensities(task, row, count, own, largest, sum, label)
  }
}

function putDensities(task: Mixture, row: u32, count: u32, own: usize, largest: v128, sum: v128, label: v128): void {
  const room = own - 48
  v128.store(room, largest)
  v128.store(room, sum, 16)
  v128.store(room, label, 32)
  for (let lane: u32 = 0; lane < count; lane++) {
    const from = room + (lane << 2)
    const place = task.firstRow + row + lane
    store<f32>(task.logDensities + ((<usize>place) << 3), load<f32>(from))
    store<f32>(task.logDensities + ((<usize>place) << 3), load<f32>(from, 16), 4)
    store<u32>(task.labels + ((<usize>place) << 2), load<u32>(from, 32))
    if (!task.densities) continue
    let to = task.densities + ((<usize>(row + lane)) << 2)
    for (let component: u32 = 0; component < task.components; component++) {
      store<f32>(to, load<f32>(own + ((<usize>component) << 4) + (lane << 2)))
      to += (<usize>task.rows) << 2
    }
  }
}

/** The first `count` of 4 numbers, and zeros; `room` has 16 bytes. */
function loadSome(from: usize, step: usize, count: u32, room: usize): v128 {
  v128.store(room, f32x4.splat(0))
  for (let lane: u32 = 0; lane < count; lane++) {
    store<f32>(room + (lane << 2), load<f32>(from))
    from += step
  }
  return v128.load(room)
}

/** The responsibilities of a component for points from `row` on, times their weights. */
function shareOf(task: Mixture, component: u32, row: u32, count: u32, density: v128, room: usize): v128 {
  if (task.densities) {
    return loadSome(task.densities + ((<usize>component * task.rows + row) << 2), 4, count, room)
  }
  const place = <usize>(task.firstRow + row)
  const logs = task.logDensities + (place << 3)
  const difference = f32x4.sub(density, loadSome(logs, 8, count, room))
  const log = f32x4.sub(f32x4.pmin(difference, f32x4.splat(0)), loadSome(logs + 4, 8, count, room))
  const weights = task.labels
    ? loadSome(task.labels + (place << 2), 4, count, room)
    : v128.and(f32x4.splat(1), i32x4.gt_u(i32x4.splat(count), i32x4(0, 1, 2, 3)))
  return f32x4.mul(expNegative(log), weights)
}

/** Adds a product to the sums at `to`. */
function addTo(to: usize, x: v128, y: v128): void {
  v128.store(to, f32x4.add(v128.load(to), f32x4.mul(x, y)))
}

/** Adds r y yᵀ, its lower half or diagonal, r y and r to the sums, four of each together. */
function addMoments(task: Mixture, share: v128, y: usize, sums: usize): void {
  const yEnd = y + ((<usize>task.columns) << 4)
  for (let yi = y; yi < yEnd; yi += 16) {
    const x = f32x4.mul(share, v128.load(yi))
    for (let yj = task.diagonal ? yi : y; yj <= yi; yj += 16) {
      addTo(sums, x, v128.load(yj))
      sums += 16
    }
  }
  for (let yi = y; yi < yEnd; yi += 16) {
    addTo(sums, share, v128.load(yi))
    sums += 16
  }
  addTo(sums, share, f32x4.splat(1))
}

/**
 * The moments of components over slices `first` to `end` − 1 of the points. `scratch` has 48 bytes, 32 for each column, and 16
 * for each of the `values` moments of a component.
 */
export function mixtureMoments(scratch: usize, first: u32, end: u32, at: usize, values: u32): void {
  const task = changetype<Mixture>(at)
  const y = scratch + ((<usize>task.columns) << 4)
  const room = y + ((<usize>task.columns) << 4)
  const sums = room + 48
  const sumsEnd = sums + ((<usize>values) << 4)
  for (let slice = first; slice < end; slice++) {
    const lastRow = min(task.rows, (slice + 1) * task.span)
    let to = task.slices + ((<usize>slice * task.components * values) << 2)
    for (let component: u32 = 0; component < task.components; component++) {
      const record = task.records + <usize>component * task.recordBytes
      for (let sum = sums; sum < sumsEnd; sum += 16) v128.store(sum, f32x4.splat(0))
      for (let row = slice * task.span; row < lastRow; row += 4) {
        const count = min(4, lastRow - row)
        copyPoints(task, row, count, scratch)
        const density = whiten(task, record, scratch, y)
        const share = shareOf(task, component, row, count, density, room)
        if (v128.any_true(f32x4.gt(share, f32x4.splat(0)))) addMoments(task, share, y, sums)
      }
      for (let sum = sums; sum < sumsEnd; sum += 16) {
        const pairs = load<f32>(sum) + load<f32>(sum, 4) + (load<f32>(sum, 8) + load<f32>(sum, 12))
        store<f32>(to, pairs)
        to += 4
      }
    }
  }
}

/** Stores the first `count` of 4 numbers; `room` has 16 bytes. */
function storeSome(to: usize, step: usize, count: u32, numbers: v128, room: usize): void {
  v128.store(room, numbers)
  for (let lane: u32 = 0; lane < count; lane++) {
    store<f32>(to, load<f32>(room + (lane << 2)))
    to += step
  }
}

/**
 * Turns densities of components × `rows` into responsibilities, in groups of four points `first` to `end` − 1, with what
 * `mixtureDensities` finds of them, by the same operations. `scratch` has 16 bytes.
 */
export function combineDensities(
  scratch: usize,
  first: u32,
  end: u32,
  densities: usize,
  weights: usize,
  logDensities: usize,
  labels: usize,
  rows: u32,
  components: u32,
): void {
  const rowBytes = (<usize>rows) << 2
  for (let group = first; group < end; group++) {
    const row = (<usize>group) << 2
    const count = min(4, rows - <u32>row)
    const from = densities + (row << 2)
    const fromEnd = from + components * rowBytes
    let largest = loadSome(from, 4, count, scratch)
    let label = i32x4.splat(0)
    let index = i32x4.splat(1)
    for (let at = from + rowBytes; at < fromEnd; at += rowBytes) {
      const density = loadSome(at, 4, count, scratch)
      const above = f32x4.gt(density, largest)
      largest = v128.bitselect(density, largest, above)
      label = v128.bitselect(index, label, above)
      index = i32x4.add(index, i32x4.splat(1))
    }
    let sum = f32x4.splat(0)
    for (let at = from; at < fromEnd; at += rowBytes) {
      sum = f32x4.add(sum, expNegative(f32x4.sub(loadSome(at, 4, count, scratch), largest)))
    }
    storeSome(logDensities + (row << 3), 8, count, largest, scratch)
    storeSome(logDensities + (row << 3) + 4, 8, count, sum, scratch)
    storeSome(labels + (row << 2), 4, count, label, scratch)
    const weight = weights ? loadSome(weights + (row << 2), 4, count, scratch) : f32x4.splat(1)
    const factor = f32x4.div(weight, sum)
    for (let at = from; at < fromEnd; at += rowBytes) {
      const term = expNegative(f32x4.sub(loadSome(at, 4, count, scratch), largest))
      storeSome(at, 4, count, f32x4.mul(factor, term), scratch)
    }
  }
}
