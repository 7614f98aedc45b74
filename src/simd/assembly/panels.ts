/** Points of a panel: `columns` × 8 working coordinates, a column after the other. */
export const PANEL: u32 = 8

/** Writes panels of the working coordinates of points `first` to `end` − 1; the last one is repeated in the last panel. */
export function fillPanels(
  points: usize,
  shift: usize,
  panels: usize,
  first: u32,
  end: u32,
  columns: u32,
  scale: f32,
): void {
  const factor = f32x4.splat(scale)
  const rowBytes = (<usize>columns) << 2
  const last = points + <usize>(end - 1) * rowBytes
  let to = panels
  for (let row = first; row < end; row += PANEL) {
    for (let half = 0; half < 2; half++) {
      const start = points + <usize>(row + 4 * half) * rowBytes
      const p0 = min(start, last)
      const p1 = min(start + rowBytes, last)
      const p2 = min(start + 2 * rowBytes, last)
      const p3 = min(start + 3 * rowBytes, last)
      let at = to + 16 * half
      for (let offset: usize = 0; offset < rowBytes; offset += 4) {
        let x = v128.load32_splat(p0 + offset)
        x = v128.load_lane<f32>(p1 + offset, x, 1)
        x = v128.load_lane<f32>(p2 + offset, x, 2)
        x = v128.load_lane<f32>(p3 + offset, x, 3)
        v128.store(at, f32x4.mul(f32x4.sub(x, v128.load32_splat(shift + offset)), factor))
        at += 32
      }
    }
    to += rowBytes * PANEL
  }
}

/** Writes a panel of the points whose numbers are listed, the last of `count` repeated; returns its end. */
export function fillListed(
  points: usize,
  shift: usize,
  panel: usize,
  list: usize,
  count: u32,
  columns: u32,
  scale: f32,
): usize {
  const rowBytes = (<usize>columns) << 2
  const factor = f32x4.splat(scale)
  for (let half: u32 = 0; half < 8; half += 4) {
    const p0 = points + load<u32>(list + ((<usize>min(half, count - 1)) << 2)) * rowBytes
    const p1 = points + load<u32>(list + ((<usize>min(half + 1, count - 1)) << 2)) * rowBytes
    const p2 = points + load<u32>(list + ((<usize>min(half + 2, count - 1)) << 2)) * rowBytes
    const p3 = points + load<u32>(list + ((<usize>min(half + 3, count - 1)) << 2)) * rowBytes
    let to = panel + ((<usize>half) << 2)
    for (let offset: usize = 0; offset < rowBytes; offset += 4) {
      let x = v128.load32_splat(p0 + offset)
      x = v128.load_lane<f32>(p1 + offset, x, 1)
      x = v128.load_lane<f32>(p2 + offset, x, 2)
      x = v128.load_lane<f32>(p3 + offset, x, 3)
      v128.store(to, f32x4.mul(f32x4.sub(x, v128.load32_splat(shift + offset)), factor))
      to += 32
    }
  }
  return panel + (rowBytes << 3)
}

/** The lowest lane with the least of four scores. */
export function leastLane(scores: v128): u32 {
  let lane: u32 = 0
  let least = f32x4.extract_lane(scores, 0)
  const s1 = f32x4.extract_lane(scores, 1)
  const s2 = f32x4.extract_lane(scores, 2)
  const s3 = f32x4.extract_lane(scores, 3)
  if (s1 < least) {
    least = s1
    lane = 1
  }
  if (s2 < least) {
    least = s2
    lane = 2
  }
  return s3 < least ? 3 : lane
}

/** The square of a difference. */
export function square(x: v128, y: v128): v128 {
  const difference = f32x4.sub(x, y)
  return f32x4.mul(difference, difference)
}
