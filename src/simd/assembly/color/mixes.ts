import { clearLists } from './color-lists'
import { changeColor, colorError, nearestEntry } from './dither'

/** Entries of a mix, bytes of a mix, and the sum of its weights. */
const PICKS: u32 = 8
const MIX_BYTES: usize = 24
const LEVELS: i32 = 64

/** ⌊x / y⌋, y > 0. */
function floorDivide(x: i32, y: i32): i32 {
  const quotient = x / y
  return quotient * y > x ? quotient - 1 : quotient
}

/** The weight of pick n: at full strength WEIGHTS of mix-entries, a byte each. */
function weightOf(n: u32, full: bool): i32 {
  if (!full) return 8
  const four: u32 = n < 4 ? 0x080c0f12 : 0x01020305
  return (four >> ((n & 3) << 3)) & 0xff
}

/** Of `count` entries, the one nearest to a colour in premultiplied bytes, the last among equals. */
function nearestPick(picks: usize, count: u32, wanted: u32, palette: usize, alpha: bool): u32 {
  let best: u32 = 0
  let least = u32.MAX_VALUE
  for (let n = <i32>count - 1; n >= 0; n--) {
    const entry = load<u32>(picks + ((<usize>n) << 2))
    const error = colorError(wanted, load<u32>(palette + ((<usize>entry) << 2)), alpha)
    const squares = i32x4.mul(error, error)
    const pairs = i32x4.add(squares, i32x4.shuffle(squares, squares, 2, 3, 0, 1))
    const distance = <u32>(i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1))
    if (distance < least) {
      best = entry
      least = distance
    }
  }
  return best
}

/** Writes a mix: its entries, ascending, and the sums of their weights; `picks` are 256 · entry + weight. */
function writeMix(picks: usize, mix: usize): void {
  for (let n: usize = 1; n < PICKS; n++) {
    const pick = load<u32>(picks + (n << 2))
    let at = n
    for (; at > 0 && load<u32>(picks + (at << 2) - 4) > pick; at--)
      store<u32>(picks + (at << 2), load<u32>(picks + (at << 2) - 4))
    store<u32>(picks + (at << 2), pick)
  }
  let end: u32 = 0
  for (let n: usize = 0; n < PICKS; n++) {
    const pick = load<u32>(picks + (n << 2))
    end += pick & 0xff
    store<u16>(mix + 2 * n, pick >> 8)
    store<u8>(mix + n, end, 16)
  }
}

/** Mixes of colours `first` to `end` − 1, in `mixes` from the first one's place on; `scratch` has 64 bytes and then the room. */
export function mixColors(
  scratch: usize,
  first: u32,
  end: u32,
  roomBytes: u32,
  strength: i32,
  colors: usize,
  palette: usize,
  transfer: usize,
  centroids: usize,
  lists: usize,
  counts: usize,
  mixes: usize,
  bits: u32,
  centroidCount: u32,
  opaque: u32,
  narrow: u32,
  alpha: bool,
): void {
  const entries = scratch
  const picks = scratch + 32
  const room = scratch + 64
  clearLists(room, 1 << ((alpha ? 4 : 3) * bits), roomBytes)
  const full = strength === 256
  for (let i = first; i < end; i++) {
    const pixel = load<u32>(colors + ((<usize>i) << 2))
    const color = alpha && pixel < 0x01000000 ? 0 : pixel
    let error = i32x4.splat(0)
    let left = LEVELS
    for (let n: u32 = 0; n < PICKS; n++) {
      const share = full ? left : 16
      const scaled = i32x4.add(i32x4.mul(error, i32x4.splat(strength)), i32x4.splat(128 * share))
      const change = i32x4(
        floorDivide(i32x4.extract_lane(scaled, 0), 256 * share),
        floorDivide(i32x4.extract_lane(scaled, 1), 256 * share),
        floorDivide(i32x4.extract_lane(scaled, 2), 256 * share),
        floorDivide(i32x4.extract_lane(scaled, 3), 256 * share),
      )
      const wanted = changeColor(color, change, alpha)
      let entry = nearestEntry(
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
      const at = (<usize>n) << 2
      store<u32>(entries + at, entry)
      if (full && narrow) {
        entry = nearestPick(entries, n + 1, wanted, palette, alpha)
        store<u32>(entries + at, entry)
      }
      const weight = weightOf(n, full)
      const off = colorError(color, load<u32>(palette + ((<usize>entry) << 2)), alpha)
      error = i32x4.add(error, i32x4.mul(off, i32x4.splat(weight)))
      left -= weight
      store<u32>(picks + at, 256 * entry + weight)
    }
    writeMix(picks, mixes + MIX_BYTES * <usize>i)
  }
}
