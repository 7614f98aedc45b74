import { BufferScope, type Executor } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { State } from '../../kernels/color/palette/quantizer-state.js'
import { transfer } from '../../kernels/color/space/transfer.js'
import { compactColors } from '../../kernels/color/table/compact-colors.js'
import { BLOCK_SLOTS, countColors } from '../../kernels/color/table/count-colors.js'
import { labelSlots } from '../../kernels/color/table/label-slots.js'
import { mapPixels } from '../../kernels/color/table/map-pixels.js'
import { scanBlocks } from '../../kernels/color/table/scan-blocks.js'
import { weighColors } from '../../kernels/color/table/weigh-colors.js'
import type { EntrySink } from '../image/entry-sink.js'
import { type PixelChunk, type Pixels, RESIDENT_PIXELS } from '../image/pixels.js'
import type { Reporter, Tally } from '../reporter.js'

/** Of the bitmap of opaque colours. */
const OPAQUE_SLOTS = 2 ** 24
/** Of the first hash table: 32 MiB with the keys. */
const FIRST_SLOTS = 2 ** 22

/**
 * The distinct colours of images with their pixel counts, on the engine, and the way back from colours to pixels.
 * Everything between works on distinct colours and never on pixels.
 */
export interface ColorTable {
  readonly unique: number
  readonly alpha: boolean
  /** Some pixel is opaque. */
  readonly opaque: boolean
  /** Per distinct colour, `unique` words each. */
  readonly colors: EngineBuffer
  readonly counts: EngineBuffer
  /** The table that kernels bind to convert colours to Oklab and back. */
  readonly transfer: EngineBuffer
  /** Of all images. */
  readonly pixelCount: number
  /** Of the largest chunk. */
  readonly chunkPixels: number
  /** How a kernel finds a pixel's colour again: what it binds and its parameter. */
  readonly slots: { keys: EngineBuffer; slotLabels: EngineBuffer; slotMask: number }
  /** Gives the slots `ranks[label]` for their colours' labels (a word per distinct colour). */
  labelSlots(labels: EngineBuffer, ranks: EngineBuffer): void
  /** Gives every pixel of an image that was counted `ranks[label]` for its colour's label. */
  mapPixels(
    { chunks }: Pixels,
    labels: EngineBuffer,
    ranks: Uint32Array<ArrayBuffer>,
    into: EntrySink,
    mapped: Tally,
  ): Promise<void>
}

/** Counts the distinct colours of images; `alpha` where some pixel or entry is not opaque. */
export async function createColorTable(
  executor: Executor,
  scope: BufferScope,
  images: readonly Pixels[],
  alpha: boolean,
  reporter: Reporter,
): Promise<ColorTable> {
  const chunks = images.flatMap((image) => image.chunks)
  const chunkPixels = Math.max(...chunks.map(({ count }) => count))
  const pixelCount = chunks.reduce((sum, { count }) => sum + count, 0)
  const flags = { ALPHA: alpha }
  const [count, scan, compact, label, weigh] = await Promise.all([
    executor.compile(countColors, { flags }),
    executor.compile(scanBlocks),
    executor.compile(compactColors, { flags }),
    executor.compile(labelSlots),
    executor.compile(weighColors, { flags: { ALPHA: false, COUNTED: true } }),
  ])
  const state = scope.allocate('quantize.state', 4 * State.words)
  const most = alpha ? hashSlots(pixelCount, executor.maxBufferBytes) : OPAQUE_SLOTS
  // Few images have as many colours as pixels: the hash table starts small and is made anew when it gets too full.
  let slotCount = alpha ? Math.min(most, FIRST_SLOTS) : OPAQUE_SLOTS
  let table = allocateSlots(executor, slotCount, alpha)
  // Opaque pixels are looked at twice: for what colours there are, and to count them.
  const passes = alpha ? 1 : 2
  const counting = reporter.tally('count', pixelCount)
  const overChunks = async (run: (chunk: PixelChunk) => void) => {
    let before: Promise<void> | null = null
    for (const chunk of chunks) {
      run(chunk)
      await counting.add(chunk.count / passes)
      if (pixelCount <= RESIDENT_PIXELS) continue
      // Uploads take memory until the device has done them: one ahead keeps it busy.
      await before
      before = executor.done()
      before.catch(() => {}) // thrown where it is awaited, unless something else is thrown before
    }
  }
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
  const { keys, slotCounts, blockOffsets } = table
  scope.adopt(table.scope)
  const blockCount = slotCount / BLOCK_SLOTS
  const slotMask = slotCount - 1
  const unique = counted[State.unique]

  const colors = scope.allocate('quantize.colors', 4 * unique)
  const counts = scope.allocate('quantize.counts', 4 * unique)
  const slotOfColor = scope.allocate('quantize.slotOfColor', 4 * unique)
  executor.run(compact, { blockCount }, { keys, slotCounts, blockOffsets, colors, counts, slots: slotOfColor })
  if (!alpha) {
    const buffers = { keys, slotLabels: keys, importance: keys, weights: counts }
    await overChunks((chunk) =>
      executor.run(weigh, { pixelCount: chunk.count, slotMask }, { pixels: chunk.buffer(), ...buffers }),
    )
  }
  const slotLabels = alpha ? slotCounts : scope.allocate('quantize.slotLabels', 4 * unique)
  const labelAll = (labels: EngineBuffer, ranks: EngineBuffer) =>
    executor.run(label, { colorCount: unique }, { slots: slotOfColor, labels, ranks, slotLabels })

  return {
    unique,
    alpha,
    opaque: !alpha || counted[State.opaque] !== 0,
    colors,
    counts,
    transfer: scope.upload('quantize.transfer', transfer),
    pixelCount,
    chunkPixels,
    slots: { keys, slotLabels, slotMask },
    labelSlots: labelAll,

    async mapPixels({ chunks }, labels, ranks, into, mapped) {
      const map = await executor.compile(mapPixels, { flags: { ...flags, WIDE: into.wide } })
      const own = new BufferScope(executor)
      try {
        labelAll(labels, own.upload('quantize.ranks', ranks))
        const entryBytes = into.wide ? 2 : 1
        const indices = own.allocate('quantize.indices', chunkPixels * entryBytes)
        for (const chunk of chunks) {
          const wordCount = Math.ceil((chunk.count * entryBytes) / 4)
          executor.run(
            map,
            { pixelCount: chunk.count, slotMask, wordCount },
            { pixels: chunk.buffer(), keys, slotLabels, indices },
          )
          await into.take(chunk, indices)
          await mapped.add(chunk.count)
        }
      } finally {
        own.release()
      }
    },
  }
}

function tooManyColors(slotCount: number): LloydError {
  return new LloydError(
    'OutOfMemoryError',
    `the image has too many distinct colours with alpha for a table of ${slotCount} slots, the largest this device ` +
      'binds; make the image opaque or smaller',
  )
}

/** What colours are found in: a bitmap with numbers of opaque ones, else `slotCount` keys and counts. */
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

/** Twice the pixels, so that probes stay short, as a power of two; fewer where the device binds less. */
function hashSlots(pixelCount: number, maxBufferBytes: number): number {
  const wanted = 2 ** Math.ceil(Math.log2(2 * pixelCount))
  return Math.max(BLOCK_SLOTS, Math.min(wanted, 2 ** Math.floor(Math.log2(maxBufferBytes / 4))))
}
