import { type Command, Option } from 'commander'
import type { EngineOptions, QuantizeOptions } from 'lloyd'
import { backendOption } from './adapter.js'
import { parseInteger, parseNumber } from './numbers.js'

/** The options that say how a palette is found: those of `lloyd quantize` and `lloyd palette` alike. */
export interface ClusteringOptions {
  iterations: number
  tolerance: number
  space: NonNullable<QuantizeOptions['space']>
  backend: NonNullable<EngineOptions['backend']>
  dither?: QuantizeOptions['dither']
  ditherStrength?: number
}

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
      new Option('--space <name>', 'where colours are compared; Oklab is closer to what is seen')
        .choices(['srgb', 'oklab'])
        .default('srgb'),
    )
    .addOption(backendOption())
}

/** How pixels get their entries: of `lloyd quantize` alone. */
export function addDitherOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--dither <name>', 'mix colours that the palette lacks among neighbouring pixels')
        .choices(['none', 'floyd-steinberg', 'blue-noise', 'ordered'])
        .default('none'),
    )
    .option('--dither-strength <s>', 'how much of it, 0 to 256 (default: 224)', (text) =>
      parseInteger('--dither-strength', text, 0, 256),
    )
}

/** As the library takes them. */
export function toQuantizeOptions(options: ClusteringOptions): Omit<QuantizeOptions, 'colors'> {
  const { iterations: maxIterations, tolerance, space, dither, ditherStrength } = options
  return { maxIterations, tolerance, space, dither, ditherStrength }
}
