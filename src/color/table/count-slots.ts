import { BufferScope, type Executor } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { State } from '../../kernels/color/palette/quantizer-state.js'
import { BLOCK_SLOTS, countColors } from '../../kernels/color/table/count-colors.js'
import { scanBlocks } from '../../kernels/color/table/scan-blocks.js'
import { type PixelChunk, RESIDENT_PIXELS } from '../image/pixels.js'
import type { Reporter } from '../reporter.js'

/** Number of slots of the bitmap of opaque colours. */
const OPAQUE_SLOTS = 2 ** 24
/** Number of slots of the first hash table: 32 MiB with the keys. */
const FIRST_SLOTS = 2 ** 22

/** Runs a kernel on every chunk. */
type OverChunks = (run: (chunk: PixelChunk) => void) => Promise<void>

/** Passes over chunks, of a given number; each chunk is reported. */
export function chunkPasses(
  executor: Executor,
  chunks: readonly PixelChunk[],
  pixelCount: number,
  passes: number,
  reporter: Reporter,
): OverChunks {
  const counting = reporter.tally('count', pixelCount)
  return async (run) => {
    let before: Promise<void> | null = null
    for (const chunk of chunks) {
      run(chunk)
      await counting.add(chunk.count / passes)
      if (pixelCount <= RESIDENT_PIXELS) continue
      // Uploads take memory until the device has processed them: one in advance keeps it busy.
      await before
      before = executor.done()
      before.catch(() => {}) // thrown where it is awaited, unless something else is thrown before
    }
  }
}

export async function compileCounting(executor: Executor, ALPHA: boolean) {
  const [count, scan] = await Promise.all([
    executor.compile(countColors, { flags: { ALPHA } }),
    executor.compile(scanBlocks),
  ])
  return { count, scan }
}

/** Finds the colours of pixels: the slots that they occupy, which the scope keeps, and their number. */
export async function countSlots(
  executor: Executor,
  scope: BufferScope,
  { count, scan }: Awaited<ReturnType<typeof compileCounting>>,
  { alpha, pixelCount, overChunks }: { alpha: boolean; pixelCount: number; overChunks: OverChunks },
) {
  const state = scope.allocate('quantize.state', 4 * State.words)
  const most = alpha ? hashSlots(pixelCount, executor.maxBufferBytes) : OPAQUE_SLOTS
  // Few images have as many colours as pixels: the hash table starts small and is replaced by a larger one when it gets
  // too full.
  let slotCount = alpha ? Math.min(most, FIRST_SLOTS) : OPAQUE_SLOTS
  let table = allocateSlots(executor, slotCount, alpha)
  const countAll = async () => {
    const { keys, slotCounts, blockOffsets } = table
    await overChunks((chunk) => {
      const buffers = { pixels: chunk.buffer(), keys, slotCounts, blockOffsets, state }
      executor.run(count, { pixelCount: chunk.count, slotMask: slotCount - 1 }, buffers)
    })
    executor.run(scan, { blockCount: slotCount / BLOCK_SLOTS }, { blockOffsets, state })
    return new Uint32Array(await executor.read(state))
  }
  let counted: Uint32Array
  try {
    while ((counted = await countAll())[State.overflow]) {
      table.scope.release()
      if (slotCount === most) throw tooManyColors(slotCount)
      slotCount = Math.min(most, 4 * slotCount)
      table = allocateSlots(executor, slotCount, alpha)
      executor.clear(state)
    }
  } catch (error) {
    table.scope.release()
    throw error
  }
  const { scope: own, ...slots } = table
  scope.adopt(own)
  return { ...slots, slotCount, unique: counted[State.unique], opaque: !alpha || counted[State.opaque] !== 0 }
}

function tooManyColors(slotCount: number): LloydError {
  return new LloydError(
    'OutOfMemoryError',
    `the image has too many distinct colours with alpha for a table of ${slotCount} slots, the largest this device ` +
      'binds; make the image opaque or smaller',
  )
}

/** The table of colours: a bitmap with ranks for opaque ones, otherwise `slotCount` keys and counts. */
function allocateSlots(executor: Executor, slotCount: number, alpha: boolean) {
  const scope = new BufferScope(executor)
  try {
    return {
      scope,
      keys: scope.allocate('quantize.keys', alpha ? 4 * slotCount : slotCount / 4),
      slotCounts: scope.allocate('quantize.slots', alpha ? 4 * slotCount : 4),
      blockOffsets: scope.allocate('quantize.blocks', 4 * (slotCount / BLOCK_SLOTS + 1)),
    }
  } catch (error) {
    scope.release()
    throw error
  }
}

/**
 * Number of slots of a hash table: twice the pixels, so that probes stay short, as a power of two; fewer if the device
 * binds less.
 */
function hashSlots(pixelCount: number, maxBufferBytes: number): number {
  const wanted = 2 ** Math.ceil(Math.log2(2 * pixelCount))
  return Math.max(BLOCK_SLOTS, Math.min(wanted, 2 ** Math.floor(Math.log2(maxBufferBytes / 4))))
}
