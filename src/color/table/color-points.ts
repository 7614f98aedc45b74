import { BufferScope, type Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { colorMoments } from '../../kernels/color/palette/color-moments.js'
import { placeColors } from '../../kernels/color/palette/place-colors.js'
import { CELL_MOMENTS } from '../../kernels/color/palette/quantizer-state.js'
import { opaqueAlpha } from '../../kernels/color/space/color-cell.js'
import { loadPoint } from '../../kernels/color/space/color-point.js'
import { roundedMean } from '../../kernels/color/space/straight-color.js'
import type { Reporter } from '../reporter.js'
import type { ColorMoments, ColorSamples } from './color-moments.js'
import type { ColorSpace } from './color-space.js'
import type { ColorTable } from './color-table.js'

/** Assumed number of candidates of a colour when work is cut: a few, a loaded coordinate each, and the additions. */
const EXPECTED_CANDIDATES = 64

/** The colour cube, cut into 2^bits cells along every axis, finely and coarsely. */
export interface ColorCells {
  readonly alpha: boolean
  readonly space: ColorSpace
  readonly cellBits: number
  readonly cellCount: number
  readonly coarseBits: number
  readonly coarseCount: number
  /** One word for each fine cell and then each coarse one: not 0 if it needs a list. */
  readonly occupied: EngineBuffer
}

/** The distinct colours of a table as points of a colour space on the engine, which are clustered. */
export interface ColorPoints extends ColorCells {
  readonly count: number
  /** Flags of the kernels that read `points`. */
  readonly flags: { ALPHA: boolean; PACKED: boolean; OKLAB: boolean }
  /** One word per colour, the colour itself, or (PACKED) two with its coordinates. */
  readonly points: EngineBuffer
  /** One word per colour: its weight in the clustering. */
  readonly weights: EngineBuffer
  readonly space: ColorSpace
  /** The moments of all points. */
  readTotals(): Promise<ColorMoments>
  /** Their weighted mean, four coordinates. */
  readMean(): Promise<Uint32Array>
  /** The moments for Wu's seeds, with or without the fully transparent colour. */
  readMoments(skipTransparent: boolean): Promise<ColorMoments>
  /** The colours behind those moments. */
  readSamples(skipTransparent: boolean): Promise<ColorSamples>
}

export async function createColorPoints(
  executor: Executor,
  scope: BufferScope,
  table: ColorTable,
  space: ColorSpace,
  weights = table.counts,
): Promise<ColorPoints> {
  const { unique: count, alpha, colors, transfer } = table
  // Coordinates that need divisions are computed once. Those of opaque colours are faster to compute than to load:
  // packed, a pass of 135 000 to 318 000 colours takes 1.06 times as long (llvmpipe).
  const { OKLAB } = space
  const flags = { ALPHA: alpha, OKLAB, PACKED: alpha || OKLAB }
  const axes = alpha ? 4 : 3
  const [place, readCells] = await Promise.all([
    executor.compile(placeColors, { flags }),
    createCellReader(executor, count, flags),
  ])
  // More and smaller cells cost more to list and less to search: they pay off from about 2¹⁶ distinct colours on.
  const cellBits = alpha ? 3 : count > 2 ** 16 ? 5 : 4
  const coarseBits = cellBits - 2
  const cellCount = 2 ** (cellBits * axes)
  const coarseCount = 2 ** (coarseBits * axes)
  const packed = scope.allocate('quantize.points', flags.PACKED ? 8 * count : 4)
  const occupied = scope.allocate('quantize.occupied', 4 * (cellCount + coarseCount))
  executor.run(
    place,
    { colorCount: count, cellBits, cellCount, coarseBits },
    { colors, transfer, points: packed, occupied },
  )
  const points = flags.PACKED ? packed : colors
  const own = { points, weights }
  const cells = { alpha, space, cellBits, cellCount, coarseBits, coarseCount, occupied }
  return {
    ...cells,
    count,
    flags,
    ...own,
    readTotals: () => readCells(own, { bits: 0, shift: 0, skipTransparent: false }),
    async readMean() {
      const { words } = await readCells(own, { bits: 0, shift: 0, skipTransparent: false })
      const [n, ...sums] = Array.from({ length: 5 }, (_, m) => words[2 * m] + 0x100000000 * words[2 * m + 1])
      return Uint32Array.from(sums, (sum) => roundedMean(sum, n))
    },
    readMoments: (skipTransparent) => readCells(own, { bits: alpha ? 4 : 5, shift: space.shift, skipTransparent }),
    async readSamples(skipTransparent) {
      const [words, all] = await Promise.all(
        [points, weights].map((buffer) => executor.read(buffer).then((bytes) => new Uint32Array(bytes))),
      )
      return samplesOf(words, all, { flags, space, skipTransparent })
    },
  }
}

type PointFlags = ColorPoints['flags']

/**
 * Prepares the moments of the colours in each of 2^bits cells along every axis, of coordinates in multiples of 2^shift.
 */
async function createCellReader(executor: Executor, colorCount: number, flags: PointFlags) {
  const moments = await executor.compile(colorMoments, { flags })
  const { ALPHA, OKLAB } = flags
  const axes = ALPHA ? 4 : 3
  return async (
    own: { points: EngineBuffer; weights: EngineBuffer },
    { bits, shift, skipTransparent }: { bits: number; shift: number; skipTransparent: boolean },
  ): Promise<ColorMoments> => {
    const scope = new BufferScope(executor)
    try {
      const buffer = scope.allocate('quantize.moments', 8 * CELL_MOMENTS * 2 ** (bits * axes))
      executor.run(
        moments,
        { colorCount, cellBits: bits, shift, skipTransparent: skipTransparent ? 1 : 0 },
        { ...own, moments: buffer },
      )
      const words = new Uint32Array(await executor.read(buffer))
      return { words, bits, axes, shift, opaque: opaqueAlpha(flags), OKLAB }
    } finally {
      scope.release()
    }
  }
}

/** Points as coordinates in multiples of 2^shift, without those of weight 0. */
function samplesOf(
  points: Uint32Array,
  weights: Uint32Array,
  { flags, space, skipTransparent }: { flags: PointFlags; space: ColorSpace; skipTransparent: boolean },
): ColorSamples {
  const { shift } = space
  const axes = flags.ALPHA ? 4 : 3
  const half = 2 ** (shift - 1)
  const values = new Uint16Array(axes * weights.length)
  const kept = new Uint32Array(weights.length)
  const c = new Uint32Array(4)
  let length = 0
  for (let i = 0; i < weights.length; i++) {
    loadPoint(points, i, flags, c)
    if ((skipTransparent && flags.ALPHA && c[3] === 0) || weights[i] === 0) continue
    for (let axis = 0; axis < axes; axis++) values[length * axes + axis] = (c[axis] + half) >>> shift
    kept[length++] = weights[i]
  }
  return {
    values: values.subarray(0, axes * length),
    weights: kept.subarray(0, length),
    axisBits: space.axisBits.map((bits) => bits - shift),
  }
}

/** Runs a kernel over all points, as many at a time as fit one submit. */
export async function overColors(
  executor: Executor,
  reporter: Reporter,
  pointCount: number,
  centroidCount: number,
  run: (range: { firstColor: number; colorCount: number }) => void,
): Promise<void> {
  const { pace } = executor
  const work = Math.min(centroidCount, EXPECTED_CANDIDATES)
  for (let firstColor = 0; firstColor < pointCount; ) {
    const colorCount = Math.min(Math.max(1024, Math.floor(pace.budget / work)), pointCount - firstColor)
    run({ firstColor, colorCount })
    await pace.spend(colorCount * work)
    firstColor += colorCount
    reporter.throwIfAborted()
  }
}
