import { clearLists } from './color-lists'
import { changeColor, colorError, nearestEntry } from './dither'

/** The colour of a pixel; all fully transparent ones are alike. */
function canonicalColor(pixel: u32, alpha: bool): u32 {
  return alpha && pixel < 0x01000000 ? 0 : pixel
}

/** Four channels at place i of a row of errors, or zeros outside of it. */
function errorAt(row: usize, i: u32, width: u32): v128 {
  return i < width ? v128.load(row + ((<usize>i) << 4)) : i32x4.splat(0)
}

/** Rows `firstRow` to `endRow` − 1 of diffuse-errors; `pixels` and `entries` are at the first of them. */
export function diffuseRows(
  room: usize,
  roomBytes: u32,
  firstRow: u32,
  endRow: u32,
  width: u32,
  strength: i32,
  pixels: usize,
  palette: usize,
  transfer: usize,
  centroids: usize,
  lists: usize,
  counts: usize,
  errors: usize,
  entries: usize,
  bits: u32,
  centroidCount: u32,
  opaque: u32,
  narrow: u32,
  alpha: bool,
): void {
  clearLists(room, 1 << ((alpha ? 4 : 3) * bits), roomBytes)
  const rowBytes = (<usize>width) << 2
  for (let row = firstRow; row < endRow; row++) {
    const own = errors + 4 * rowBytes * (row & 1)
    const above = errors + 4 * rowBytes * ((row & 1) ^ 1)
    const forward = (row & 1) === 0
    const step: u32 = forward ? 1 : -1
    let x: u32 = forward ? 0 : width - 1
    let error = i32x4.splat(0)
    let behind = error
    let here = errorAt(above, x, width)
    for (let i: u32 = 0; i < width; i++) {
      const ahead = errorAt(above, x + step, width)
      // 7/16 of the error before, 3/16 of the one behind above, 5/16 of that above, and 1/16 of the one ahead.
      const others = i32x4.add(i32x4.add(i32x4.mul(behind, i32x4.splat(3)), i32x4.mul(here, i32x4.splat(5))), ahead)
      const sum = i32x4.add(others, i32x4.sub(i32x4.shl(error, 3), error))
      const scaled = i32x4.add(i32x4.mul(sum, i32x4.splat(strength)), i32x4.splat(2048))
      const at = (<usize>x) << 2
      const pixel = canonicalColor(load<u32>(pixels + at), alpha)
      const wanted = changeColor(pixel, i32x4.shr_s(scaled, 12), alpha)
      const entry = nearestEntry(
        wanted,
        room,
        transfer,
        centroids,
        lists,
        counts,
        bits,
        centroidCount,
        opaque,
        narrow,
        alpha,
      )
      store<u32>(entries + at, entry)
      error = colorError(wanted, load<u32>(palette + ((<usize>entry) << 2)), alpha)
      v128.store(own + ((<usize>x) << 4), error)
      behind = here
      here = ahead
      x += step
    }
    pixels += rowBytes
    entries += rowBytes
  }
}
