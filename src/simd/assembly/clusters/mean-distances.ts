// Sums of the distances of points to clusters, 8 points × 4 others in registers, whose roots are added in float64; or the
// least and the greatest of them.
import { copyGroups, measuresTo } from './measures'

/** Others that a panel of points is compared with at a time. */
const TILE: u32 = 64
/** Bytes of the distances of a panel to a tile. */
const TILE_BYTES: usize = (<usize>TILE) << 5
/** Numbers that are kept for each of 8 points, as float64: what the face's `state` has, and the sum of a slice. */
const SLICES: usize = 0
const TOTAL: usize = 64
const MINE: usize = 128
const LEAST: usize = 192
const SUM: usize = 256
const KNOWN_BYTES: usize = 320

/** Numbers of a dispatch in memory: addresses, sizes, and flags. */
@unmanaged
class Task {
  chunk: u32 = 0
  owners: u32 = 0
  slice: u32 = 0
  state: u32 = 0
  columns: u32 = 0
  chunkGroups: u32 = 0
  sliceGroups: u32 = 0
  firstCluster: u32 = 0
  /** Whether the slice is the first. */
  begins: u32 = 0
  /** Whether the sum of some slices is added to that of all. */
  folds: u32 = 0
  manhattan: u32 = 0
  squared: u32 = 0
  extremes: u32 = 0
}

/** Takes the state of a group's points to lanes from `known` on, or back. */
function moveState(state: usize, known: usize, back: bool): void {
  for (let part: usize = 0; part < 4; part++) {
    for (let lane: usize = 0; lane < 4; lane++) {
      const number = state + (part << 4) + (lane << 2)
      const place = known + (part << 6) + (lane << 3)
      if (back) store<f32>(number, <f32>load<f64>(place))
      else store<f64>(place, load<f32>(number))
    }
  }
}

/** Begins a group's points. */
function beginState(known: usize, far: f64): void {
  for (let lane: usize = 0; lane < 32; lane += 8) {
    store<f64>(known + lane, far, SLICES)
    store<f64>(known + lane, 0, TOTAL)
    store<f64>(known + lane, 0, MINE)
    store<f64>(known + lane, 3.4e38, LEAST)
  }
}

/** Ends a cluster for the points of a panel, whose clusters are at `owners`. */
function endCluster(known: usize, owners: usize, cluster: u32, factor: f64, extremes: bool): void {
  for (let lane: usize = 0; lane < 64; lane += 8) {
    const at = known + lane
    const slices = load<f64>(at, SLICES)
    const total = load<f64>(at, TOTAL)
    const sum = load<f64>(at, SUM) + slices + total
    if (load<u32>(owners + (lane >> 1)) === cluster) store<f64>(at, extremes ? total : sum, MINE)
    else store<f64>(at, min(load<f64>(at, LEAST), extremes ? slices : sum * factor), LEAST)
    store<f64>(at, extremes ? 3.4e38 : 0, SLICES)
    store<f64>(at, 0, TOTAL)
    store<f64>(at, 0, SUM)
  }
}

/** Adds the distances from `at` to `atEnd`, 8 for each other, to the sums of a panel. */
function addDistances(at: usize, atEnd: usize, known: usize, roots: bool): void {
  let s0 = v128.load(known, SUM)
  let s1 = v128.load(known, SUM + 16)
  let s2 = v128.load(known, SUM + 32)
  let s3 = v128.load(known, SUM + 48)
  for (; at < atEnd; at += 32) {
    let a = v128.load(at)
    let b = v128.load(at, 16)
    if (roots) {
      a = f32x4.sqrt(a)
      b = f32x4.sqrt(b)
    }
    s0 = f64x2.add(s0, f64x2.promote_low_f32x4(a))
    s1 = f64x2.add(s1, f64x2.promote_low_f32x4(v128.shuffle<i64>(a, a, 1, 1)))
    s2 = f64x2.add(s2, f64x2.promote_low_f32x4(b))
    s3 = f64x2.add(s3, f64x2.promote_low_f32x4(v128.shuffle<i64>(b, b, 1, 1)))
  }
  v128.store(known, s0, SUM)
  v128.store(known, s1, SUM + 16)
  v128.store(known, s2, SUM + 32)
  v128.store(known, s3, SUM + 48)
}

/** Finds the least and the greatest of the distances from `at` to `atEnd`. */
function takeExtremes(at: usize, atEnd: usize, known: usize): void {
  for (let half: usize = 0; half < 2; half++) {
    let least = f32x4.splat(Infinity)
    let most = f32x4.splat(0)
    for (let from = at + (half << 4); from < atEnd; from += 32) {
      least = f32x4.pmin(least, v128.load(from))
      most = f32x4.pmax(most, v128.load(from))
    }
    for (let pair: usize = 0; pair < 2; pair++) {
      const to = known + (half << 5) + (pair << 4)
      v128.store(to, f64x2.pmin(v128.load(to, SLICES), f64x2.promote_low_f32x4(least)), SLICES)
      v128.store(to, f64x2.pmax(v128.load(to, TOTAL), f64x2.promote_low_f32x4(most)), TOTAL)
      least = v128.shuffle<i64>(least, least, 1, 1)
      most = v128.shuffle<i64>(most, most, 1, 1)
    }
  }
}

/** Compares the points of a panel with the copied slice at `slice`. */
function comparePanel(task: Task, panel: usize, slice: usize, tile: usize, known: usize, owners: usize): void {
  const panelEnd = panel + ((<usize>task.columns) << 5)
  const others = task.sliceGroups << 2
  const extremes = task.extremes !== 0
  const roots = !task.manhattan && !task.squared
  const ends = task.slice + ((<usize>others * task.columns) << 2)
  let cluster = task.firstCluster
  v128.store(known, f64x2.splat(0), SUM)
  v128.store(known, f64x2.splat(0), SUM + 16)
  v128.store(known, f64x2.splat(0), SUM + 32)
  v128.store(known, f64x2.splat(0), SUM + 48)
  for (let other: u32 = 0; other < others; other += TILE) {
    const count = min(TILE, others - other)
    const sliceEnd = slice + ((<usize>count * task.columns) << 2)
    if (task.manhattan) measuresTo<u8>(panel, panelEnd, slice, sliceEnd, tile)
    else measuresTo<u32>(panel, panelEnd, slice, sliceEnd, tile)
    slice = sliceEnd
    let from = tile
    for (let i: u32 = 0; i < count; i++) {
      const factor = load<f32>(ends + ((<usize>(other + i)) << 2))
      if (factor === 0 && i + 1 < count) continue
      const to = tile + ((<usize>i + 1) << 5)
      if (extremes) takeExtremes(from, to, known)
      else addDistances(from, to, known, roots)
      from = to
      if (factor === 0) continue
      endCluster(known, owners, cluster, factor, extremes)
      cluster++
    }
  }
  if (extremes) return
  for (let at = known; at < known + 64; at += 8) {
    const sum = load<f64>(at, SLICES) + load<f64>(at, SUM)
    store<f64>(at, task.folds ? 0 : sum, SLICES)
    if (task.folds) store<f64>(at, load<f64>(at, TOTAL) + sum, TOTAL)
  }
}

/**
 * Compares groups `first` to `end` − 1 of the points with a slice. `scratch` has the slice without its ends, a panel of 8
 * points, and 2 400 bytes.
 */
export function compareSlice(scratch: usize, first: u32, end: u32, at: usize): void {
  const task = changetype<Task>(at)
  const columns = task.columns
  const groupBytes = (<usize>columns) << 4
  const panel = scratch + task.sliceGroups * groupBytes
  const known = panel + (groupBytes << 1)
  const tile = known + KNOWN_BYTES
  const owners = tile + TILE_BYTES
  copyGroups(task.slice, (<usize>task.sliceGroups) << 4, task.sliceGroups, columns, scratch, 16, groupBytes)
  for (let own = first; own < end; own += 2) {
    const groups: u32 = own + 1 < end ? 2 : 1
    copyGroups(task.chunk + ((<usize>own) << 4), (<usize>task.chunkGroups) << 4, groups, columns, panel, 32, 16)
    for (let half: usize = 0; half < groups; half++) {
      v128.store(owners + (half << 4), v128.load(task.owners + ((<usize>own + half) << 4)))
      const lanes = known + (half << 5)
      if (task.begins) beginState(lanes, task.extremes ? 3.4e38 : 0)
      else moveState(task.state + ((<usize>own + half) << 6), lanes, false)
    }
    comparePanel(task, panel, scratch, tile, known, owners)
    for (let half: usize = 0; half < groups; half++) {
      moveState(task.state + ((<usize>own + half) << 6), known + (half << 5), true)
    }
  }
}
