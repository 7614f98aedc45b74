import type { Command } from 'commander'
import { createEngine, type DecodedImage, describePalette, quantizeTogether, readImage } from 'lloyd'
import { QUANTIZE_TOGETHER } from '../../options/color.js'
import { QUANTIZE_TOGETHER_HELP } from '../../options/help/color.js'
import { remarkOnFallback } from '../adapter.js'
import { flagsOf } from '../flags.js'
import { expandInputs } from '../images/inputs.js'
import { collect, countPixels, PALETTE_FORMATS, planPaletteOutputs, writePalettes } from '../images/palette-output.js'
import { addClusteringOptions, type ClusteringOptions, readQuantizing } from '../images/quantize-options.js'
import { formatCount } from '../numbers.js'
import { fromInput, inputName, requirePipedInput, STANDARD } from '../standard-io.js'
import { formatSwatches, showsColors } from '../views/swatches.js'
import { print, progressLine, remark } from '../views/terminal.js'

const COLORS = 8

interface Options extends ClusteringOptions {
  colors?: number
  output?: string[]
  force?: boolean
  json?: boolean
}

export function addPaletteCommand(program: Command, signal: AbortSignal): void {
  const command = program
    .command('palette')
    .summary('find the palette of one or more images and print it as swatches')
    .description(
      'Find the palette of an image, or a common one of several images, by k-means and print it, the most frequent colour\n' +
        'first: as swatches in a terminal with 24-bit colours, else as hexadecimal values, each with its share of the pixels.',
    )
    .argument('<images...>', 'JPEG, PNG, WebP, AVIF, TIFF or GIF files, folders, or patterns; - is standard input')
    .addOption(
      flagsOf(QUANTIZE_TOGETHER, QUANTIZE_TOGETHER_HELP)('--colors <n>', 'colors', {
        help: 'maximum number of entries',
        range: true,
        told: COLORS,
      }),
    )
    .option('-o, --output <file>', `also write it to .${PALETTE_FORMATS.join(', .')}; can be repeated`, collect)
    .option('--force', 'replace existing outputs')
  addClusteringOptions(command)
    .option('--json', 'print JSON')
    .action((images: string[], options: Options) => printPalette(images, options, signal))
}

async function printPalette(names: string[], options: Options, signal: AbortSignal): Promise<void> {
  const inputs = await expandInputs(names)
  const outputs = planPaletteOutputs(options.output ?? [], '-o', options.force === true, inputs)
  const quantizing = await readQuantizing(options, options.colors, QUANTIZE_TOGETHER.colors.to, COLORS)
  if (inputs.includes(STANDARD)) requirePipedInput('lloyd palette - < photo.jpg')
  const images: DecodedImage[] = []
  for (const input of inputs) {
    const image = await fromInput(input, readImage)
    signal.throwIfAborted()
    if (image.pages > 1) remark(`${inputName(input)} has ${image.pages} frames; the first is used`)
    images.push(image)
  }
  const name = inputs.length === 1 ? inputName(inputs[0]) : `${formatCount(inputs.length)} images`
  const engine = await createEngine({ backend: options.backend })
  try {
    remarkOnFallback(options.backend, engine)
    const result = await quantizeTogether(engine, images, {
      ...quantizing,
      signal,
      onProgress: ({ stage, done, total }) =>
        progressLine.update(`${name}: ${stage} ${formatCount(done)} of ${formatCount(total)}`),
    })
    const counts = new Float64Array(result.colors)
    for (const { indices } of result.images) {
      for (const [entry, count] of countPixels(indices, result.colors).entries()) counts[entry] += count
    }
    const { palette, pixels } = byFrequency(result.palette, counts)
    writePalettes(outputs, palette, pixels)
    progressLine.clear()
    const entries = describePalette(palette, pixels)
    if (!options.json) return print(formatSwatches(entries, showsColors(process.stdout)))
    const { uniqueColors, iterations, mse, oklabMse } = result
    const sizes = images.map(({ width, height }, at) => ({ input: inputs[at], width, height }))
    const source = sizes.length === 1 ? sizes[0] : { inputs: sizes }
    const { backend, adapter } = engine
    print(
      JSON.stringify(
        { backend, adapter, ...source, uniqueColors, iterations, mse, oklabMse, colors: entries },
        null,
        2,
      ),
    )
  } finally {
    engine.destroy()
  }
}

/** The entries sorted by descending number of pixels, ties in their order. */
function byFrequency(palette: Uint8Array, pixels: Float64Array) {
  const order = Array.from(pixels.keys()).sort((a, b) => pixels[b] - pixels[a] || a - b)
  const sorted = new Uint8Array(palette.length)
  for (const [place, entry] of order.entries()) sorted.set(palette.subarray(4 * entry, 4 * entry + 4), 4 * place)
  return { palette: sorted, pixels: order.map((entry) => pixels[entry]) }
}
