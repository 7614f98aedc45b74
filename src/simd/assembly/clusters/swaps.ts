// Changes of the cost by swaps, 8 candidates × 4 points in registers; sums in float64.
import { copyGroups, measuresTo } from './measures'

/** Points that a panel of candidates is compared with at a time. */
const TILE: u32 = 64
const TILE_BYTES: usize = (<usize>TILE) << 5
/** Numbers of 8 candidates in float64: what they gain, and what the going of a medoid costs. */
const GAIN: usize = 0
const RISE: usize = 64
const SUMS_BYTES: usize = 128

/** Numbers of a dispatch in memory: addresses, sizes, and flags. */
@unmanaged
class Task {
  candidates: u32 = 0
  points: u32 = 0
  clusters: u32 = 0
  changes: u32 = 0
  medoids: u32 = 0
  columns: u32 = 0
  candidateGroups: u32 = 0
  pointGroups: u32 = 0
  parts: u32 = 0
  begins: u32 = 0
  rooted: u32 = 0
  manhattan: u32 = 0
  stored: u32 = 0
}

/** Adds four numbers to four sums in float64 at `to`. */
function addTo(to: usize, numbers: v128): void {
  v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(numbers)))
  const high = v128.shuffle<i64>(numbers, numbers, 1, 1)
  v128.store(to, f64x2.add(v128.load(to, 16), f64x2.promote_low_f32x4(high)), 16)
}

/** Adds what `count` points change for a group of candidates, whose distances from `at` on are every 32 bytes. */
function addChanges(task: Task, at: usize, point: usize, count: u32, sums: usize): void {
  const widthBytes = (<usize>task.pointGroups) << 4
  for (const end = point + ((<usize>count) << 2); point < end; point += 4) {
    const nearest = v128.load32_splat(point)
    const second = v128.load32_splat(point + widthBytes)
    let distance = v128.load(at)
    if (task.rooted) distance = f32x4.sqrt(distance)
    distance = f32x4.mul(v128.load32_splat(point + 2 * widthBytes), distance)
    const gain = f32x4.sub(distance, nearest)
    const gains = f32x4.lt(distance, nearest)
    addTo(sums + GAIN, v128.and(gain, gains))
    addTo(sums + RISE, v128.andnot(f32x4.sub(f32x4.pmin(distance, second), nearest), gains))
    at += 32
  }
}

/** Distances of the candidates of a panel, or of group `own` and the next, to `count` points at `point`, from `tile` on. */
function measure(
  task: Task,
  panel: usize,
  own: u32,
  groups: u32,
  packed: usize,
  at: u32,
  count: u32,
  tile: usize,
): void {
  if (!task.stored) {
    const panelEnd = panel + ((<usize>task.columns) << 5)
    const packedEnd = packed + ((<usize>count * task.columns) << 2)
    if (task.manhattan) measuresTo<u8>(panel, panelEnd, packed, packedEnd, tile)
    else measuresTo<u32>(panel, panelEnd, packed, packedEnd, tile)
    return
  }
  for (const end = at + count; at < end; at++) {
    const row = <u32>load<f32>(task.points + ((<usize>at) << 2))
    const from = task.candidates + ((<usize>row * task.candidateGroups + own) << 4)
    v128.store(tile, v128.load(from))
    if (groups > 1) v128.store(tile, v128.load(from, 16), 16)
    tile += 32
  }
}

/** Ends a cluster for a group of candidates: takes its medoid where that is the cheapest to go. */
function endCluster(sums: usize, changes: usize, medoids: usize, medoid: u32): void {
  for (let lane: usize = 0; lane < 4; lane++) {
    const rise = <f32>load<f64>(sums + RISE + (lane << 3))
    if (rise < load<f32>(changes + (lane << 2), 16)) {
      store<f32>(changes + (lane << 2), rise, 16)
      store<u32>(medoids + (lane << 2), medoid)
    }
    store<f64>(sums + RISE + (lane << 3), 0)
  }
}

function beginGroup(task: Task, sums: usize, changes: usize): void {
  for (let lane: usize = 0; lane < 4; lane++) {
    const at = changes + (lane << 2)
    if (task.begins) store<f32>(at, 3.4e38, 16)
    store<f64>(sums + GAIN + (lane << 3), task.begins ? 0 : load<f32>(at))
    store<f64>(sums + RISE + (lane << 3), task.begins ? 0 : load<f32>(at, 32))
  }
}

function endGroup(sums: usize, changes: usize): void {
  for (let lane: usize = 0; lane < 4; lane++) {
    store<f32>(changes + (lane << 2), <f32>load<f64>(sums + GAIN + (lane << 3)))
    store<f32>(changes + (lane << 2), <f32>load<f64>(sums + RISE + (lane << 3)), 32)
  }
}

/**
 * Compares groups `first` to `end` − 1 of the candidates with all points. `scratch` has the coordinates of these, a panel of 8
 * candidates, and 2 304 bytes.
 */
export function compareSwaps(scratch: usize, first: u32, end: u32, address: usize): void {
  const task = changetype<Task>(address)
  const columns = task.columns
  const groupBytes = (<usize>columns) << 4
  const panel = scratch + task.pointGroups * groupBytes
  const tile = panel + (groupBytes << 1)
  const sums = tile + TILE_BYTES
  const columnBytes = (<usize>task.pointGroups) << 4
  if (!task.stored) copyGroups(task.points, columnBytes, task.pointGroups, columns, scratch, 16, groupBytes)
  for (let own = first; own < end; own += 2) {
    const groups: u32 = own + 1 < end ? 2 : 1
    const candidates = task.candidates + ((<usize>own) << 4)
    const changes = task.changes + 48 * <usize>own
    const medoids = task.medoids + ((<usize>own) << 4)
    if (!task.stored) copyGroups(candidates, (<usize>task.candidateGroups) << 4, groups, columns, panel, 32, 16)
    for (let half: usize = 0; half < groups; half++) beginGroup(task, sums + half * SUMS_BYTES, changes + 48 * half)
    let at: u32 = 0
    for (let part: u32 = 0; part < task.parts; part++) {
      const clusterEnd = load<u32>(task.clusters + ((<usize>part) << 3)) << 2
      for (; at < clusterEnd; at += TILE) {
        const count = min(TILE, clusterEnd - at)
        measure(task, panel, own, groups, scratch + (at >> 2) * groupBytes, at, count, tile)
        const point = task.points + columns * columnBytes + ((<usize>at) << 2)
        for (let half: usize = 0; half < groups; half++) {
          addChanges(task, tile + (half << 4), point, count, sums + half * SUMS_BYTES)
        }
      }
      at = clusterEnd
      const medoid = load<u32>(task.clusters + ((<usize>part) << 3), 4)
      if (medoid === u32.MAX_VALUE) continue
      for (let half: usize = 0; half < groups; half++) {
        endCluster(sums + half * SUMS_BYTES, changes + 48 * half, medoids + (half << 4), medoid)
      }
    }
    for (let half: usize = 0; half < groups; half++) endGroup(sums + half * SUMS_BYTES, changes + 48 * half)
  }
}
