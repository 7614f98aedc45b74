import { BufferScope, type Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { transfer } from '../../kernels/color/space/transfer.js'
import { compactColors } from '../../kernels/color/table/compact-colors.js'
import { BLOCK_SLOTS } from '../../kernels/color/table/count-colors.js'
import { labelSlots } from '../../kernels/color/table/label-slots.js'
import { mapPixels } from '../../kernels/color/table/map-pixels.js'
import { weighColors } from '../../kernels/color/table/weigh-colors.js'
import type { EntrySink } from '../image/entry-sink.js'
import type { Pixels } from '../image/pixels.js'
import type { Reporter, Tally } from '../reporter.js'
import { chunkPasses, compileCounting, countSlots } from './count-slots.js'

/**
 * The distinct colours of images with their pixel counts, on the engine, and the mapping from colours back to pixels.
 * All work between works on distinct colours and never on pixels.
 */
export interface ColorTable {
  readonly unique: number
  readonly alpha: boolean
  /** Whether some pixel is opaque. */
  readonly opaque: boolean
  /** Values per distinct colour, `unique` words each. */
  readonly colors: EngineBuffer
  readonly counts: EngineBuffer
  /** The table that kernels bind to convert colours to Oklab and back. */
  readonly transfer: EngineBuffer
  /** Number of pixels of all images. */
  readonly pixelCount: number
  /** Number of pixels of the largest chunk. */
  readonly chunkPixels: number
  /** Bindings and parameter by which a kernel finds a pixel's colour. */
  readonly slots: { keys: EngineBuffer; slotLabels: EngineBuffer; slotMask: number }
  /** Sets the slots to `ranks[label]` of their colours' labels (one word per distinct colour). */
  labelSlots(labels: EngineBuffer, ranks: EngineBuffer): void
  /** Maps every pixel of a counted image to `ranks[label]` of its colour's label. */
  mapPixels(
    { chunks }: Pixels,
    labels: EngineBuffer,
    ranks: Uint32Array<ArrayBuffer>,
    into: EntrySink,
    mapped: Tally,
  ): Promise<void>
}

/** Counts the distinct colours of images; `alpha` if some pixel or entry is not opaque. */
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
  const [counting, compact, label, weigh] = await Promise.all([
    compileCounting(executor, alpha),
    executor.compile(compactColors, { flags: { ALPHA: alpha } }),
    executor.compile(labelSlots),
    executor.compile(weighColors, { flags: { ALPHA: false, COUNTED: true } }),
  ])
  // Opaque pixels are read twice: to find their colours, and to count them.
  const overChunks = chunkPasses(executor, chunks, pixelCount, alpha ? 1 : 2, reporter)
  const counted = await countSlots(executor, scope, counting, { alpha, pixelCount, overChunks })
  const { keys, slotCounts, blockOffsets, slotCount, unique, opaque } = counted
  const slotMask = slotCount - 1

  const colors = scope.allocate('quantize.colors', 4 * unique)
  const counts = scope.allocate('quantize.counts', 4 * unique)
  const places = scope.allocate('quantize.slotOfColor', 4 * unique)
  const blockCount = slotCount / BLOCK_SLOTS
  executor.run(compact, { blockCount }, { keys, slotCounts, blockOffsets, colors, counts, slots: places })
  if (!alpha) {
    const buffers = { keys, slotLabels: keys, importance: keys, weights: counts }
    await overChunks((chunk) =>
      executor.run(weigh, { pixelCount: chunk.count, slotMask }, { pixels: chunk.buffer(), ...buffers }),
    )
  }
  const slotLabels = alpha ? slotCounts : scope.allocate('quantize.slotLabels', 4 * unique)
  const table = {
    unique,
    alpha,
    opaque,
    colors,
    counts,
    transfer: scope.upload('quantize.transfer', transfer),
    pixelCount,
    chunkPixels,
    slots: { keys, slotLabels, slotMask },
    labelSlots: (labels: EngineBuffer, ranks: EngineBuffer) =>
      executor.run(label, { colorCount: unique }, { slots: places, labels, ranks, slotLabels }),
  }
  return { ...table, mapPixels: pixelMap(executor, table) }
}

/** Prepares the mapping from pixels to the ranks of their colours. */
function pixelMap(
  executor: Executor,
  { alpha, chunkPixels, slots, labelSlots }: Omit<ColorTable, 'mapPixels'>,
): ColorTable['mapPixels'] {
  const { keys, slotLabels, slotMask } = slots
  return async ({ chunks }, labels, ranks, into, mapped) => {
    const map = await executor.compile(mapPixels, { flags: { ALPHA: alpha, WIDE: into.wide } })
    const own = new BufferScope(executor)
    try {
      labelSlots(labels, own.upload('quantize.ranks', ranks))
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
  }
}
