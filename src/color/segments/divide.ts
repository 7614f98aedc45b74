import type { Executor } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { nextTask } from '../../engine/next-task.js'
import type { PixelChunk, Pixels } from '../image/pixels.js'
import type { Reporter } from '../reporter.js'
import { type MergeLimits, mergeRegions } from './merge-regions.js'
import { addPixels, emptySums, type RegionSums } from './region-sums.js'
import { measureRegions, type Regions } from './regions.js'
import { connectedParts, fillRuns, findRuns, type Runs } from './runs.js'

export interface DivideWork {
  executor: Executor
  reporter: Reporter
  signal?: AbortSignal
}

/** The cluster of each pixel, and which of the connected parts of clusters are too small. */
export interface Labelled {
  labels: Uint32Array<ArrayBuffer>
  limits: MergeLimits
}

/** Regions: the region of each pixel, what is measured of them, and of each the cluster of its largest part. */
interface Divided {
  labels: Uint32Array<ArrayBuffer>
  regions: Regions
  clusters: Uint32Array
}

/** The connected parts of clusters, of which those that are too small are merged. Replaces the labels. */
export async function divide(work: DivideWork, pixels: Pixels, { labels, limits }: Labelled): Promise<Divided> {
  const { reporter, signal } = work
  const connected = reporter.tally('connect', labels.length)
  const clusters = await findRuns(labels, pixels, signal)
  const parts = await connectedParts(clusters, signal)
  await connected.add(labels.length)
  const measured = reporter.tally('measure', 2 * labels.length)
  const sums = emptySums(parts.count)
  for (const chunk of pixels.chunks) {
    await addChunk(work, sums, { ...chunk, alpha: pixels.alpha }, parts.runs)
    await measured.add(chunk.count)
  }
  const clusterOf = clustersOf(clusters, parts)
  const { runs, neighbors, mapping, ...merged } = await mergeRegions(parts.runs, sums, limits, signal)
  await measured.add(labels.length / 2)
  fillRuns(runs, labels)
  const regions = await measureRegions(runs, merged.sums, neighbors, signal)
  await measured.add(labels.length / 2)
  return { labels, regions, clusters: ofLargestParts(clusterOf, sums.areas, mapping, regions.count) }
}

async function addChunk(
  { executor }: DivideWork,
  sums: RegionSums,
  { end, count, alpha, ...chunk }: PixelChunk & { alpha: boolean },
  runs: Runs,
): Promise<void> {
  const first = end - count
  const words = chunk.words?.() ?? new Uint32Array(await executor.read(chunk.buffer(), 0, 4 * count))
  addPixels(sums, { words, first, alpha }, runs, runs.rows[Math.floor(first / runs.width)])
  await nextTask()
}

/** The cluster of each part. */
function clustersOf({ labels }: Runs, { runs, count }: { runs: Runs; count: number }): Uint32Array {
  const clusters = new Uint32Array(count)
  for (let run = 0; run < labels.length; run++) clusters[runs.labels[run]] = labels[run]
  return clusters
}

/** The value of the largest part of each region, of equal ones the first. */
function ofLargestParts(values: Uint32Array, areas: Uint32Array, mapping: Uint32Array, count: number): Uint32Array {
  const largest = new Uint32Array(count)
  const found = new Uint32Array(count)
  for (let part = 0; part < mapping.length; part++) {
    const region = mapping[part]
    if (areas[part] <= largest[region]) continue
    largest[region] = areas[part]
    found[region] = values[part]
  }
  return found
}

/** The `OutOfMemoryError` for what a runtime throws where it cannot allocate an array; any other error itself. */
export function memoryError(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error
  const message = `the regions of the image need more memory than there is (${error.message}); give fewer colours, a higher compactness, or a smaller image`
  return new LloydError('OutOfMemoryError', message, { cause: error })
}
