import { CELL_MOMENTS } from '../kernels/shared/quantizer-state.js'
import { BoxQueue } from './box-queue.js'

/** Exact moments of a coarse histogram of the colour cube, as the kernel color-moments leaves them. */
export interface ColorMoments {
  /** Per cell n, Σx, Σy, Σz, Σw, Σ(x²+y²+z²+w²), each as two 32-bit words, low first. */
  words: Uint32Array
  /** The cube has 2^bits cells along every axis; the last axis varies fastest, and its last cells have what is opaque. */
  bits: number
  /** 3 coordinates, or 4 (three premultiplied ones, and alpha). */
  axes: 3 | 4
  /** What is summed are coordinates in multiples of 2^shift. */
  shift: number
  /** The last coordinate of opaque colours, where there are four. */
  opaque: number
  /** The coordinates are Oklab's. */
  OKLAB: boolean
}

/** Half-open ranges of cells (low, high] along each axis, in cumulative coordinates 0…2^bits. */
export interface Box {
  low: number[]
  high: number[]
  /** Sum of squared deviations from the mean; 0 when the box cannot be cut. */
  variance: number
}

/** What a seed is made of. */
export interface BoxSums {
  /** n and the sum of each channel. */
  sums: number[]
  /** There are colours with alpha, and one in the box is opaque. */
  opaque: boolean
}

/** A box of whole cells and the moments of the colours in it. */
export interface WuBox extends Box, BoxSums {
  /** Of all channels. */
  squares: number
}

/** At most `count` boxes of whole cells, as Wu cuts them. */
export function wuBoxes(moments: ColorMoments, count: number): WuBox[] {
  const table = cumulate(moments)
  return cutBoxes(table, count).map((box) => {
    const sums = channelSums(table, box)
    return { ...box, sums, opaque: holdsOpaque(table, box, sums[0]), squares: volume(table, box, 5) }
  })
}

/** Cumulative moments: entry (m, i…) is the sum of moment m over all cells below i on every axis. */
interface MomentTable {
  data: Float64Array
  axes: 3 | 4
  side: number
  strides: number[]
}

function cumulate({ words, bits, axes }: ColorMoments): MomentTable {
  const cells = 2 ** bits
  const side = cells + 1
  const strides = Array.from({ length: axes }, (_, axis) => CELL_MOMENTS * side ** (axes - 1 - axis))
  const data = new Float64Array(CELL_MOMENTS * side ** axes)
  for (let cell = 0; cell < cells ** axes; cell++) {
    let to = 0
    for (let axis = 0; axis < axes; axis++) to += (((cell >>> ((axes - 1 - axis) * bits)) % cells) + 1) * strides[axis]
    const from = 2 * CELL_MOMENTS * cell
    for (let m = 0; m < CELL_MOMENTS; m++) data[to + m] = words[from + 2 * m] + 0x100000000 * words[from + 2 * m + 1]
  }
  // One running sum per axis; row by row, so that the entry one step back is already summed.
  for (const stride of strides) {
    for (let i = stride; i < data.length; i++) if (Math.floor(i / stride) % side !== 0) data[i] += data[i - stride]
  }
  return { data, axes, side, strides }
}

/** A moment summed over a box, by inclusion and exclusion of its corners. */
function volume(table: MomentTable, box: Box, moment: number): number {
  return faceVolume(table, box, -1, 0, moment)
}

/** As `volume`, with the box's upper end along `cutAxis` replaced by `end`. */
function faceVolume({ data, axes, strides }: MomentTable, box: Box, cutAxis: number, end: number, m: number): number {
  let sum = 0
  for (let corner = 0; corner < 1 << axes; corner++) {
    let index = m
    let sign = 1
    for (let axis = 0; axis < axes; axis++) {
      if (corner & (1 << axis)) {
        index += box.low[axis] * strides[axis]
        sign = -sign
      } else {
        index += (axis === cutAxis ? end : box.high[axis]) * strides[axis]
      }
    }
    sum += sign * data[index]
  }
  return sum
}

/** Whether the last cells along the last axis have any of the box's `count`. */
function holdsOpaque(table: MomentTable, box: Box, count: number): boolean {
  const { axes, side } = table
  if (axes === 3 || box.high[3] < side - 1) return false
  return box.low[3] === side - 2 || faceVolume(table, box, 3, side - 2, 0) < count
}

/** n and the sum of each channel over a box, its end along `cutAxis` replaced by `end`. */
function channelSums(table: MomentTable, box: Box, cutAxis = -1, end = 0): number[] {
  return Array.from({ length: table.axes + 1 }, (_, m) => faceVolume(table, box, cutAxis, end, m))
}

/** Σ(channel sums)² / n: what a box's mean explains. */
export function explained(sums: readonly number[]): number {
  let squares = 0
  for (let m = 1; m < sums.length; m++) squares += sums[m] * sums[m]
  return squares / sums[0]
}

function boxVariance(table: MomentTable, box: Box): number {
  const cells = box.high.reduce((product, high, axis) => product * (high - box.low[axis]), 1)
  if (cells <= 1) return 0
  return volume(table, box, 5) - explained(channelSums(table, box))
}

function cutBoxes(table: MomentTable, count: number): Box[] {
  const { axes, side } = table
  const whole: Box = { low: new Array(axes).fill(0), high: new Array(axes).fill(side - 1), variance: 0 }
  if (volume(table, whole, 0) === 0) return []
  whole.variance = boxVariance(table, whole)
  const boxes = [whole]
  const queue = new BoxQueue(boxes)
  queue.push(0)
  while (boxes.length < count) {
    const next = queue.pop()
    if (next === undefined || boxes[next].variance <= 0) break
    const upper = cutBox(table, boxes[next])
    if (!upper) continue // one cell holds all its colours
    boxes.push(upper)
    for (const index of [next, boxes.length - 1]) {
      boxes[index].variance = boxVariance(table, boxes[index])
      queue.push(index)
    }
  }
  return boxes
}

/** Cuts `box` where the two parts' means explain most; it keeps the lower part, the upper one is returned. */
function cutBox(table: MomentTable, box: Box): Box | null {
  const whole = channelSums(table, box)
  let best = 0
  let bestAxis = -1
  let bestEnd = 0
  for (let axis = 0; axis < table.axes; axis++) {
    for (let end = box.low[axis] + 1; end < box.high[axis]; end++) {
      const lower = channelSums(table, box, axis, end)
      if (lower[0] === 0 || lower[0] === whole[0]) continue
      const upper = whole.map((sum, m) => sum - lower[m])
      const score = explained(lower) + explained(upper)
      if (score > best) {
        best = score
        bestAxis = axis
        bestEnd = end
      }
    }
  }
  if (bestAxis < 0) return null
  const upper: Box = { low: [...box.low], high: [...box.high], variance: 0 }
  upper.low[bestAxis] = bestEnd
  box.high[bestAxis] = bestEnd
  return upper
}
