import { relative, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { LloydError } from 'lloyd'
import { QUANTIZE } from '../../options/color.js'
import { QUANTIZE_HELP } from '../../options/help/color.js'
import { ENCODE_GIF_HELP } from '../../options/help/io.js'
import { ENCODE_GIF } from '../../options/io.js'
import { checkDirectory } from '../check-output.js'
import { flagsOf } from '../flags.js'
import { Batch, type BatchOptions } from '../images/batch.js'
import { expandInputs } from '../images/inputs.js'
import { collect, PALETTE_FORMATS, type PaletteOutput, planPaletteOutputs } from '../images/palette-output.js'
import { checkJob, type ImageFormat, type Job, planJobs } from '../images/plan.js'
import {
  addClusteringOptions,
  addMappingOptions,
  type ClusteringOptions,
  type Quantizing,
  readQuantizing,
} from '../images/quantize-options.js'
import { repeatSample } from '../images/sample.js'
import { STANDARD } from '../standard-io.js'

/** Maximum number of entries in an indexed PNG or a GIF. */
const MAX_COLORS = 256
const SAMPLE_COLORS = 64

interface Options extends BatchOptions, ClusteringOptions {
  colors?: number
  output?: string
  outDir?: string
  format?: ImageFormat
  paletteOut?: string[]
  sharedPalette?: boolean
  force?: boolean
  sample?: string
}

const gifFlag = flagsOf(ENCODE_GIF, ENCODE_GIF_HELP)

export function addQuantizeCommand(program: Command, signal: AbortSignal): void {
  const command = program
    .command('quantize')
    .summary('reduce images to a palette, written as indexed PNGs or GIFs')
    .description(
      'Reduce images (JPEG, PNG, WebP, AVIF, TIFF, GIF) to a palette found by k-means and write indexed PNGs or GIFs.\n' +
        'Without -o or --out-dir, photo.jpg becomes photo-256.png (name-colours.png) in the current directory, and - (standard\n' +
        'input) is written to standard output.\n' +
        'Several images, or an animated GIF, PNG or WebP, and -o film.gif make one animation with one palette.',
    )
    .argument('[images...]', "files, folders, or patterns such as 'photos/*.jpg'; - is standard input")
    .addOption(
      flagsOf(QUANTIZE, QUANTIZE_HELP)('--colors <n>', 'colors', {
        range: true,
        to: MAX_COLORS,
        why: ' (the maximum of an indexed PNG or a GIF)',
        told: MAX_COLORS,
      }),
    )
    .option('-o, --output <file>', 'the .png to write, for a single image, or the .gif; - is standard output')
    .option('--out-dir <directory>', 'directory for the outputs, name-colours.png (default: the current one)')
    .addOption(new Option('--format <name>', 'format of the outputs without -o (default: png)').choices(['png', 'gif']))
    .option(
      '--palette-out <file>',
      `also write the palette, to .${PALETTE_FORMATS.join(', .')}; can be repeated`,
      collect,
    )
    .option('--shared-palette', 'find one palette for all images, which are all held in memory')
    .addOption(gifFlag('--delay <ms>', 'delay', { told: `as in its file, else ${ENCODE_GIF.delay.default}` }))
    .addOption(gifFlag('--plays <n>', 'plays', { told: `as in its file, else ${ENCODE_GIF.plays.default}` }))
    .option(
      '--keep-metadata',
      'keep texts, EXIF, XMP and time in a PNG; its resolution is always kept, ICC profiles never',
    )
    .option(
      '--skip-if-larger',
      'skip images that would not become smaller than their files; if nothing else fails, the exit code is 98',
    )
    .option('--force', 'replace existing outputs')
  addMappingOptions(addClusteringOptions(command))
    .option('--report', 'measure MSE, PSNR, SSIM and mean CIEDE2000 difference, and print a table with sizes and times')
    .option('--json', 'print JSON')
    .addOption(new Option('--sample <file>', 'the image to use when none is given').hideHelp())
    .action((images: string[], options: Options) => quantizeImages(images, options, signal))
}

async function quantizeImages(images: string[], options: Options, signal: AbortSignal): Promise<void> {
  if (options.sample !== undefined) goWhereNpmWasCalled(options)
  const { jobs, palettes, quantizing } = await planFrom(images, options)
  const toStandardOutput = jobs.some(({ output }) => output === STANDARD)
  const batch = new Batch({ ...options, toStandardOutput }, quantizing, palettes, jobs.length, signal)
  try {
    const ready: Job[] = []
    for (const job of jobs) if (await batch.attempt(job, () => checkJob(job))) ready.push(job)
    const groups = options.sharedPalette ? [ready] : ready.map((job) => [job])
    for (const group of groups) await batch.quantize(group)
    batch.finish()
    const isRepeated = images.length === 0 && options.backend === 'auto' && !options.json && !toStandardOutput
    if (isRepeated && batch.backend && !process.exitCode) await repeatSample(jobs[0], batch, signal)
  } finally {
    batch.destroy()
  }
}

/** Changes to the folder where `npm start` was called, to which names are relative; npm runs scripts in the package's. */
function goWhereNpmWasCalled(options: Options): void {
  const { npm_lifecycle_event: script, INIT_CWD: folder } = process.env
  if (script !== 'start' || !folder) return
  const sample = resolve(options.sample!)
  process.chdir(folder)
  options.sample = relative('', sample)
}

async function planFrom(
  images: string[],
  options: Options,
): Promise<{ jobs: Job[]; palettes: PaletteOutput[]; quantizing: Quantizing }> {
  const isSample = images.length === 0 && options.sample !== undefined
  const names = isSample ? [options.sample!] : images
  if (names.length === 0) throw new LloydError('InputError', 'no image given; name one, as in lloyd quantize photo.jpg')
  const usual = isSample ? SAMPLE_COLORS : MAX_COLORS
  const quantizing = await readQuantizing(options, options.colors, MAX_COLORS, usual)
  const jobs = planJobs(await expandInputs(names), { ...options, colors: quantizing.colors })
  if (options.paletteOut && jobs.length > 1 && !options.sharedPalette) {
    throw new LloydError(
      'InputError',
      `--palette-out writes one palette, but there are ${jobs.length} outputs; give --shared-palette, or quantize them one by one`,
    )
  }
  if (options.keepMetadata && jobs.some(({ format }) => format === 'gif')) {
    throw new LloydError('InputError', 'a GIF cannot hold metadata; leave out --keep-metadata, or write a .png')
  }
  if (options.json && jobs.some(({ output }) => output === STANDARD)) {
    throw new LloydError(
      'InputError',
      '--json and the image would both be written to standard output; name a file for the image with -o',
    )
  }
  if (options.outDir !== undefined) checkDirectory(options.outDir, '--out-dir')
  // The default output of the sample is replaced each time; a named one is not.
  if (isSample && options.output === undefined && options.outDir === undefined) jobs[0].replace = true
  const files = jobs.flatMap((job) => [...job.inputs, job.output])
  const palettes = planPaletteOutputs(options.paletteOut ?? [], '--palette-out', options.force === true, files)
  return { jobs, palettes, quantizing }
}
