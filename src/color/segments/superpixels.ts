import { BufferScope, type Executor, step } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { transfer } from '../../kernels/color/space/transfer.js'
import { assignSuperpixels } from '../../kernels/segments/assign-superpixels.js'
import { packPixels } from '../../kernels/segments/pack-pixels.js'
import { placeCenters } from '../../kernels/segments/place-centers.js'
import { CENTER_WORDS, SUM_WORDS } from '../../kernels/segments/superpixel.js'
import { updateSuperpixels } from '../../kernels/segments/update-superpixels.js'
import type { Pixels, Size } from '../image/pixels.js'
import type { Reporter } from '../reporter.js'
import { type SuperpixelGrid, superpixelTiles } from './superpixel-grid.js'

/** Multiply-adds that take about as long as the work on a pixel. */
const PACK_WORK = 256
const ASSIGN_WORK = 64

/** Places are in 1/16 pixel, in numbers of 20 bits. */
const LARGEST_SIDE = 65_535

/** Throws for an image that superpixels cannot be of: an `InputError` by its sides, an `OutOfMemoryError` by its pixels. */
export function requireRoom({ maxBufferBytes }: Executor, { width, height }: Size): void {
  if (Math.max(width, height) > LARGEST_SIDE) {
    throw new LloydError(
      'InputError',
      `superpixels need sides of at most ${LARGEST_SIDE} pixels, got ${width} × ${height}; divide the image, or give k`,
    )
  }
  const bytes = 4 * width * height
  if (bytes <= maxBufferBytes) return
  throw new LloydError(
    'OutOfMemoryError',
    `superpixels of ${width} × ${height} pixels need a buffer of ${bytes} bytes, and the device binds at most ${maxBufferBytes}; divide the image, make it smaller, or give k`,
  )
}

/** The context of superpixels; their buffers are of the scope. */
export interface SuperpixelWork {
  executor: Executor
  scope: BufferScope
  reporter: Reporter
  signal?: AbortSignal
}

/**
 * Superpixels of an image (SLIC, Achanta et al., IEEE TPAMI 34(11), 2012), before fragments are joined: the label of each
 * pixel, one word each, row by row, in a buffer of the scope. They are the cells of the grid, row by row, some of which may
 * have no pixel.
 */
export async function assignPixels(
  work: SuperpixelWork,
  pixels: Pixels,
  grid: SuperpixelGrid,
  iterations: number,
): Promise<EngineBuffer> {
  const { executor, scope, reporter, signal } = work
  const { width, height, alpha } = pixels
  const labels = scope.allocate('segments.labels', 4 * width * height)
  const own = new BufferScope(executor)
  try {
    const steps = await superpixelSteps(executor, grid, alpha)
    const buffers = { ...superpixelBuffers(own, grid), labels }
    await packImage(work, pixels, buffers.words)
    const tally = reporter.tally('segment', iterations + 1)
    const run = async (LABELS: boolean) => {
      const tileWork = ASSIGN_WORK * (height / steps.tileRows) * width
      const assign = (first: number, count: number) => one(steps.assign(buffers, LABELS, first, count))
      await executor.pace.cut(steps.tileRows, tileWork, assign, { signal })
      await tally.add(1)
    }
    const one = ({ compiled, parameters, buffers: bound }: ReturnType<typeof step>) =>
      executor.run(compiled, parameters, bound)
    one(steps.place(buffers))
    for (let i = 0; i < iterations; i++) {
      await run(false)
      one(steps.update(buffers))
    }
    await run(true)
    return labels
  } finally {
    own.release()
  }
}

/** The buffers of superpixels, apart from the labels. */
interface SuperpixelBuffers {
  words: EngineBuffer
  centers: EngineBuffer
  sums: EngineBuffer
}

function superpixelBuffers(scope: BufferScope, { width, height, columns, rows }: SuperpixelGrid) {
  return {
    words: scope.allocate('segments.words', 4 * width * height),
    centers: scope.allocate('segments.centers', 4 * CENTER_WORDS * columns * rows),
    sums: scope.allocate('segments.sums', 4 * SUM_WORDS * columns * rows),
  }
}

/** The dispatches of superpixels, as steps. */
async function superpixelSteps(executor: Executor, grid: SuperpixelGrid, ALPHA: boolean) {
  const { columns, rows, fraction } = grid
  const { workgroupSize, ...tiles } = superpixelTiles(grid, executor.traits)
  const [place, sum, label, update] = await Promise.all([
    executor.compile(placeCenters, { flags: { ALPHA } }),
    executor.compile(assignSuperpixels, { flags: { ALPHA }, workgroupSize }),
    executor.compile(assignSuperpixels, { flags: { ALPHA, LABELS: true }, workgroupSize }),
    executor.compile(updateSuperpixels, { flags: { ALPHA } }),
  ])
  return {
    tileRows: rows * tiles.tilesDown,
    place: (buffers: SuperpixelBuffers) => step(place, grid, buffers),
    assign: (
      buffers: SuperpixelBuffers & { labels: EngineBuffer },
      LABELS: boolean,
      firstTileRow: number,
      tileRows: number,
    ) => step(LABELS ? label : sum, { ...grid, ...tiles, firstTileRow, tileRows }, buffers),
    update: (buffers: SuperpixelBuffers) => step(update, { centerCount: columns * rows, fraction }, buffers),
  }
}

/** Writes the words of an image's pixels. */
async function packImage(
  { executor, scope, reporter }: SuperpixelWork,
  pixels: Pixels,
  words: EngineBuffer,
): Promise<void> {
  const pack = await executor.compile(packPixels, { flags: { ALPHA: pixels.alpha } })
  const table = scope.upload('segments.transfer', transfer)
  const tally = reporter.tally('read', pixels.width * pixels.height)
  for (const { count, end, buffer } of pixels.chunks) {
    executor.run(pack, { first: end - count, pixelCount: count }, { pixels: buffer(), transfer: table, words })
    await executor.pace.spend(count * PACK_WORK)
    await tally.add(count)
  }
  scope.releaseOne(table)
}
