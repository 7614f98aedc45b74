import { diffuseErrors } from '../../kernels/color/dither/diffuse-errors.js'
import type { ColorWork } from '../table/color-work.js'
import type { DitherOptions, DitherPalette, StartDithering } from './dither-method.js'

/** Cost of a pixel, in multiply-adds. */
const PIXEL_WORK = 64
/**
 * Maximum number of multiply-adds of one submit, of 2¹⁷ pixels. Rows of an image seldom need all their pixels in
 * sequence, but if they do, this many take a GPU about a tenth of a second.
 */
const MAX_WORK = 2 ** 23
/** Minimum length of a segment; a shorter one seldom converges in the round after the first. */
const MIN_SEGMENT = 8
/**
 * Number of threads of the single workgroup. A GPU's compute unit runs a few warps in the time of one, and no other
 * unit can help: the lower bound is some 40 sequential searches in each row up to 1024 pixels (counted; not timed on a
 * GPU). An adapter on the CPU has the lanes of a vector: mapping kingfisher.png to 64 colours with 1, 4, 16, 32 and 64
 * threads took 1.8, 1.0, 1.9, 2.0 and 2.5 times as long as with 8 on llvmpipe, and 1.2, 1.1, 1.1, 1.1 and 1.4 times on
 * SwiftShader.
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
