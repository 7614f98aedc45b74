import { BufferScope, type Engine, type Executor, executorOf } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { QUANTIZE, SEGMENT_IMAGE } from '../../options/color.js'
import { readOptions } from '../../options/table.js'
import type { Progress } from '../../types.js'
import { MemorySink } from '../image/entry-sink.js'
import { type QuantizeImage, toPixels } from '../image/image.js'
import { PixelStore, type Pixels } from '../image/pixels.js'
import { quantizeImages } from '../quantize-images.js'
import { planOf, type QuantizeOptions } from '../quantize-options.js'
import { Reporter } from '../reporter.js'
import { connectedComponents } from './components.js'
import { compose, mergeRegions, renumber } from './merge-regions.js'
import { regionGraph } from './region-graph.js'
import { addPixels, emptySums } from './region-sums.js'
import { type Regions, regionsOf } from './regions.js'

/** At most this many regions are left by the default of `minArea`. */
const MOST_REGIONS = 10_000

export interface SegmentImageOptions {
  /** Number of colours that the image is reduced to, 1 … 65 536: regions are the connected parts of one colour. */
  k?: number
  /** Colour space of the distances to these colours: `'srgb'` (default) or `'oklab'`, as in `quantize`. */
  space?: 'srgb' | 'oklab'
  /**
   * Minimum number of pixels of a region, with `k`: smaller ones are merged into their neighbour of the most similar mean
   * colour. By default 1/10 000 of the image; 1 keeps all.
   */
  minArea?: number
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /**
   * Progress of the stages of `quantize`, then connect and measure, in order. With it, the work waits for the device before
   * each report.
   */
  onProgress?: (progress: Progress) => void
}

/** An image as regions. Plain data. */
export interface Segmented {
  /** Region of each pixel, row by row: 0 … `regions.count` − 1, in the order of their first pixels. */
  labels: Uint32Array<ArrayBuffer>
  regions: Regions
  width: number
  height: number
}

/** The work on an image. */
interface SegmentWork {
  executor: Executor
  scope: BufferScope
  reporter: Reporter
}

/**
 * Divides an image into connected regions: the image is reduced to `k` colours, as `quantize` does, and parts of one colour
 * that are connected through pixels above, below and beside are regions. All in integers: the same image and options give the
 * same bytes on every device. Fully transparent pixels are of one colour, 0,0,0,0, which counts among the `k`.
 *
 * @throws LloydError `InputError` for an option or image outside its range, `OutOfMemoryError`, `DeviceLostError`.
 */
export async function segmentImage(
  engine: Engine,
  image: QuantizeImage,
  options: SegmentImageOptions,
): Promise<Segmented> {
  const executor = executorOf(engine)
  const { signal, onProgress, ...settings } = readOptions('segmentImage', options, SEGMENT_IMAGE)
  const { k, space } = settings
  if (k === undefined) throw new LloydError('InputError', 'segmentImage needs k, the number of colours')
  signal?.throwIfAborted()
  const reporter = new Reporter(executor, signal, onProgress)
  const scope = new BufferScope(executor)
  const work = { executor, scope, reporter }
  try {
    const pixels = await toPixels(executor, new PixelStore(scope), image)
    const { width, height } = pixels
    const minArea = settings.minArea ?? Math.ceil((width * height) / MOST_REGIONS)
    const colors = await labelColors(work, pixels, k, space)
    await reporter.report('connect', 0, width * height)
    const labels = await connectedComponents(executor, colors, width, height, { signal })
    await reporter.report('connect', width * height, width * height)
    return { ...(await measure(work, pixels, labels, minArea)), width, height }
  } finally {
    scope.release()
  }
}

/** The number of each pixel's colour among `k`. */
async function labelColors(work: SegmentWork, pixels: Pixels, k: number, space: 'srgb' | 'oklab') {
  const options: QuantizeOptions = { colors: k, space }
  const plan = planOf(readOptions('segmentImage', options, QUANTIZE))
  const newSink = ({ width, height }: Pixels, entryCount: number) =>
    new MemorySink(work.executor, width * height, entryCount)
  const { images } = await quantizeImages(work, [pixels], plan, null, newSink)
  return new Uint32Array(images[0].indices!)
}

/** Numbers connected components, in place, merges those below `minArea`, and measures what is left. */
async function measure(work: SegmentWork, pixels: Pixels, components: Uint32Array<ArrayBuffer>, minArea: number) {
  const count = renumber(components)
  const sums = emptySums(count)
  const tally = work.reporter.tally('measure', components.length)
  for (const chunk of pixels.chunks) {
    const first = chunk.end - chunk.count
    const words = new Uint32Array(chunk.count)
    await work.executor.readInto(chunk.buffer(), words)
    addPixels(sums, words, components.subarray(first, chunk.end), first, pixels)
    await tally.add(chunk.count)
  }
  const merged = mergeRegions(sums, regionGraph(components, pixels.width, count), minArea)
  return { labels: compose(components, merged.mapping), regions: regionsOf(merged.sums, merged.graph) }
}
