import { kmeans } from '../../clustering/kmeans/kmeans.js'
import { type QuantizeImage, toPixels } from '../../color/image/image.js'
import { PixelStore } from '../../color/image/pixels.js'
import { Reporter } from '../../color/reporter.js'
import { BufferScope, type Engine, type Executor, executorOf } from '../../engine/engine.js'
import { LloydError, mustBe } from '../../engine/error.js'
import { describeClusters } from '../../evaluation/description/describe-clusters.js'
import type { ClusterDescription } from '../../evaluation/description/description.js'
import { CLUSTER_IMAGES } from '../../options/images.js'
import { readOptions } from '../../options/table.js'
import type { Matrix, Progress } from '../../types.js'
import { type CountChoice, chooseCount, requireCount } from '../choose-count.js'
import { sortBySize } from '../sort-by-size.js'
import { rankByMedoid } from './central-images.js'
import { imageTraits } from './color-traits.js'
import { type ImageColors, measureColors } from './image-colors.js'
import { nameImageClusters } from './image-names.js'
import { type ImageParts, takeParts } from './image-parts.js'
import { encodeParts } from './part-codes.js'

/** Most clusters that are tried where their number is chosen, and images a cluster, at least. */
const MOST_CLUSTERS = 10
const IMAGES_A_CLUSTER = 2
const RESTARTS = 10

export interface ClusterImagesOptions {
  /** Number of clusters, 1 … 64; by default chosen from 2 … 10. */
  k?: number
  /**
   * What images are compared by. `'colors'` (default): histograms of their colours. `'autoencoder'`: patterns of their parts,
   * in shades of grey, as the codes of a convolutional auto-encoder that learns from these images.
   */
  features?: 'colors' | 'autoencoder'
  /** Seed of the random choices, 0 … 2³² − 1, default 0. */
  seed?: number
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Progress of the stages read, whose total is known for an array of images only, train (of auto-encoders) and cluster. */
  onProgress?: (progress: Progress) => void
}

/** A cluster of images: its description, whose rows are the images. */
export interface ImageCluster extends ClusterDescription {
  label: number
  /**
   * By colours, what its images look like in the mean, whatever the others do: `dark, mostly blue`. By an auto-encoder, the
   * title.
   */
  name: string
  /** The image in its middle: that with the least sum of distances to the others. */
  medoid: number
  /** Its images in ascending order of their distance from the medoid, which is the first. */
  images: number[]
}

/** Images in clusters. Plain data. */
export interface ClusteredImages {
  /** The cluster of each image. */
  labels: Uint32Array
  /** The distance of each image from the medoid of its cluster. */
  distances: Float32Array
  /** In descending order of size. */
  clusters: ImageCluster[]
  choice: CountChoice
  /** What images were compared by: a row for each. */
  features: Matrix<Float32Array>
  /** Names of the columns that describe images. */
  names: string[]
  /**
   * Images × names: lightness and contrast, 0 … 100; colourfulness; shares of basic colour terms in per cent; with an
   * auto-encoder, upright and level edges, the mean differences of lightness beside and below, 0 … 100.
   */
  traits: Matrix<Float64Array>
}

/** What was measured of an image. */
interface Measured {
  colors: ImageColors
  parts: ImageParts | null
}

/**
 * Clusters of images that look alike by their colours, for contact sheets and a first look at what a folder holds.
 *
 * Each image becomes a histogram of its colours in Oklab (6 × 8 × 8 soft bins), of which the square roots are clustered by
 * k-means: distances are Hellinger distances, 0 … 1. Size and order of the pixels do not count, and pixels count in
 * proportion to their alpha. Histograms are the same bytes on every device. Clusters are named in words ("dark, mostly
 * blue") and described by lightness, contrast, colourfulness and the shares of the eleven basic colour terms.
 *
 * With `features: 'autoencoder'`, images are compared by patterns such as stripes, grain and edges, whatever their colours:
 * 64 parts of 8 × 8 pixels of each image, reduced to 96 pixels, train a convolutional auto-encoder, and an image becomes the
 * means and deviations of the codes of its parts. It knows nothing but these images, and so no objects; a few images suffice
 * for patterns that differ plainly.
 *
 * @param images at least one image; an iterable, as a generator that decodes files, is read one image after another, so
 *   that one is in memory at a time
 * @throws LloydError `InputError` for an option outside its range, more clusters than images, and an image that is none or
 *   fully transparent, with its place; `OutOfMemoryError`; `DeviceLostError`
 */
export async function clusterImages(
  engine: Engine,
  images: Iterable<QuantizeImage> | AsyncIterable<QuantizeImage>,
  options: ClusterImagesOptions = {},
): Promise<ClusteredImages> {
  const executor = executorOf(engine)
  const settings = readOptions('clusterImages', options, CLUSTER_IMAGES)
  const { k: given, seed, signal, onProgress } = settings
  signal?.throwIfAborted()
  const measured = await measureAll(executor, images, settings)
  const rows = measured.length
  requireCount('k', given, { rows, of: 'images' })
  const byParts = settings.features === 'autoencoder'
  const features = byParts
    ? await encodeParts(
        engine,
        measured.map(({ parts }) => parts!.parts),
        settings,
      )
    : matrixOf(Float32Array, measured, ({ colors }) => colors.histogram)
  const traits = matrixOf(Float64Array, measured, traitsOf)
  const traitNames = byParts ? [...imageTraits(), 'upright edges', 'level edges'] : imageTraits()
  const report = (done: number) => onProgress?.({ stage: 'cluster', done, total: 2 })
  report(0)
  const to = Math.min(MOST_CLUSTERS, Math.floor(rows / IMAGES_A_CLUSTER))
  const choice = await chooseCount(engine, features, given, { from: 2, to, seed, signal })
  report(1)
  const fit = await kmeans(engine, features, { k: choice.k, restarts: RESTARTS, seed, signal })
  const { labels } = sortBySize(fit.labels, fit.sizes)
  const described = describeClusters(traits, labels, { names: traitNames, seed })
  const { distances, clusters: ranked } = rankByMedoid(features, labels)
  const names = byParts ? described.map(({ title }) => ofImages(title)) : nameImageClusters(described)
  report(2)
  const clusters = described.map((cluster, at) => ({
    ...cluster,
    ...ranked[at],
    label: at,
    name: names[at],
    title: ofImages(cluster.title),
    sentence: ofImages(cluster.sentence),
  }))
  return { labels, distances, clusters, choice, features, names: traitNames, traits }
}

/** Rows are images here. */
const ofImages = (text: string) =>
  text.replace(/^(one|all|[\d,]+) row(s?)\b/i, (_, count: string, plural: string) => `${count} image${plural}`)

const traitsOf = ({ colors, parts }: Measured) =>
  parts ? Float64Array.of(...colors.traits, ...parts.edges) : colors.traits

type Settings = Pick<ClusterImagesOptions, 'features' | 'signal' | 'onProgress'> & { seed: number }

/** Measures one image after another. */
async function measureAll(
  executor: Executor,
  images: Iterable<QuantizeImage> | AsyncIterable<QuantizeImage>,
  settings: Settings,
): Promise<Measured[]> {
  const given = images as Partial<Iterable<QuantizeImage> & AsyncIterable<QuantizeImage>> | null
  if (!given?.[Symbol.iterator] && !given?.[Symbol.asyncIterator]) {
    throw mustBe('images', 'an array or an iterable of images', images)
  }
  const { signal, onProgress } = settings
  const measured: Measured[] = []
  const report = () => {
    const total = Array.isArray(images) ? images.length : measured.length
    onProgress?.({ stage: 'read', done: measured.length, total })
  }
  report()
  for await (const image of images) {
    signal?.throwIfAborted()
    measured.push(await measureImage(executor, image, measured.length, settings))
    report()
  }
  signal?.throwIfAborted()
  if (measured.length === 0) throw new LloydError('InputError', 'there is no image to cluster; give at least one')
  return measured
}

async function measureImage(
  executor: Executor,
  image: QuantizeImage,
  at: number,
  { features, seed, signal }: Settings,
): Promise<Measured> {
  const scope = new BufferScope(executor)
  try {
    const pixels = await toPixels(executor, new PixelStore(scope), image)
    const colors = await measureColors(executor, pixels, new Reporter(executor, signal))
    return { colors, parts: features === 'autoencoder' ? await takeParts(executor, pixels, seed) : null }
  } catch (error) {
    if (!(error instanceof LloydError)) throw error
    throw new LloydError(error.code, `images[${at}]: ${error.message}`, { cause: error })
  } finally {
    scope.release()
  }
}

function matrixOf<T extends Float32Array | Float64Array>(
  Kind: new (length: number) => T,
  images: readonly Measured[],
  rowOf: (image: Measured) => T,
): Matrix<T> {
  const columns = rowOf(images[0]).length
  const data = new Kind(images.length * columns)
  for (const [row, image] of images.entries()) data.set(rowOf(image), row * columns)
  return { data, rows: images.length, columns }
}
