import type { EngineBuffer } from '../../engine/kernel.js'
import { MIX_WORDS, mixEntries, PICKS } from '../../kernels/color/dither/mix-entries.js'
import { pickEntries } from '../../kernels/color/dither/pick-entries.js'
import type { PixelChunk } from '../image/pixels.js'
import type { ColorWork } from '../table/color-work.js'
import type { DitherOptions, DitherPalette, StartDithering } from './dither-method.js'
import { ditherPattern } from './dither-pattern.js'

const MIX_BYTES = 4 * MIX_WORDS
/** Maximum number of mixes in memory, if colours are mixed once: 96 MiB. */
const MAX_MIXES = 2 ** 22
/** The same if pixels are mixed: 6 MiB. */
const MAX_DIRECT = 2 ** 18
/** Cost of each pick of a mix, in multiply-adds, as in clustering. */
const PICK_WORK = 64

/** Dithering by a pattern of thresholds: blue noise, or Bayer's matrix. */
export async function createOrderedDither(
  work: ColorWork,
  target: DitherPalette,
  options: DitherOptions,
): Promise<StartDithering> {
  const { executor, table, reporter } = work
  // A colour is mixed once for all its pixels, unless most colours have a single pixel.
  const direct = table.unique > Math.min(table.pixelCount / 2, MAX_MIXES)
  const { mixSome, pickSome } = await createMixer(work, target, options, direct)
  const advance = async (mixed: number) => {
    await executor.pace.spend(mixed * PICK_WORK * PICKS)
    reporter.throwIfAborted()
    return mixed
  }

  if (direct) {
    return (_, { width }) =>
      async (chunk, position, entries) => {
        const pixels = chunk.buffer()
        for (let first = 0; first < chunk.count; ) {
          const mixed = mixSome(pixels, first, chunk.count - first, 0)
          pickSome(chunk, { firstPixel: first, pixelCount: mixed, position: position + first, width }, entries)
          first += await advance(mixed)
        }
      }
  }
  for (let first = 0; first < table.unique; ) {
    first += await advance(mixSome(table.colors, first, table.unique - first, first))
  }
  return (_, { width }) =>
    async (chunk, position, entries) =>
      pickSome(chunk, { firstPixel: 0, pixelCount: chunk.count, position, width }, entries)
}

/**
 * Mixes colours from entries, and picks an entry of the mix for each pixel. `direct`: the colours are those of pixels.
 */
async function createMixer(
  { executor, scope, table }: ColorWork,
  { palette, centroids, candidates }: DitherPalette,
  { dither, strength }: DitherOptions,
  direct: boolean,
) {
  const { alpha: ALPHA, transfer } = table
  const [mix, pick] = await Promise.all([
    executor.compile(mixEntries, { flags: { ALPHA, OKLAB: candidates.space.OKLAB } }),
    executor.compile(pickEntries, { flags: { ALPHA, DIRECT: direct } }),
  ])
  const { size: patternSize, thresholds: pattern } = ditherPattern(dither === 'ordered' ? 'ordered' : 'blue-noise')
  const thresholds = scope.upload('dither.thresholds', pattern)
  const mixes = scope.allocate('dither.mixes', MIX_BYTES * (direct ? MAX_DIRECT : table.unique))
  const { keys, slotLabels, slotMask } = table.slots
  return {
    /** Mixes as many of `count` colours, from the first on, as fit a submit and `mixes`; returns their number. */
    mixSome(colors: EngineBuffer, firstColor: number, count: number, firstMix: number): number {
      const atOnce = Math.max(1024, Math.floor((executor.pace.budget / PICK_WORK) * PICKS))
      const colorCount = Math.min(count, atOnce, direct ? MAX_DIRECT : count)
      executor.run(
        mix,
        { firstColor, colorCount, firstMix, strength, ...candidates.search },
        { colors, palette, transfer, centroids, ...candidates.lists, mixes },
      )
      return colorCount
    },
    pickSome(
      chunk: PixelChunk,
      part: { firstPixel: number; pixelCount: number; position: number; width: number },
      entries: EngineBuffer,
    ): void {
      executor.run(
        pick,
        { ...part, patternSize, slotMask },
        { pixels: chunk.buffer(), keys, slotLabels, mixes, thresholds, entries },
      )
    },
  }
}
