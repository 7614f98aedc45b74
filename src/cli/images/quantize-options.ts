import { type Command, Option } from 'commander'
import { type EngineOptions, LloydError, type QuantizeOptions } from 'lloyd'
import { backendOption } from '../adapter.js'
import { parseInteger, parseNumber } from '../numbers.js'
import { readPaletteOption } from './palette-input.js'

const MOST_RESTARTS = 1000
const MOST_SEED = 2 ** 32 - 1

/** The options that say how a palette is found: those of `lloyd quantize` and `lloyd palette` alike. */
export interface ClusteringOptions {
  iterations: number
  tolerance: number
  init?: QuantizeOptions['init']
  restarts?: number
  seed?: number
  space: NonNullable<QuantizeOptions['space']>
  backend: NonNullable<EngineOptions['backend']>
  fixed?: string
  palette?: string
  dither?: QuantizeOptions['dither']
  ditherStrength?: number
}

/** What the library is asked for, and how many entries that can be. */
export type Quantizing = Omit<QuantizeOptions, 'into' | 'signal' | 'onProgress'> & { colors: number }

export function addClusteringOptions(command: Command): Command {
  return command
    .option('--iterations <n>', 'most iterations', (text) => parseInteger('--iterations', text, 0, 1_000_000), 20)
    .option(
      '--tolerance <t>',
      'stop when the centroids move less than this, in standard deviations of the image; 0: when nothing changes',
      (text) => parseNumber('--tolerance', text, 0),
      0,
    )
    .addOption(
      new Option(
        '--init <name>',
        "first centroids: means of Wu's boxes, colours far apart, or drawn (default: wu)",
      ).choices(['wu', 'maximin', 'k-means++']),
    )
    .option(
      '--restarts <n>',
      `runs, 1 to ${MOST_RESTARTS}, of which the one with the lowest error is kept; all but the first are drawn (default: 1)`,
      (text) => parseInteger('--restarts', text, 1, MOST_RESTARTS),
    )
    .option('--seed <n>', `what k-means++ draws by, 0 to ${MOST_SEED} (default: 0)`, (text) =>
      parseInteger('--seed', text, 0, MOST_SEED),
    )
    .option(
      '--fixed <colors>',
      "entries that must be in the palette: '#ffffff,#1a2b3c' (what reads as colours), else a palette file",
    )
    .addOption(
      new Option('--space <name>', 'where colours are compared; Oklab is closer to what is seen')
        .choices(['srgb', 'oklab'])
        .default('srgb'),
    )
    .addOption(backendOption())
}

/** How pixels get their entries: of `lloyd quantize` alone. */
export function addMappingOptions(command: Command): Command {
  return command
    .option(
      '--palette <file>',
      'find no palette, but take this: the colours (what reads as colours), else a file: .gpl, .act, .aco, .ase, .pal, .css, .json, .hex, .txt, or an image with its colours',
    )
    .addOption(
      new Option('--dither <name>', 'mix colours that the palette lacks among neighbouring pixels')
        .choices(['none', 'floyd-steinberg', 'blue-noise', 'ordered'])
        .default('none'),
    )
    .option('--dither-strength <s>', 'how much of it, 0 to 256 (default: 224)', (text) =>
      parseInteger('--dither-strength', text, 0, 256),
    )
}

/** As the library takes them, with the files read that they name; at most `most` entries. */
export async function readQuantizing(
  options: ClusteringOptions,
  colors: number | undefined,
  most: number,
  usual: number,
): Promise<Quantizing> {
  const { iterations: maxIterations, tolerance, init, restarts, seed, space, dither, ditherStrength } = options
  const { palette, fixed } = options
  const common = { maxIterations, tolerance, init, restarts, seed, space, dither, ditherStrength }
  if (palette !== undefined) {
    for (const [option, value] of [
      ['--colors', colors],
      ['--fixed', fixed],
      ['--init', init],
      ['--restarts', restarts],
      ['--seed', seed],
    ]) {
      if (value === undefined) continue
      throw new LloydError(
        'InputError',
        `--palette gives all the colours, so ${option} has nothing to say; leave one of them out`,
      )
    }
    const entries = await readPaletteOption('--palette', palette, most)
    return { ...common, palette: entries, colors: entries.length / 4 }
  }
  if (fixed === undefined) return { ...common, colors: colors ?? usual }
  const count = colors ?? usual
  return { ...common, fixedColors: await readPaletteOption('--fixed', fixed, count), colors: count }
}
