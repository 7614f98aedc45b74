// Changes and errors of colours, as shaders/color/dither/dither.wgsl: four channels r, g, b, a, a lane each.

import { listOf, nearestOf } from './color-lists'
import { cellOf, srgbOf } from './color-space'
import { oklabOf } from './oklab'

/** The channels of a colour. */
export function channelsOf(color: u32): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(color)))
}

/** Channels, clamped to bytes. */
function bytesOf(channels: v128): u32 {
  const halves = i16x8.narrow_i32x4_s(channels, channels)
  return i32x4.extract_lane(i8x16.narrow_i16x8_u(halves, halves), 0)
}

/**
 * The colour plus the change, clamped. Neither transparent nor opaque pixels change their alpha, and no other pixel becomes
 * so.
 */
export function changeColor(color: u32, change: v128, alpha: bool): u32 {
  if (!alpha) return bytesOf(i32x4.add(channelsOf(color), change))
  const a = <i32>(color >> 24)
  if (a === 0) return color
  const moved = a === 255 ? 255 : min(max(1, a + i32x4.extract_lane(change, 3)), 254)
  const half = moved >> 1
  const r = (<i32>(color & 0xff) * a + 255 * i32x4.extract_lane(change, 0) + half) / moved
  const g = (<i32>((color >> 8) & 0xff) * a + 255 * i32x4.extract_lane(change, 1) + half) / moved
  const b = (<i32>((color >> 16) & 0xff) * a + 255 * i32x4.extract_lane(change, 2) + half) / moved
  return bytesOf(i32x4(r, g, b, moved))
}

/** ⌊(x + 127) / 255⌋, x > −2¹⁶. */
function inBytes(x: i32): i32 {
  return (x + 127 + 255 * 257) / 255 - 257
}

/** Wanted − given, rounded to bytes. A transparent pixel has no error. */
export function colorError(wanted: u32, given: u32, alpha: bool): v128 {
  if (!alpha) return i32x4.sub(channelsOf(wanted), channelsOf(given))
  const a = <i32>(wanted >> 24)
  if (a === 0) return i32x4.splat(0)
  const b = <i32>(given >> 24)
  const w = i32x4.mul(channelsOf(wanted), i32x4.splat(a))
  const off = i32x4.sub(w, i32x4.mul(channelsOf(given), i32x4.splat(b)))
  return i32x4(
    inBytes(i32x4.extract_lane(off, 0)),
    inBytes(i32x4.extract_lane(off, 1)),
    inBytes(i32x4.extract_lane(off, 2)),
    a - b,
  )
}

/** The nearest entry of a colour, by the lists of cells; `room` as in `listOf`. */
export function nearestEntry(
  color: u32,
  room: usize,
  transfer: usize,
  centroids: usize,
  lists: usize,
  counts: usize,
  bits: u32,
  centroidCount: u32,
  opaque: u32,
  narrow: u32,
  alpha: bool,
): u32 {
  const c = narrow ? oklabOf(color, transfer, alpha) : srgbOf(color, alpha)
  const cells: u32 = 1 << ((alpha ? 4 : 3) * bits)
  const list = listOf(room, cellOf(c, bits, narrow, alpha), cells, lists, counts, centroids, centroidCount)
  return <u32>nearestOf(list, c, alpha, opaque)
}
