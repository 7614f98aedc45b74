// The nearest centroid of every point, 8 points × 4 centroids in registers, a point per lane. Only the least score of four
// centroids is compared with the least so far; which of the four it was is found at the end, by the same operations.
// Products are rounded before they are added (no fused multiply-add), so all machines agree.
import { fillPanels, leastLane } from './panels'

/**
 * Labels of points `first` to `end` − 1, by |c|²/2 − x·c. A column of four centroids is at `packed` + group · groupBytes +
 * column · columnBytes. `scratch` has 64 bytes and a panel for every 8 of `tile` points (a multiple of 8).
 */
export function nearestExpanded(
  scratch: usize,
  first: u32,
  end: u32,
  points: usize,
  shift: usize,
  packed: usize,
  halfNorms: usize,
  labels: usize,
  columns: u32,
  groups: usize,
  groupBytes: usize,
  columnBytes: usize,
  scale: f32,
  tile: u32,
): void {
  const panelBytes = (<usize>columns) << 5
  const panels = scratch + ((<usize>tile >> 3) << 6)
  for (let row = first; row < end; row += tile) {
    const tileEnd = min(end, row + tile)
    fillPanels(points, shift, panels, row, tileEnd, columns, scale)
    const stop = panels + <usize>((tileEnd - row + 7) >> 3) * panelBytes
    let state = scratch
    for (let panel = panels; panel < stop; panel += panelBytes) {
      const infinite = f32x4.splat(Infinity)
      v128.store(state, infinite)
      v128.store(state, infinite, 16)
      v128.store(state, i32x4.splat(0), 32)
      v128.store(state, i32x4.splat(0), 48)
      state += 64
    }
    for (let group: usize = 0; group < groups; group++) {
      compareExpanded(
        panels,
        stop,
        panelBytes,
        packed + group * groupBytes,
        columnBytes,
        halfNorms + 16 * group,
        scratch,
        group,
      )
    }
    for (let at = row; at < tileEnd; at++) {
      const point = at - row
      const group: usize = load<u32>(scratch + ((<usize>point >> 3) << 6) + 32 + ((point & 7) << 2))
      let scores = v128.load(halfNorms + 16 * group)
      let c = packed + group * groupBytes
      let x = panels + <usize>(point >> 3) * panelBytes + ((point & 7) << 2)
      const xEnd = x + panelBytes
      while (x < xEnd) {
        scores = f32x4.sub(scores, f32x4.mul(v128.load32_splat(x), v128.load(c)))
        x += 32
        c += columnBytes
      }
      store<u32>(labels + <usize>(at << 2), 4 * <u32>group + leastLane(scores))
    }
  }
}

/** Compares all panels with a group of four centroids. */
function compareExpanded(
  panels: usize,
  stop: usize,
  panelBytes: usize,
  packed: usize,
  columnBytes: usize,
  halfNorms: usize,
  states: usize,
  group: usize,
): void {
  const n0 = v128.load32_splat(halfNorms)
  const n1 = v128.load32_splat(halfNorms, 4)
  const n2 = v128.load32_splat(halfNorms, 8)
  const n3 = v128.load32_splat(halfNorms, 12)
  const index = i32x4.splat(<i32>group)
  let state = states
  for (let x = panels; x < stop; ) {
    let a0 = n0
    let a1 = n1
    let a2 = n2
    let a3 = n3
    let b0 = n0
    let b1 = n1
    let b2 = n2
    let b3 = n3
    let c = packed
    const xEnd = x + panelBytes
    while (x < xEnd) {
      const xa = v128.load(x)
      const xb = v128.load(x, 16)
      let y = v128.load32_splat(c)
      a0 = f32x4.sub(a0, f32x4.mul(xa, y))
      b0 = f32x4.sub(b0, f32x4.mul(xb, y))
      y = v128.load32_splat(c, 4)
      a1 = f32x4.sub(a1, f32x4.mul(xa, y))
      b1 = f32x4.sub(b1, f32x4.mul(xb, y))
      y = v128.load32_splat(c, 8)
      a2 = f32x4.sub(a2, f32x4.mul(xa, y))
      b2 = f32x4.sub(b2, f32x4.mul(xb, y))
      y = v128.load32_splat(c, 12)
      a3 = f32x4.sub(a3, f32x4.mul(xa, y))
      b3 = f32x4.sub(b3, f32x4.mul(xb, y))
      x += 32
      c += columnBytes
    }
    const a = f32x4.pmin(f32x4.pmin(a0, a1), f32x4.pmin(a2, a3))
    const b = f32x4.pmin(f32x4.pmin(b0, b1), f32x4.pmin(b2, b3))
    const leastA = v128.load(state)
    const leastB = v128.load(state, 16)
    v128.store(state, f32x4.pmin(leastA, a))
    v128.store(state, f32x4.pmin(leastB, b), 16)
    v128.store(state, v128.bitselect(index, v128.load(state, 32), f32x4.lt(a, leastA)), 32)
    v128.store(state, v128.bitselect(index, v128.load(state, 48), f32x4.lt(b, leastB)), 48)
    state += 64
  }
}
