import { BoxQueue } from './box-queue.js'
import { type Box, type BoxSums, type ColorMoments, explained } from './wu-boxes.js'

/** Distinct colours as coordinates in multiples of 2^shift, `axes` a colour, and their weights. */
export interface ColorSamples {
  values: Uint16Array
  weights: Uint32Array
  /** Bits of a value along each axis. */
  axisBits: readonly number[]
}

/** A coordinate in multiples of 2^shift, rounded half up. */
export function sampleOf(coordinate: number, shift: number): number {
  return (coordinate + 2 ** (shift - 1)) >>> shift
}

/** A box at full resolution: the colours in it. */
interface SampleBox {
  samples: number[]
  variance: number
}

/** Goes on cutting Wu's boxes of whole cells between the colours in them, at full resolution, up to `count` boxes. */
export function cutSamples(
  { values, weights, axisBits }: ColorSamples,
  cellBoxes: readonly Box[],
  { bits, axes, shift, opaque }: ColorMoments,
  count: number,
): BoxSums[] {
  const opaqueValue = sampleOf(opaque, shift)
  const sumsOf = (samples: readonly number[]) => {
    const sums = new Array<number>(axes + 1).fill(0)
    for (const i of samples) {
      sums[0] += weights[i]
      for (let axis = 0; axis < axes; axis++) sums[1 + axis] += weights[i] * values[i * axes + axis]
    }
    return sums
  }
  const measure = (box: SampleBox) => {
    let squares = 0
    for (const i of box.samples) {
      for (let axis = 0; axis < axes; axis++) squares += weights[i] * values[i * axes + axis] ** 2
    }
    box.variance = box.samples.length > 1 ? squares - explained(sumsOf(box.samples)) : 0
  }
  const boxes: SampleBox[] = cellBoxes.map(() => ({ samples: [], variance: 0 }))
  const boxOfCell = cellOwners(cellBoxes, bits, axes)
  for (let i = 0; i < weights.length; i++) {
    let cell = 0
    for (let axis = 0; axis < axes; axis++) {
      const value = values[i * axes + axis]
      const layer = value >>> (axisBits[axis] - bits)
      cell = (cell << bits) | (axis === 3 && value < opaqueValue ? Math.min(layer, 2 ** bits - 2) : layer)
    }
    boxes[boxOfCell[cell]].samples.push(i)
  }
  const queue = new BoxQueue(boxes)
  for (const [index, box] of boxes.entries()) {
    measure(box)
    queue.push(index)
  }
  while (boxes.length < count) {
    const next = queue.pop()
    if (next === undefined || boxes[next].variance <= 0) break
    const upper = cutBetweenSamples(boxes[next])
    if (!upper) continue
    boxes.push(upper)
    for (const index of [next, boxes.length - 1]) {
      measure(boxes[index])
      queue.push(index)
    }
  }
  return boxes.map(({ samples }) => ({
    sums: sumsOf(samples),
    opaque: axes === 4 && samples.some((i) => values[i * axes + 3] === opaqueValue),
  }))

  /** As `cutBox`: along each axis, after each value that occurs. */
  function cutBetweenSamples(box: SampleBox): SampleBox | null {
    const whole = sumsOf(box.samples)
    let best = 0
    let bestAxis = -1
    let bestValue = 0
    for (let axis = 0; axis < axes; axis++) {
      const value = (i: number) => values[i * axes + axis]
      const sorted = [...box.samples].sort((i, j) => value(i) - value(j))
      const lower = new Array<number>(axes + 1).fill(0)
      for (const [place, i] of sorted.entries()) {
        lower[0] += weights[i]
        for (let a = 0; a < axes; a++) lower[1 + a] += weights[i] * values[i * axes + a]
        if (place + 1 === sorted.length || value(sorted[place + 1]) === value(i)) continue
        const score = explained(lower) + explained(whole.map((sum, m) => sum - lower[m]))
        if (score > best) {
          best = score
          bestAxis = axis
          bestValue = value(i)
        }
      }
    }
    if (bestAxis < 0) return null
    const isUpper = (i: number) => values[i * axes + bestAxis] > bestValue
    const upper = { samples: box.samples.filter(isUpper), variance: 0 }
    box.samples = box.samples.filter((i) => !isUpper(i))
    return upper
  }
}

/** For every cell the number of the box it lies in. */
function cellOwners(boxes: readonly Box[], bits: number, axes: number): Uint32Array {
  const owners = new Uint32Array(2 ** (bits * axes))
  for (const [index, { low, high }] of boxes.entries()) {
    const visit = (axis: number, cell: number) => {
      if (axis === axes) {
        owners[cell] = index
        return
      }
      for (let i = low[axis]; i < high[axis]; i++) visit(axis + 1, (cell << bits) | i)
    }
    visit(0, 0)
  }
  return owners
}
