import { CELL_MOMENTS } from '../../kernels/color/palette/quantizer-state.js'
import type { ColorMoments, ColorSamples } from '../table/color-moments.js'
import { BoxQueue } from './box-queue.js'
import { type Box, type BoxSums, explained } from './wu-moments.js'
import { SampleCutter } from './wu-samples.js'

/**
 * Maximum number of colours of a cell that is cut as soon as its box is next: drawn backgrounds, texts and gradients
 * have 5 to 50 of 512, photographs 95 to 450. Cutting those too made two of seven photographs worse by 1 %, in 256
 * colours.
 */
const MAX_DRAWN = 64

/**
 * At most `count` boxes, cut as in Wu: between cells or, if the box to cut is a single cell of few colours, between
 * these, which `readSamples` returns; cells of many colours only if nothing else can be cut. Without it, cells stay
 * whole.
 */
export async function wuBoxes(
  moments: ColorMoments,
  count: number,
  readSamples: (() => Promise<ColorSamples>) | null,
): Promise<BoxSums[]> {
  const table = cumulate(moments)
  const { axes, side } = table
  const whole: Box = { low: new Array(axes).fill(0), high: new Array(axes).fill(side - 1), variance: 0 }
  if (volume(table, whole, 0) === 0) return []
  whole.variance = boxVariance(table, whole)
  const boxes = [whole]
  const queue = new BoxQueue(boxes)
  queue.push(0)
  let cutter: SampleCutter | null = null
  let dense: number[] | null = []
  while (boxes.length < count) {
    const next = queue.pop()
    if (next === undefined || boxes[next].variance <= 0) {
      if (!dense?.length) break
      for (const index of dense) queue.push(index)
      dense = null
      continue
    }
    let upper = boxes[next].samples ? null : cutBox(table, boxes[next])
    if (!upper && readSamples) {
      cutter ??= new SampleCutter(await readSamples(), moments)
      const samples = boxes[next].samples ?? cutter.samplesIn(boxes[next])
      if (dense && !boxes[next].samples && samples.length > MAX_DRAWN) {
        dense.push(next)
        continue
      }
      upper = cutter.cut(boxes[next], samples)
    }
    if (!upper) continue // it has a single colour
    boxes.push(upper)
    for (const index of [next, boxes.length - 1]) {
      const { samples } = boxes[index]
      boxes[index].variance = samples && cutter ? cutter.variance(samples) : boxVariance(table, boxes[index])
      queue.push(index)
    }
  }
  return boxes.map((box) => {
    if (box.samples && cutter) return { sums: cutter.sums(box.samples), opaque: cutter.holdsOpaque(box.samples) }
    const sums = channelSums(table, box)
    return { sums, opaque: holdsOpaque(table, box, sums[0]) }
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
  // One running sum per axis; row by row, so that the preceding entry is already summed.
  for (const stride of strides) {
    for (let i = stride; i < data.length; i++) if (Math.floor(i / stride) % side !== 0) data[i] += data[i - stride]
  }
  return { data, axes, side, strides }
}

/** A moment summed over a box, by inclusion and exclusion of its corners. */
function volume(table: MomentTable, box: Box, moment: number): number {
  return faceVolume(table, box, -1, 0, moment)
}

/** Like `volume`, with the box's upper end along `cutAxis` replaced by `end`. */
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

/** Whether the last cells along the last axis contain any of the box's `count`. */
function holdsOpaque(table: MomentTable, box: Box, count: number): boolean {
  const { axes, side } = table
  if (axes === 3 || box.high[3] < side - 1) return false
  return box.low[3] === side - 2 || faceVolume(table, box, 3, side - 2, 0) < count
}

/** The count and the sum of each channel over a box, with its end along `cutAxis` replaced by `end`. */
function channelSums(table: MomentTable, box: Box, cutAxis = -1, end = 0): number[] {
  return Array.from({ length: table.axes + 1 }, (_, m) => faceVolume(table, box, cutAxis, end, m))
}

function boxVariance(table: MomentTable, box: Box): number {
  return volume(table, box, 5) - explained(channelSums(table, box))
}

/**
 * Cuts `box` where the means of the two parts explain the most variance; it keeps the lower part, the upper one is
 * returned.
 */
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
