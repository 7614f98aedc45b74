import type { Command } from 'commander'
import { createEngine, describePalette, quantize, readImage } from 'lloyd'
import { remarkOnFallback } from './adapter.js'
import { formatCount, parseInteger } from './numbers.js'
import { collect, countPixels, PALETTE_FORMATS, planPaletteOutputs, writePalettes } from './palette-output.js'
import { addClusteringOptions, type ClusteringOptions, readQuantizing } from './quantize-options.js'
import { formatSwatches, showsColors } from './swatches.js'
import { print, progressLine, remark } from './terminal.js'

const COLORS = 8
const MOST_COLORS = 65_536

interface Options extends ClusteringOptions {
  colors?: number
  output?: string[]
  force?: boolean
  json?: boolean
}

export function addPaletteCommand(program: Command, signal: AbortSignal): void {
  const command = program
    .command('palette')
    .summary('find the palette of an image and print it as swatches')
    .description(
      'Find the palette of an image by k-means and print it, the most frequent colour first: swatches in a terminal\n' +
        'with 24-bit colours, else the hexadecimal values, each with its share of the pixels.',
    )
    .argument('<image>', 'a JPEG, PNG, WebP, AVIF, TIFF or GIF file')
    .option('--colors <n>', `most entries, 1 to ${MOST_COLORS} (default: ${COLORS})`, (text) =>
      parseInteger('--colors', text, 1, MOST_COLORS),
    )
    .option('-o, --output <file>', `also write it to .${PALETTE_FORMATS.join(', .')}; may be given again`, collect)
    .option('--force', 'replace existing outputs')
  addClusteringOptions(command)
    .option('--json', 'print JSON')
    .action((image: string, options: Options) => printPalette(image, options, signal))
}

async function printPalette(input: string, options: Options, signal: AbortSignal): Promise<void> {
  const outputs = planPaletteOutputs(options.output ?? [], '-o', options.force === true)
  const quantizing = await readQuantizing(options, options.colors, MOST_COLORS, COLORS)
  const image = await readImage(input)
  signal.throwIfAborted()
  if (image.pages > 1) remark(`${input} has ${image.pages} frames; the first is taken`)
  const engine = await createEngine({ backend: options.backend })
  try {
    remarkOnFallback(options.backend, engine)
    const result = await quantize(engine, image, {
      ...quantizing,
      signal,
      onProgress: ({ stage, done, total }) =>
        progressLine.update(`${input}: ${stage} ${formatCount(done)} of ${formatCount(total)}`),
    })
    const { palette, pixels } = byFrequency(result.palette, countPixels(result.indices, result.colors))
    writePalettes(outputs, palette, pixels)
    progressLine.clear()
    const entries = describePalette(palette, pixels)
    if (!options.json) return print(formatSwatches(entries, showsColors(process.stdout)))
    const { width, height, uniqueColors, iterations, mse, oklabMse } = result
    const { backend, adapter } = engine
    print(
      JSON.stringify(
        { backend, adapter, input, width, height, uniqueColors, iterations, mse, oklabMse, colors: entries },
        null,
        2,
      ),
    )
  } finally {
    engine.destroy()
  }
}

/** The entries with the most pixels first; of equals, the earlier. */
function byFrequency(palette: Uint8Array, pixels: Float64Array) {
  const order = Array.from(pixels.keys()).sort((a, b) => pixels[b] - pixels[a] || a - b)
  const sorted = new Uint8Array(palette.length)
  for (const [place, entry] of order.entries()) sorted.set(palette.subarray(4 * entry, 4 * entry + 4), 4 * place)
  return { palette: sorted, pixels: order.map((entry) => pixels[entry]) }
}
