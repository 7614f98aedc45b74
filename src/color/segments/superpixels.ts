import { type BufferScope, type Executor, runSteps, type Step, step } from '../../engine/engine.js'
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

/** The context of superpixels. */
export interface SuperpixelWork {
  executor: Executor
  reporter: Reporter
  signal?: AbortSignal
}

/** Superpixels of images of one size: the dispatches and, of a scope, the buffers. */
export interface Superpixels {
  grid: SuperpixelGrid
  alpha: boolean
  buffers: {
    transfer: EngineBuffer
    /** The colour of each pixel. */
    words: EngineBuffer
    centers: EngineBuffer
    sums: EngineBuffer
    /** The cell of each pixel's superpixel, cells row by row; some may have no pixel. */
    labels: EngineBuffer
  }
  /** The number of rows of tiles, which assignments may be cut into. */
  tileRows: number
  pack(pixels: EngineBuffer, first: number, pixelCount: number): Step
  place(): Step
  assign(labels: EngineBuffer | null, firstTileRow: number, tileRows: number): Step
  update(): Step
}

/**
 * Superpixels (SLIC, Achanta et al., IEEE TPAMI 34(11), 2012), before fragments are joined. With `alpha` it is a
 * coordinate; otherwise pixels are taken for opaque.
 */
export async function createSuperpixels(
  executor: Executor,
  scope: BufferScope,
  grid: SuperpixelGrid,
  alpha: boolean,
): Promise<Superpixels> {
  const { width, height, columns, rows, fraction } = grid
  const cells = columns * rows
  const flags = { ALPHA: alpha }
  const { workgroupSize, ...tiles } = superpixelTiles(grid, executor.traits)
  const [pack, place, sum, label, update] = await Promise.all([
    executor.compile(packPixels, { flags }),
    executor.compile(placeCenters, { flags }),
    executor.compile(assignSuperpixels, { flags, workgroupSize }),
    executor.compile(assignSuperpixels, { flags: { ...flags, LABELS: true }, workgroupSize }),
    executor.compile(updateSuperpixels, { flags }),
  ])
  const buffers = {
    transfer: scope.upload('segments.transfer', transfer),
    words: scope.allocate('segments.words', 4 * width * height),
    centers: scope.allocate('segments.centers', 4 * CENTER_WORDS * cells),
    sums: scope.allocate('segments.sums', 4 * SUM_WORDS * cells),
    labels: scope.allocate('segments.labels', 4 * width * height),
  }
  return {
    grid,
    alpha,
    buffers,
    tileRows: rows * tiles.tilesDown,
    pack: (pixels, first, pixelCount) => step(pack, { first, pixelCount }, { ...buffers, pixels }),
    place: () => step(place, grid, buffers),
    assign(labels, firstTileRow, tileRows) {
      const parameters = { ...grid, ...tiles, firstTileRow, tileRows }
      return step(labels ? label : sum, parameters, labels ? { ...buffers, labels } : buffers)
    },
    update: () => step(update, { centerCount: cells, fraction }, buffers),
  }
}

/** Writes the superpixel of each pixel to the labels, after iterations from new centres or, if `goesOn`, from those there are. */
export async function assignPixels(
  { executor, reporter, signal }: SuperpixelWork,
  pixels: Pixels,
  superpixels: Superpixels,
  { iterations, goesOn = false }: { iterations: number; goesOn?: boolean },
): Promise<void> {
  const { grid, buffers, tileRows } = superpixels
  const read = reporter.tally('read', grid.width * grid.height)
  for (const { count, end, buffer } of pixels.chunks) {
    runSteps(executor, superpixels.pack(buffer(), end - count, count))
    await executor.pace.spend(count * PACK_WORK)
    await read.add(count)
  }
  const tally = reporter.tally('segment', iterations + 1)
  const assign = async (labels: EngineBuffer | null) => {
    const tileWork = ASSIGN_WORK * (grid.height / tileRows) * grid.width
    const run = (first: number, count: number) => runSteps(executor, superpixels.assign(labels, first, count))
    await executor.pace.cut(tileRows, tileWork, run, { signal })
    await tally.add(1)
  }
  if (!goesOn) runSteps(executor, superpixels.place())
  for (let i = 0; i < iterations; i++) {
    await assign(null)
    runSteps(executor, superpixels.update())
  }
  await assign(buffers.labels)
}
