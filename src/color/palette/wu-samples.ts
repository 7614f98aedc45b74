import type { ColorMoments, ColorSamples } from '../table/color-moments.js'
import { type Box, explained } from './wu-moments.js'

/** A coordinate in multiples of 2^shift, rounded half up. */
export function sampleOf(coordinate: number, shift: number): number {
  return (coordinate + 2 ** (shift - 1)) >>> shift
}

/** Cuts the content of one cell at full resolution, between its colours. */
export class SampleCutter {
  readonly #samples: ColorSamples
  readonly #moments: ColorMoments
  readonly #opaque: number
  /** Indices of the samples, cell by cell, and the offset of each cell. */
  readonly #byCell: Uint32Array
  readonly #starts: Uint32Array

  constructor(samples: ColorSamples, moments: ColorMoments) {
    this.#samples = samples
    this.#moments = moments
    this.#opaque = sampleOf(moments.opaque, moments.shift)
    const cells = cellsOf(samples, moments, this.#opaque)
    const starts = new Uint32Array(2 ** (moments.bits * moments.axes) + 1)
    for (let i = 0; i < cells.length; i++) starts[cells[i] + 1]++
    for (let cell = 1; cell < starts.length; cell++) starts[cell] += starts[cell - 1]
    const next = starts.slice()
    const byCell = new Uint32Array(cells.length)
    for (let i = 0; i < cells.length; i++) byCell[next[cells[i]]++] = i
    this.#starts = starts
    this.#byCell = byCell
  }

  /** The count and the sum of each channel. */
  sums(samples: readonly number[]): number[] {
    const { axes } = this.#moments
    const sums = new Array<number>(axes + 1).fill(0)
    for (const i of samples) this.#add(sums, i)
    return sums
  }

  holdsOpaque(samples: readonly number[]): boolean {
    return this.#moments.axes === 4 && samples.some((i) => this.#value(i, 3) === this.#opaque)
  }

  /** Sum of squared deviations from the mean; 0 for a single colour. */
  variance(samples: readonly number[]): number {
    if (samples.length <= 1) return 0
    let squares = 0
    for (const i of samples) {
      for (let axis = 0; axis < this.#moments.axes; axis++) {
        squares += this.#samples.weights[i] * this.#value(i, axis) ** 2
      }
    }
    return squares - explained(this.sums(samples))
  }

  /** Cuts `box`, of these samples, along each axis after each occurring value; null if it has a single colour. */
  cut(box: Box, samples: readonly number[]): Box | null {
    const { axes } = this.#moments
    const whole = this.sums(samples)
    let best = 0
    let bestAxis = -1
    let bestValue = 0
    for (let axis = 0; axis < axes; axis++) {
      const sorted = [...samples].sort((i, j) => this.#value(i, axis) - this.#value(j, axis))
      const lower = new Array<number>(axes + 1).fill(0)
      for (const [place, i] of sorted.entries()) {
        this.#add(lower, i)
        if (place + 1 === sorted.length || this.#value(sorted[place + 1], axis) === this.#value(i, axis)) continue
        const score = explained(lower) + explained(whole.map((sum, m) => sum - lower[m]))
        if (score > best) {
          best = score
          bestAxis = axis
          bestValue = this.#value(i, axis)
        }
      }
    }
    if (bestAxis < 0) return null
    const isUpper = (i: number) => this.#value(i, bestAxis) > bestValue
    box.samples = samples.filter((i) => !isUpper(i))
    return { ...box, samples: samples.filter(isUpper) }
  }

  #value(sample: number, axis: number): number {
    return this.#samples.values[sample * this.#moments.axes + axis]
  }

  #add(sums: number[], sample: number): void {
    const weight = this.#samples.weights[sample]
    sums[0] += weight
    for (let axis = 0; axis < this.#moments.axes; axis++) sums[1 + axis] += weight * this.#value(sample, axis)
  }

  /** Indices of the samples in whole cells. */
  samplesIn({ low, high }: Box): number[] {
    const { bits, axes } = this.#moments
    const samples: number[] = []
    const visit = (axis: number, cell: number) => {
      if (axis === axes) {
        for (let at = this.#starts[cell]; at < this.#starts[cell + 1]; at++) samples.push(this.#byCell[at])
        return
      }
      for (let i = low[axis]; i < high[axis]; i++) visit(axis + 1, (cell << bits) | i)
    }
    visit(0, 0)
    return samples
  }
}

/** The cell of each sample; must be fast, since photographs have 300 000 of them and a palette waits. */
function cellsOf({ values, axisBits }: ColorSamples, { bits, axes }: ColorMoments, opaque: number): Uint32Array {
  const cells = new Uint32Array(values.length / axes)
  const translucent = 2 ** bits - 2
  for (let axis = 0; axis < axes; axis++) {
    const shift = axisBits[axis] - bits
    for (let i = 0, at = axis; i < cells.length; i++, at += axes) {
      const value = values[at]
      const layer = value >>> shift
      cells[i] = (cells[i] << bits) | (axis === 3 && value < opaque && layer > translucent ? translucent : layer)
    }
  }
  return cells
}
