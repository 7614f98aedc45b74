import { basename, extname } from 'node:path'
import type { Command } from 'commander'
import {
  createEngine,
  type DecodedImage,
  drawBoundaries,
  type Engine,
  type EngineOptions,
  encodePng,
  fillRegions,
  insertPngChunks,
  readImage,
  type Segmented,
  type SegmentImageOptions,
  segmentImage,
} from 'lloyd'
import { SEGMENT_IMAGE } from '../../options/color.js'
import { SEGMENT_IMAGE_HELP } from '../../options/help/color.js'
import { backendOption, remarkOnFallback } from '../adapter.js'
import { flagsOf } from '../flags.js'
import { metadataFor, writeImage } from '../images/image-output.js'
import {
  encodeLabels,
  encodeTable,
  planSegmentOutputs,
  type SegmentFiles,
  summarize,
} from '../images/segment-output.js'
import { formatCount } from '../numbers.js'
import { fromInput, inputName, STANDARD } from '../standard-io.js'
import { print, progressLine, remark } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'

/** Number of superpixels where neither they nor colours are asked for. */
const SEGMENTS = 1000

interface Options extends SegmentFiles {
  segments?: number
  compactness?: number
  iterations?: number
  k?: number
  minArea?: number
  space?: SegmentImageOptions['space']
  fill?: boolean
  json?: boolean
  backend: NonNullable<EngineOptions['backend']>
}

const flag = flagsOf(SEGMENT_IMAGE, SEGMENT_IMAGE_HELP)

export function addSegmentCommand(program: Command, signal: AbortSignal): void {
  program
    .command('segment')
    .summary('divide an image into superpixels, or into regions of few colours')
    .description(
      'Divide an image into connected regions and draw their boundaries on it: superpixels, which are of about equal size and\n' +
        'follow the edges of the image (SLIC), or with --k the connected parts of k colours.\n' +
        'Without -o, photo.jpg becomes photo-regions.png in the current directory, and - (standard input) is written to standard\n' +
        'output.',
    )
    .argument('<image>', 'a JPEG, PNG, WebP, AVIF, TIFF or GIF file; - is standard input')
    .addOption(flag('--segments <n>', 'segments', { told: SEGMENTS }))
    .addOption(flag('--compactness <c>', 'compactness'))
    .addOption(flag('--iterations <n>', 'iterations', { range: true }))
    .addOption(flag('-k, --k <n>', 'k', { range: true }))
    .addOption(flag('--space <name>', 'space'))
    .addOption(flag('--min-area <n>', 'minArea'))
    .option('-o, --output <file>', 'the .png to write; - is standard output')
    .option('--fill', 'write the mean colour of each region instead of boundaries on the image')
    .option('--table <file>', 'also write what is measured of the regions to a .csv or .json')
    .option('--labels <file>', 'also write the region of each pixel to a .png of 16-bit grey: at most 65 536 regions')
    .option('--force', 'replace existing outputs')
    .addOption(backendOption())
    .option('--json', 'print JSON')
    .action((image: string, options: Options) => segment(image, options, signal))
}

async function segment(input: string, options: Options, signal: AbortSignal): Promise<void> {
  const stem = basename(input, extname(input))
  const output = options.output ?? (input === STANDARD ? STANDARD : `${stem}-regions.png`)
  const job = planSegmentOutputs(input, { ...options, output })
  const image = await fromInput(input, readImage)
  signal.throwIfAborted()
  if (image.pages > 1) remark(`${inputName(input)} has ${image.pages} frames; the first is used`)
  const engine = await createEngine({ backend: options.backend })
  try {
    remarkOnFallback(options.backend, engine)
    const segmented = await segmentImage(engine, image, {
      ...settingsOf(options),
      signal,
      onProgress: ({ stage, done, total }) =>
        progressLine.update(`${inputName(input)}: ${stage} ${formatCount(done)} of ${formatCount(total)}`),
    })
    progressLine.update(`${inputName(input)}: encode`)
    // All are encoded first, so that none is written if one cannot be encoded.
    const labels = options.labels === undefined ? null : await encodeLabels(segmented, signal)
    const table = options.table === undefined ? null : encodeTable(options.table, segmented)
    const picture = await encodePicture(image, segmented, options.fill === true, signal)
    const file = insertPngChunks(picture, (await metadataFor(job)).chunks)
    signal.throwIfAborted()
    if (labels) writeWhole(options.labels!, labels, job.replace)
    if (table) writeWhole(options.table!, table, job.replace)
    await writeImage(job, file)
    progressLine.clear()
    tell(engine, input, { ...options, output }, segmented)
  } finally {
    engine.destroy()
  }
}

function settingsOf({ segments, compactness, iterations, k, minArea, space }: Options): SegmentImageOptions {
  const count = segments ?? (k === undefined ? SEGMENTS : undefined)
  return { segments: count, compactness, iterations, k, minArea, space }
}

async function encodePicture(image: DecodedImage, segmented: Segmented, fill: boolean, signal: AbortSignal) {
  return await encodePng(fill ? fillRegions(segmented) : drawBoundaries(image, segmented), { signal })
}

/** Prints the outcome: on standard output, unless the image is there. */
function tell({ backend, adapter }: Engine, input: string, options: Options, segmented: Segmented): void {
  const { output, table, labels } = options
  const outcome = summarize(segmented)
  if (options.json) {
    print(JSON.stringify({ backend, adapter, input, output, table, labels, ...outcome }, null, 2))
    return
  }
  const { width, height, regions, area } = outcome
  const areas = `${formatCount(area.least)} to ${formatCount(area.most)} pixels, ${formatCount(area.median)} in the median`
  const line = `${inputName(input)}: ${width} × ${height}, ${formatCount(regions)} regions of ${areas}`
  if (output === STANDARD) remark(line)
  else print(`${line}\n${[output, table, labels].filter((path) => path !== undefined).join(', ')} written`)
}
