import { CELL_MOMENTS } from '../kernels/shared/quantizer-state.js'

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
}

/** Half-open ranges of cells (low, high] along each axis, in cumulative coordinates 0…2^bits. */
interface Box {
  low: number[]
  high: number[]
  /** Sum of squared deviations from the mean; 0 when the box cannot be cut. */
  variance: number
}

/** Distinct colours as coordinates in multiples of 2^shift, `axes` a colour, and their weights. */
export interface ColorSamples {
  values: Uint16Array
  weights: Uint32Array
  /** Bits of a value along each axis. */
  axisBits: readonly number[]
}

/**
 * Wu's variance-minimising boxes: starting with the whole cube, always the box with the largest sum of squared
 * deviations is cut in two where the sums that remain are smallest. All moments are exact integers in float64 and every
 * step uses + − × ÷ in one order, so that the boxes are the same everywhere.
 *
 * Where all boxes are single cells and more are wanted (a grey photograph has 32 cells), the same goes on at full
 * resolution, between the colours that `readSamples` gives.
 *
 * Returns at most `count` means as 4 coordinates each, opaque where a colour of the box is; fewer when no box can be cut
 * any more.
 *
 * Source: X. Wu, "Efficient statistical computations for optimal color quantization", Graphics Gems II, 1991.
 */
export async function wuSeeds(
  moments: ColorMoments,
  count: number,
  readSamples: () => Promise<ColorSamples>,
): Promise<Uint32Array> {
  const cells = wuBoxes(moments, count)
  const boxes = cells.length < count ? cutSamples(await readSamples(), cells, moments, count) : cells
  const seeds = new Uint32Array(4 * boxes.length)
  const twice = 2 ** (moments.shift + 1)
  for (const [index, { sums, opaque }] of boxes.entries()) {
    const [n, ...channels] = sums
    for (const [axis, sum] of channels.entries()) seeds[4 * index + axis] = Math.floor((twice * sum + n) / (2 * n))
    if (opaque) seeds[4 * index + 3] = moments.opaque
  }
  return seeds
}

/** What a seed is made of. */
interface BoxSums {
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
function explained(sums: readonly number[]): number {
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

/** A box at full resolution: the colours in it. */
interface SampleBox {
  samples: number[]
  variance: number
}

/** Goes on cutting where cells end. */
function cutSamples(
  { values, weights, axisBits }: ColorSamples,
  cellBoxes: readonly Box[],
  { bits, axes, shift, opaque }: ColorMoments,
  count: number,
): BoxSums[] {
  const opaqueValue = (opaque + 2 ** (shift - 1)) >>> shift
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

/** A binary heap of box numbers: largest variance first, lowest number among equals. */
class BoxQueue {
  readonly #boxes: readonly { variance: number }[]
  readonly #heap: number[] = []

  constructor(boxes: readonly { variance: number }[]) {
    this.#boxes = boxes
  }

  #before(a: number, b: number): boolean {
    const difference = this.#boxes[a].variance - this.#boxes[b].variance
    return difference > 0 || (difference === 0 && a < b)
  }

  push(index: number): void {
    const heap = this.#heap
    let at = heap.push(index) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#before(heap[at], heap[parent])) break
      ;[heap[at], heap[parent]] = [heap[parent], heap[at]]
      at = parent
    }
  }

  pop(): number | undefined {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (heap.length === 0 || last === undefined) return top
    heap[0] = last
    for (let at = 0; ; ) {
      let first = at
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && this.#before(heap[child], heap[first])) first = child
      }
      if (first === at) return top
      ;[heap[at], heap[first]] = [heap[first], heap[at]]
      at = first
    }
  }
}
