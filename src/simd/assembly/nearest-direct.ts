import { fillPanels, leastLane, PANEL, square } from './panels'

/** As `nearestExpanded`, by the sum of squared differences, for few columns; `panel` has room for one and 32 bytes. */
export function nearestDirect(
  panel: usize,
  first: u32,
  end: u32,
  points: usize,
  shift: usize,
  packed: usize,
  labels: usize,
  columns: u32,
  groups: usize,
  groupBytes: usize,
  columnBytes: usize,
  scale: f32,
): void {
  const panelEnd = panel + ((<usize>columns) << 5)
  const last = packed + groups * groupBytes
  for (let row = first; row < end; row += PANEL) {
    const rowEnd = min(end, row + PANEL)
    fillPanels(points, shift, panel, row, rowEnd, columns, scale)
    compareDirect(panel, panelEnd, packed, last, groupBytes, columnBytes)
    for (let at = row; at < rowEnd; at++) {
      const lane = (<usize>(at - row)) << 2
      const group: usize = load<u32>(panelEnd + lane)
      let c = packed + group * groupBytes
      let scores = f32x4.splat(0)
      for (let x = panel + lane; x < panelEnd; x += 32) {
        const difference = f32x4.sub(v128.load32_splat(x), v128.load(c))
        scores = f32x4.add(scores, f32x4.mul(difference, difference))
        c += columnBytes
      }
      store<u32>(labels + <usize>(at << 2), 4 * <u32>group + leastLane(scores))
    }
  }
}

/** Writes the group with the nearest centroid of each point of a panel behind it. */
function compareDirect(
  panel: usize,
  panelEnd: usize,
  packed: usize,
  last: usize,
  groupBytes: usize,
  columnBytes: usize,
): void {
  let leastA = f32x4.splat(Infinity)
  let leastB = leastA
  let nearestA = i32x4.splat(0)
  let nearestB = nearestA
  let index = i32x4.splat(0)
  for (let group = packed; group < last; group += groupBytes) {
    let xa = v128.load(panel)
    let xb = v128.load(panel, 16)
    let y = v128.load32_splat(group)
    let a0 = square(xa, y)
    let b0 = square(xb, y)
    y = v128.load32_splat(group, 4)
    let a1 = square(xa, y)
    let b1 = square(xb, y)
    y = v128.load32_splat(group, 8)
    let a2 = square(xa, y)
    let b2 = square(xb, y)
    y = v128.load32_splat(group, 12)
    let a3 = square(xa, y)
    let b3 = square(xb, y)
    let c = group + columnBytes
    for (let x = panel + 32; x < panelEnd; x += 32) {
      xa = v128.load(x)
      xb = v128.load(x, 16)
      y = v128.load32_splat(c)
      a0 = f32x4.add(a0, square(xa, y))
      b0 = f32x4.add(b0, square(xb, y))
      y = v128.load32_splat(c, 4)
      a1 = f32x4.add(a1, square(xa, y))
      b1 = f32x4.add(b1, square(xb, y))
      y = v128.load32_splat(c, 8)
      a2 = f32x4.add(a2, square(xa, y))
      b2 = f32x4.add(b2, square(xb, y))
      y = v128.load32_splat(c, 12)
      a3 = f32x4.add(a3, square(xa, y))
      b3 = f32x4.add(b3, square(xb, y))
      c += columnBytes
    }
    const a = f32x4.pmin(f32x4.pmin(a0, a1), f32x4.pmin(a2, a3))
    const b = f32x4.pmin(f32x4.pmin(b0, b1), f32x4.pmin(b2, b3))
    nearestA = v128.bitselect(index, nearestA, f32x4.lt(a, leastA))
    nearestB = v128.bitselect(index, nearestB, f32x4.lt(b, leastB))
    leastA = f32x4.pmin(leastA, a)
    leastB = f32x4.pmin(leastB, b)
    index = i32x4.add(index, i32x4.splat(1))
  }
  v128.store(panelEnd, nearestA)
  v128.store(panelEnd, nearestB, 16)
}
