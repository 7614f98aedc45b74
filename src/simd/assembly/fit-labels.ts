// The nearest centroids of few points in float64, by the operations of host-fit.ts. Scores in float32 decide
// where they differ by more than their rounding; the others are found again in float64. Blocks of 8 points whose nearest
// centroids have not changed, as far as all centroids moved at most, are passed over.
// biome-ignore lint/style/useImportType: AssemblyScript has no such imports.
import { FitPoints, FitRun, squaredDistance } from './fit-points'
import { PANEL } from './panels'

/** Above all scores: that of a centroid which there is not. */
const NONE: f32 = 1e30
/** Above the relative rounding of a quotient and two roots in float32. */
const SHRUNK: f32 = 0.99999

/** The nearest centroid of a row in float64, of several the first. */
function nearestOf(row: usize, run: FitRun, columns: u32): i32 {
  let nearest = 0
  let least: f64 = Infinity
  let centroid = run.centroids
  for (let cluster: u32 = 0; cluster < run.k; cluster++) {
    const distance = squaredDistance(row, centroid, columns)
    if (distance < least) {
      least = distance
      nearest = cluster
    }
    centroid += (<usize>columns) << 3
  }
  return nearest
}

function packCentroids(run: FitRun, columns: u32): void {
  let to = run.packed
  for (let pair: u32 = 0; pair < run.k; pair += 2) {
    for (let lane: u32 = 0; lane < 2; lane++) {
      const exists = pair + lane < run.k
      let from = run.centroids + ((<usize>((pair + lane) * columns)) << 3)
      let at = to + (lane << 2)
      let norm: f64 = 0
      for (let column: u32 = 0; column < columns; column++) {
        const value = exists ? <f32>load<f64>(from) : 0
        norm += <f64>value * <f64>value
        store<f32>(at, value)
        from += 8
        at += 8
      }
      store<f32>(at, exists ? <f32>(norm / 2) : NONE)
    }
    to += (<usize>columns + 1) << 3
  }
}

/** Assigns every row to the nearest centroid, and returns the number of labels that changed. */
export function assignRows(points: FitPoints, run: FitRun): u32 {
  const columns = points.columns
  packCentroids(run, columns)
  const panelBytes = (<usize>columns) << 5
  const drift = run.drift
  let panel = points.panels
  let norms = points.norms
  let limit = run.limits
  let moved: u32 = 0
  for (let row: u32 = 0; row < points.rows; row += PANEL) {
    if (load<f64>(limit) <= drift) moved += assignPanel(points, run, row, panel, norms, limit)
    panel += panelBytes
    norms += 32
    limit += 8
  }
  return moved
}

/** The least and the next score of 8 rows, and the centroid of the least, at `found`. */
function comparePanel(panel: usize, columns: u32, run: FitRun): void {
  const panelEnd = panel + ((<usize>columns) << 5)
  const one = i32x4.splat(1)
  let leastA = f32x4.splat(NONE)
  let leastB = leastA
  let nextA = leastA
  let nextB = leastA
  let nearestA = i32x4.splat(0)
  let nearestB = nearestA
  let id = nearestA
  let c = run.packed
  for (let pair: u32 = 0; pair < run.k; pair += 2) {
    let a0 = f32x4.splat(0)
    let a1 = a0
    let b0 = a0
    let b1 = a0
    for (let x = panel; x < panelEnd; x += 32) {
      const xa = v128.load(x)
      const xb = v128.load(x, 16)
      let y = v128.load32_splat(c)
      a0 = f32x4.add(a0, f32x4.mul(xa, y))
      b0 = f32x4.add(b0, f32x4.mul(xb, y))
      y = v128.load32_splat(c, 4)
      a1 = f32x4.add(a1, f32x4.mul(xa, y))
      b1 = f32x4.add(b1, f32x4.mul(xb, y))
      c += 8
    }
    for (let lane = 0; lane < 2; lane++) {
      const half = v128.load32_splat(c)
      const a = f32x4.sub(half, lane ? a1 : a0)
      const b = f32x4.sub(half, lane ? b1 : b0)
      nearestA = v128.bitselect(id, nearestA, f32x4.lt(a, leastA))
      nearestB = v128.bitselect(id, nearestB, f32x4.lt(b, leastB))
      nextA = f32x4.pmin(nextA, f32x4.pmax(a, leastA))
      nextB = f32x4.pmin(nextB, f32x4.pmax(b, leastB))
      leastA = f32x4.pmin(leastA, a)
      leastB = f32x4.pmin(leastB, b)
      id = i32x4.add(id, one)
      c += 4
    }
  }
  const found = run.found
  v128.store(found, nearestA)
  v128.store(found, nearestB, 16)
  v128.store(found, leastA, 32)
  v128.store(found, leastB, 48)
  v128.store(found, nextA, 64)
  v128.store(found, nextB, 80)
}

/** Assigns the rows of a panel, and stores how far centroids may drift until it must be done again. */
function assignPanel(points: FitPoints, run: FitRun, row: u32, panel: usize, norms: usize, limit: usize): u32 {
  comparePanel(panel, points.columns, run)
  const margin = f32x4.splat(<f32>points.margin)
  const labels = run.labels + ((<usize>row) << 2)
  const found = run.found
  let slacks = f32x4.splat(NONE)
  let close: i32 = 0
  let open: i32 = 0
  for (let half: usize = 0; half < 2; half++) {
    const at = half << 4
    const slack = slackOf(v128.load(found + at, 32), v128.load(found + at, 64), v128.load(norms + at), margin)
    slacks = f32x4.pmin(slacks, slack)
    close |= (i32x4.bitmask(f32x4.gt(slack, f32x4.splat(0))) ^ 15) << ((<i32>half) << 2)
    open |= i32x4.bitmask(i32x4.ne(v128.load(found + at), v128.load(labels + at))) << ((<i32>half) << 2)
  }
  const pairs = f32x4.pmin(slacks, v128.shuffle<u32>(slacks, slacks, 2, 3, 0, 1))
  const slack = min(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1))
  store<f64>(limit, close ? -Infinity : run.drift + <f64>(slack * SHRUNK))
  open = (open | close) & ((1 << min<i32>(PANEL, points.rows - row)) - 1)
  return open ? moveRows(points, run, row, open, close) : 0
}

/** How far two centroids may move apart before another can be nearest; not above 0 where rounding can decide. */
function slackOf(least: v128, next: v128, norms: v128, margin: v128): v128 {
  const zero = f32x4.splat(0)
  const squares = f32x4.add(norms, margin)
  const gap = f32x4.sub(next, least)
  const near = f32x4.sqrt(f32x4.pmax(zero, f32x4.add(squares, f32x4.add(least, least))))
  const far = f32x4.sqrt(f32x4.pmax(zero, f32x4.add(squares, f32x4.add(next, next))))
  return f32x4.div(f32x4.sub(f32x4.add(gap, gap), margin), f32x4.add(near, far))
}

/** Moves the rows of a panel whose bits are set in `open`; finds those in `close` again in float64. */
function moveRows(points: FitPoints, run: FitRun, first: u32, open: i32, close: i32): u32 {
  const columns = points.columns
  const rowBytes = (<usize>columns) << 3
  let moved: u32 = 0
  for (let lane: u32 = 0; lane < PANEL; lane++) {
    if (!((open >> lane) & 1)) continue
    const row = points.data + <usize>(first + lane) * rowBytes
    const at = run.labels + ((<usize>(first + lane)) << 2)
    const label = load<i32>(at)
    const nearest = (close >> lane) & 1 ? nearestOf(row, run, columns) : load<i32>(run.found + (lane << 2))
    if (nearest === label) continue
    store<i32>(at, nearest)
    moved++
    if (points.weights) continue
    if (label >= 0) addRow(run, row, columns, label, -1)
    addRow(run, row, columns, nearest, 1)
  }
  return moved
}

/** Adds a row to the sums of a cluster, times a weight. */
export function addRow(run: FitRun, row: usize, columns: u32, cluster: u32, weight: f64): void {
  const total = run.totals + ((<usize>cluster) << 3)
  store<f64>(total, load<f64>(total) + weight)
  let sum = run.sums + ((<usize>cluster * columns) << 3)
  for (const end = row + ((<usize>columns) << 3); row < end; row += 8) {
    store<f64>(sum, load<f64>(sum) + weight * load<f64>(row))
    sum += 8
  }
}
