import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import {
  type ClusteredImages,
  type ClusterImagesOptions,
  clusterImages,
  contactSheet,
  type EngineOptions,
  encodeJpeg,
  LloydError,
  readImage,
} from 'lloyd'
import { CLUSTER_IMAGES_HELP } from '../../options/help/images.js'
import { CLUSTER_IMAGES } from '../../options/images.js'
import { backendOption, describeAdapter } from '../adapter.js'
import { checkNewDirectory } from '../check-output.js'
import { flagsOf } from '../flags.js'
import { describeLeftOut, type LeftOut, listPhotos } from '../images/photo-inputs.js'
import { type Photo, PhotoReader } from '../images/photo-reader.js'
import { formatQuantity, formatTime } from '../numbers.js'
import { checkOutputs, formatJson, progressOf, withEngine } from '../tables/table-job.js'
import { formatCsv, shortFloat } from '../views/csv.js'
import { formatClusters } from '../views/photos.js'
import { print, progressLine, remark } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'

/** Most images on one contact sheet: the nearest to the medoid. */
const MOST_ON_SHEET = 400
/** Most clusters that are chosen, whose sheets must not exist yet. */
const MOST_CHOSEN = 10

interface Options {
  k?: number
  features: ClusterImagesOptions['features']
  seed: number
  backend: NonNullable<EngineOptions['backend']>
  output?: string
  sheets?: string
  table?: string
  force?: boolean
  json?: boolean
}

export function addPhotosCommand(program: Command, signal: AbortSignal): void {
  const flag = flagsOf(CLUSTER_IMAGES, CLUSTER_IMAGES_HELP)
  program
    .command('photos')
    .summary('group photographs that look alike, with a contact sheet for each group')
    .description(
      'Cluster the photographs of a folder by their colours or patterns, choose the number of clusters, name each in words and write\n' +
        'contact sheets: the most typical photograph first, then the others by their distance from it. Files that cannot\n' +
        'be read are told, and the others are clustered.',
    )
    .argument('<images...>', 'folders, files or patterns: JPEG, PNG, WebP, AVIF, TIFF and GIF')
    .addOption(flag('-k, --k <n>', 'k'))
    .addOption(flag('--features <name>', 'features'))
    .addOption(flag('--seed <n>', 'seed'))
    .option('-o, --output <file>', 'the page to write: one HTML file with all contact sheets, which loads nothing')
    .option(
      '--sheets <folder>',
      'write the contact sheet of each cluster there: cluster-0.jpg, cluster-1.jpg, … (it is made if there is none)',
    )
    .option(
      '--table <file>',
      'the CSV to write: the cluster, the distance from its medoid and the colours of every file',
    )
    .addOption(backendOption())
    .option('--force', 'replace existing outputs')
    .option('--json', 'print JSON')
    .action((inputs: string[], options: Options) => clusterPhotos(inputs, options, signal))
}

async function clusterPhotos(inputs: readonly string[], options: Options, signal: AbortSignal): Promise<void> {
  const began = performance.now()
  const { files, leftOut } = await listPhotos(inputs)
  checkFiles(files, options)
  const draws = options.output !== undefined || options.sheets !== undefined
  const reader = new PhotoReader(files, draws, signal)
  const { result, ...on } = await withEngine(options.backend, signal, async (engine) => ({
    backend: engine.backend,
    adapter: engine.adapter,
    description: describeAdapter(engine),
    result: await clusterImages(engine, requireSome(reader), {
      ...{ k: options.k, features: options.features, seed: options.seed, signal },
      onProgress: (progress) => progress.stage !== 'read' && progressOf('photos')(progress),
    }),
  }))
  const remarks = describeLeftOut(leftOut)
  if (reader.animated.length > 0) {
    remarks.push(`of several frames, the first is used: ${reader.animated.join(', ')}`)
  }
  for (const text of remarks) remark(text)
  const sheets = await writeOutputs(result, reader, remarks, options, signal)
  if (reader.failures.length > 0) process.exitCode = 2
  if (options.json) {
    const { output, table, features, seed } = options
    const { backend, adapter } = on
    const outcome = jsonOf(result, reader, leftOut)
    print(formatJson({ ...outcome, features, seed, backend, adapter, output, sheets, table }))
    return
  }
  const failed = reader.failures.length === 0 ? '' : `, ${formatQuantity(reader.failures.length, 'other file')} failed`
  print(`photos    ${formatQuantity(reader.photos.length, 'photograph')}${failed}`)
  print(`adapter   ${on.description}`)
  print(`time      ${formatTime(performance.now() - began)} in all`)
  if (options.output !== undefined) print(`output    ${options.output}, a page`)
  for (const sheet of sheets) print(`output    ${sheet}`)
  if (options.table !== undefined) print(`output    ${options.table}, a line for every photograph`)
  print(
    `\n${formatClusters(
      result,
      reader.photos.map(({ file }) => file),
    )}`,
  )
}

function checkFiles(files: readonly string[], { k, output, table, sheets, force }: Options): void {
  checkOutputs(files, { '-o': output, '--table': table }, force)
  if (k !== undefined && k > files.length) {
    throw new LloydError('InputError', `--k must be at most the number of photographs, ${files.length}, got ${k}`)
  }
  if (sheets === undefined) return
  checkNewDirectory(sheets, '--sheets')
  if (!existsSync(sheets)) return
  const paths = Array.from({ length: k ?? MOST_CHOSEN }, (_, label) => [`--sheets (${label})`, sheetIn(sheets, label)])
  checkOutputs(files, Object.fromEntries(paths), force)
}

const sheetIn = (folder: string, label: number) => join(folder, `cluster-${label}.jpg`)

/** The photographs; an error where none can be read. */
async function* requireSome(reader: PhotoReader) {
  yield* reader.read()
  if (reader.photos.length > 0) return
  throw new LloydError('InputError', `none of ${formatQuantity(reader.failures.length, 'file')} can be read; see above`)
}

/** Writes what is asked for; returns the names of the contact sheets. */
async function writeOutputs(
  result: ClusteredImages,
  { photos, failures }: PhotoReader,
  remarks: readonly string[],
  { features, output, sheets, table, force = false }: Options,
  signal: AbortSignal,
): Promise<string[]> {
  if (output !== undefined) {
    const { photosPage } = await import('../views/pages/photos-page.js')
    const told = [...failures.map(({ message }) => message), ...remarks]
    writeWhole(output, new TextEncoder().encode(photosPage(photos, result, features, told)), force)
  }
  if (table !== undefined) writeWhole(table, new TextEncoder().encode(tableOf(result, photos)), force)
  const written: string[] = []
  if (sheets === undefined) return written
  mkdirSync(sheets, { recursive: true })
  for (const { label, images } of result.clusters) {
    const path = sheetIn(sheets, label)
    progressLine.update(`${path}: draw`)
    if (images.length > MOST_ON_SHEET)
      remark(`${path} has the ${MOST_ON_SHEET} nearest of ${images.length} photographs`)
    const shown = []
    for (const at of images.slice(0, MOST_ON_SHEET)) shown.push(await readImage(photos[at].thumbnail!))
    const file = await encodeJpeg(contactSheet(shown))
    signal.throwIfAborted()
    writeWhole(path, file, force)
    written.push(path)
  }
  const stale = sheetIn(sheets, result.clusters.length)
  if (existsSync(stale)) remark(`${stale} is of another run; there are ${result.clusters.length} clusters now`)
  return written
}

function jsonOf(
  { labels, distances, clusters, choice, names, traits }: ClusteredImages,
  { photos, failures, animated }: PhotoReader,
  leftOut: readonly LeftOut[],
) {
  const fileOf = (row: number) => photos[row].file
  return {
    photographs: photos.length,
    ...{ failures, leftOut, animated, choice },
    clusters: clusters.map(({ medoid, typical, odd, images, ...cluster }) => ({
      ...cluster,
      medoid: fileOf(medoid),
      typical: typical.map(fileOf),
      odd: odd.map(fileOf),
      photographs: images.map(fileOf),
    })),
    files: photos.map(({ file, width, height }, row) => ({
      ...{ file, width, height, cluster: labels[row] },
      distance: shortFloat(distances[row]),
      traits: Object.fromEntries(names.map((name, column) => [name, traits.data[row * names.length + column]])),
    })),
  }
}

/** A line for every photograph. */
function tableOf({ labels, distances, clusters, names, traits }: ClusteredImages, photos: readonly Photo[]): string {
  function* lines() {
    for (const [row, { file }] of photos.entries()) {
      const own = traits.data.subarray(row * names.length, (row + 1) * names.length)
      const figures = Array.from(own, (value) => Number(value.toFixed(3)))
      yield [file, labels[row], clusters[labels[row]].name, shortFloat(distances[row]), ...figures]
    }
  }
  return formatCsv(['file', 'cluster', 'name', 'distance', ...names], lines())
}
