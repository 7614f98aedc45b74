/** Valid inputs of the kernels of colours; outputs of other kernels come from their twins. */
import { listCandidates } from '../../src/kernels/color/palette/list-candidates.js'
import { FULL, State } from '../../src/kernels/color/palette/quantizer-state.js'
import { canonicalColor } from '../../src/kernels/color/space/color.js'
import { countCells } from '../../src/kernels/color/space/color-cell.js'
import { spaceCoordinates } from '../../src/kernels/color/space/color-space.js'
import { compactColors } from '../../src/kernels/color/table/compact-colors.js'
import { BLOCK_SLOTS, countColors } from '../../src/kernels/color/table/count-colors.js'
import { scanBlocks } from '../../src/kernels/color/table/scan-blocks.js'
import { integers } from './sample'

type Random = () => number

interface Space {
  ALPHA: boolean
  OKLAB: boolean
}

/**
 * Opaque pixels, or with `alpha` pixels of every kind, including transparent ones of any colour; red is below `reds`.
 */
export function randomPixels(random: Random, length: number, alpha: boolean, reds = 256): Uint32Array {
  const byte = (limit = 256) => Math.floor([0, limit - 1, random() * limit, random() * limit][Math.floor(random() * 4)])
  const opacity = () => [0, 255, 255, 1 + Math.floor(random() * 254)][Math.floor(random() * 4)]
  return Uint32Array.from(
    { length },
    () => 2 ** 24 * (alpha ? opacity() : 255) + 2 ** 16 * byte() + 2 ** 8 * byte() + byte(reds),
  )
}

/** Pixels as in images: with runs, and most colours several times. */
export function imagePixels(random: Random, length: number, alpha: boolean, reds = 256): Uint32Array {
  const colors = randomPixels(random, Math.ceil(length / 3), alpha, reds)
  let color = colors[0]
  return Uint32Array.from({ length }, () => {
    if (random() < 0.6) color = colors[Math.floor(random() * colors.length)]
    return color
  })
}

/** Distinct colours. */
export function distinctColors(random: Random, length: number, alpha: boolean): Uint32Array {
  const colors = new Set<number>()
  while (colors.size < length) colors.add(canonicalColor(randomPixels(random, 1, alpha)[0], alpha))
  return Uint32Array.from(colors)
}

/** Weights of colours: some 0, some large, with a sum below 2³¹. */
export function randomWeights(random: Random, length: number): Uint32Array {
  const bits = Math.log2(2 ** 31 / length)
  return Uint32Array.from({ length }, () => (random() < 0.1 ? 0 : 2 ** (random() * bits)))
}

/** Four coordinates of each colour. */
export function coordinatesOf(colors: Uint32Array, space: Space): Uint32Array {
  const coordinates = new Uint32Array(4 * colors.length)
  for (const [i, color] of colors.entries()) spaceCoordinates(color, space, coordinates.subarray(4 * i, 4 * i + 4))
  return coordinates
}

/** Colours as points, one word or (PACKED) two each. */
export function pointsOf(colors: Uint32Array, { PACKED, ...space }: Space & { PACKED: boolean }): Uint32Array {
  return PACKED ? new Uint32Array(Uint16Array.from(coordinatesOf(colors, space)).buffer) : colors
}

/** Coordinates of colours and of means of several. */
export function randomCentroids(random: Random, length: number, space: Space): Uint32Array {
  const [a, b, c] = [0, 1, 2].map(() => coordinatesOf(randomPixels(random, length, space.ALPHA), space))
  return a.map((value, i) => {
    const kind = Math.floor(i / 4) % 3
    return kind === 0 ? value : kind === 1 ? (value + b[i]) / 2 : (value + b[i] + 2 * c[i]) / 4
  })
}

/** Candidate lists of all cells; those longer than `capacity` are FULL. */
export function searchOf(centroids: Uint32Array, space: Space, capacity: number, cellBits = 2) {
  const search = { cellBits, centroidCount: centroids.length / 4 }
  const cellCount = countCells(cellBits, space)
  const lists = { candidates: new Uint32Array(cellCount * capacity), candidateCounts: new Uint32Array(cellCount) }
  const everything = Uint32Array.of(FULL)
  listCandidates.twin(
    { ...search, cellCount, parentBits: 0, occupiedOffset: 0, capacity, skipWhenConverged: 0 },
    {
      centroids,
      occupied: new Uint32Array(cellCount).fill(1),
      parentCandidates: everything,
      parentCounts: everything,
      ...lists,
      state: new Uint32Array(State.words),
    },
    space,
  )
  return { search, lists }
}

/** The tables of pixels' colours before any are counted. */
export function emptySlots(alpha: boolean, slotCount: number) {
  return {
    keys: new Uint32Array(alpha ? slotCount : slotCount / 16),
    slotCounts: new Uint32Array(alpha ? slotCount : 1),
    blockOffsets: new Uint32Array(slotCount / BLOCK_SLOTS + 1),
    state: new Uint32Array(State.words),
  }
}

/** The table of pixels' colours, with 2¹⁶ slots for each red of opaque pixels. */
export function tableOf(pixels: Uint32Array, ALPHA: boolean, slotCount = ALPHA ? 2 ** 12 : 2 ** 24) {
  const slotMask = slotCount - 1
  const blockCount = slotCount / BLOCK_SLOTS
  const { state, ...table } = emptySlots(ALPHA, slotCount)
  countColors.twin({ pixelCount: pixels.length, slotMask }, { pixels, ...table, state }, { ALPHA })
  scanBlocks.twin({ blockCount }, { ...table, state }, {})
  const [colors, counts, slots] = [0, 1, 2].map(() => new Uint32Array(state[State.unique]))
  return { slotMask, blockCount, buffers: { ...table, colors, counts, slots } }
}

/** The table in which a pixel finds the index of its colour. */
export function numberedTableOf(pixels: Uint32Array, ALPHA: boolean) {
  const { slotMask, blockCount, buffers } = tableOf(pixels, ALPHA)
  compactColors.twin({ blockCount }, buffers, { ALPHA })
  const { keys, slots, colors } = buffers
  const slotLabels = new Uint32Array(ALPHA ? keys.length : slots.length)
  for (const [number, slot] of slots.entries()) slotLabels[slot] = number
  return { slotMask, keys, slotLabels, colors }
}

/** Numbers of pixels around those of a workgroup, of 512. */
export const PIXEL_COUNTS: { pixelCount: number; workgroupSize?: number }[] = [
  { pixelCount: 1 },
  { pixelCount: 511 },
  { pixelCount: 512 },
  { pixelCount: 513 },
  { pixelCount: 3000 },
  { pixelCount: 100, workgroupSize: 4 },
]

/** Pixels with the table of their colours, numbered. */
export function numberedPixels(random: Random, pixelCount: number, ALPHA: boolean) {
  const pixels = imagePixels(random, pixelCount, ALPHA)
  return { pixels, ...numberedTableOf(pixels, ALPHA) }
}

/** Random words, which a dispatch must overwrite or keep. */
export function anything(random: Random, length: number): Uint32Array {
  return integers(random, length, 2 ** 32)
}
