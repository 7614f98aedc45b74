import { diffuseErrors } from '../../kernels/color/dither/diffuse-errors.js'
import type { ColorWork } from '../table/color-work.js'
import type { DitherOptions, DitherPalette, StartDithering } from './dither-method.js'

/** Multiply-adds that a pixel is taken for. */
const PIXEL_WORK = 64
/**
 * Multiply-adds of one submit at most, of 2¹⁷ pixels. Rows of an image seldom fall back to one pixel after the other, but
 * where they do, this many take a GPU about a tenth of a second.
 */
const MAX_WORK = 2 ** 23
/** A segment shorter than this is seldom settled in the round after the first. */
const MIN_SEGMENT = 8
/**
 * Threads of the one workgroup. A GPU's compute unit runs a few warps in the time of one, and no other unit can help: the
 * floor is some 40 searches after one another in each row up to 1024 pixels (counted; not timed on a GPU). An adapter on
 * the CPU has a vector's lanes: mapping kingfisher.png to 64 colours with 1, 4, 16, 32 and 64 threads took 1.8, 1.0, 1.9,
 * 2.0 and 2.5 times as long as with 8 on llvmpipe, and 1.2, 1.1, 1.1, 1.1 and 1.4 times on SwiftShader.
 */
const [THREADS, FEW_THREADS] = [128, 8]

/** Floyd and Steinberg's error diffusion, row by row through the image. */
export async function createErrorDiffusion(
  { executor, table, reporter }: ColorWork,
  { palette, centroids, candidates }: DitherPalette,
  { strength }: DitherOptions,
): Promise<StartDithering> {
  const diffuse = await executor.compile(diffuseErrors, {
    flags: { ALPHA: table.alpha, OKLAB: candidates.space.OKLAB },
    workgroupSize: executor.traits.narrowWorkgroups ? FEW_THREADS : THREADS,
  })
  const pace = executor.pace.upTo(MAX_WORK)
  return (own, { width }) => {
    const segment = Math.max(MIN_SEGMENT, Math.ceil(width / diffuse.workgroupSize))
    const errors = own.allocate('dither.errors', 2 * 16 * width)
    return async (chunk, position, entries) => {
      const rows = chunk.count / width
      for (let row = 0; row < rows; ) {
        const rowCount = Math.min(Math.max(1, Math.floor(pace.budget / (PIXEL_WORK * width))), rows - row)
        executor.run(
          diffuse,
          {
            width,
            firstRow: position / width + row,
            rowCount,
            firstPixel: row * width,
            segment,
            strength,
            ...candidates.search,
          },
          {
            pixels: chunk.buffer(),
            palette,
            transfer: table.transfer,
            centroids,
            ...candidates.lists,
            errors,
            entries,
          },
        )
        await pace.spend(PIXEL_WORK * rowCount * width)
        reporter.throwIfAborted()
        row += rowCount
      }
    }
  }
}
