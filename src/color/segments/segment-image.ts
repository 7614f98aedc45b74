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
import { superpixelParts } from './superpixels.js'

/** At most this many regions of colours are left by the default of `minArea`. */
const MOST_REGIONS = 10_000

export interface SegmentImageOptions {
  /**
   * Number of superpixels, 1 … 2³¹ − 1, which are regions of about equal size that follow the edges of the image: about as
   * many are found (SLIC). Either `segments` or `k` is required.
   */
  segments?: number
  /** Weight of place against colour in superpixels, ≥ 0, default 10: with 80 they are nearly square,
   * above 760 they stay the same. */
  compactness?: number
  /** Number of iterations for superpixels, 0 … 1 000, default 10. */
  iterations?: number
  /** Number of colours that the image is reduced to, 1 … 65 536: regions are the connected parts of one colour. */
  k?: number
  /**
   * Colour space of the distances to these colours: `'srgb'` (default) or `'oklab'`, as in `quantize`. Superpixels are
   * always by Oklab.
   */
  space?: 'srgb' | 'oklab'
  /**
   * Minimum number of pixels of a region: smaller ones are merged into their neighbour of the most similar mean colour. By
   * default 1/10 000 of the image with `k`, and a quarter of the mean size of superpixels with `segments`, whose fragments
   * are always merged.
   */
  minArea?: number
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /**
   * Progress of the stages read and segment, or those of `quantize` and connect, and then measure, in order. With it, the
   * work waits for the device before each report.
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

/** Connected parts: the number of each pixel's, how many there are, and the size below which they are fragments. */
interface Labelled {
  labels: Uint32Array<ArrayBuffer>
  count: number
  least: number
}

/** The work on an image. */
interface SegmentWork {
  executor: Executor
  scope: BufferScope
  reporter: Reporter
}

/**
 * Divides an image into connected regions, by colour and place or by colour alone.
 *
 * With `segments`, pixels are clustered by colour, in Oklab, and place into superpixels of about equal size (SLIC: Achanta,
 * Shaji, Smith, Lucchi, Fua and Süsstrunk, IEEE TPAMI 34(11), 2012), whose fragments below a quarter of that size join a
 * neighbour. With `k`, the image is reduced to `k` colours as `quantize` does, and the parts of each that are connected
 * through pixels above, below and beside are regions.
 *
 * Regions below `minArea` are merged into neighbours, round by round: each into the one of the most similar mean colour, of
 * equally similar ones that of the longest border, then the lowest label.
 *
 * All in integers: the same image and options give the same bytes on every device. Fully transparent pixels are of one
 * colour, 0,0,0,0, which counts among the `k`.
 *
 * @throws LloydError `InputError` for an option or image outside its range, and for superpixels of an image with a side of
 *   more than 65 535 pixels; `OutOfMemoryError`, `DeviceLostError`.
 */
export async function segmentImage(
  engine: Engine,
  image: QuantizeImage,
  options: SegmentImageOptions,
): Promise<Segmented> {
  const executor = executorOf(engine)
  const { signal, onProgress, ...settings } = readOptions('segmentImage', options, SEGMENT_IMAGE)
  requireOneKind(settings)
  signal?.throwIfAborted()
  const reporter = new Reporter(executor, signal, onProgress)
  const scope = new BufferScope(executor)
  const work = { executor, scope, reporter }
  try {
    const pixels = await toPixels(executor, new PixelStore(scope), image)
    const { width, height } = pixels
    if (settings.segments !== undefined) requireSides(width, height)
    const labelled = await label(work, pixels, settings, signal)
    const minArea = Math.max(labelled.least, settings.minArea ?? 0)
    return { ...(await measure(work, pixels, labelled, minArea)), width, height }
  } finally {
    scope.release()
  }
}

/** Places are in 1/16 pixel, in numbers of 20 bits. */
const LARGEST_SIDE = 65_535

function requireSides(width: number, height: number): void {
  if (Math.max(width, height) <= LARGEST_SIDE) return
  throw new LloydError(
    'InputError',
    `superpixels need sides of at most ${LARGEST_SIDE} pixels, got ${width} × ${height}; divide the image, or give k`,
  )
}

function requireOneKind({ segments, compactness, iterations, k, space }: SegmentImageOptions): void {
  if ((segments === undefined) === (k === undefined)) {
    const which = k === undefined ? 'needs' : 'takes only one of'
    throw new LloydError(
      'InputError',
      `segmentImage ${which} segments, a number of superpixels, or k, a number of colours`,
    )
  }
  if (k !== undefined && (compactness !== undefined || iterations !== undefined)) {
    throw new LloydError('InputError', 'compactness and iterations are of superpixels; give segments instead of k')
  }
  if (segments !== undefined && space !== undefined) {
    throw new LloydError('InputError', 'superpixels are by Oklab; give space with k only')
  }
}

/** The connected parts of superpixels or of colours. */
async function label(
  work: SegmentWork,
  pixels: Pixels,
  options: SegmentImageOptions,
  signal?: AbortSignal,
): Promise<Labelled> {
  const { segments, compactness = 10, iterations = 10, k = 1, space = 'srgb' } = options
  if (segments !== undefined) return await superpixelParts(work, pixels, { segments, compactness, iterations, signal })
  const colors = await labelColors(work, pixels, k, space)
  const { width, height } = pixels
  await work.reporter.report('connect', 0, width * height)
  const labels = await connectedComponents(work.executor, colors, width, height, { signal })
  await work.reporter.report('connect', width * height, width * height)
  const least = options.minArea === undefined ? Math.ceil((width * height) / MOST_REGIONS) : 0
  return { labels, count: renumber(labels), least }
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

/** Merges regions below `minArea`, and measures what is left. */
async function measure(work: SegmentWork, pixels: Pixels, { labels, count }: Labelled, minArea: number) {
  const sums = emptySums(count)
  const tally = work.reporter.tally('measure', labels.length)
  for (const chunk of pixels.chunks) {
    const first = chunk.end - chunk.count
    const words = new Uint32Array(chunk.count)
    await work.executor.readInto(chunk.buffer(), words)
    addPixels(sums, words, labels.subarray(first, chunk.end), first, pixels)
    await tally.add(chunk.count)
  }
  const merged = mergeRegions(sums, regionGraph(labels, pixels.width, count), minArea)
  return { labels: compose(labels, merged.mapping), regions: regionsOf(merged.sums, merged.graph) }
}
