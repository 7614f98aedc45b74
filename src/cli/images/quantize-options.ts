import type { Command } from 'commander'
import { type EngineOptions, LloydError, type QuantizeOptions } from 'lloyd'
import { QUANTIZE } from '../../options/color.js'
import { QUANTIZE_HELP } from '../../options/help/color.js'
import { backendOption } from '../adapter.js'
import { flagsOf } from '../flags.js'
import { readPaletteOption } from './palette-input.js'

const flag = flagsOf(QUANTIZE, QUANTIZE_HELP)

/** The options for finding a palette, common to `lloyd quantize` and `lloyd palette`. */
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

/** The options for the library, and the maximum number of entries. */
export type Quantizing = Omit<QuantizeOptions, 'into' | 'signal' | 'onProgress'> & { colors: number }

export function addClusteringOptions(command: Command): Command {
  return command
    .addOption(flag('--iterations <n>', 'maxIterations'))
    .addOption(flag('--tolerance <t>', 'tolerance'))
    .addOption(flag('--init <name>', 'init', { told: QUANTIZE.init.default }))
    .addOption(flag('--restarts <n>', 'restarts', { range: true, told: QUANTIZE.restarts.default }))
    .addOption(flag('--seed <n>', 'seed', { range: true, told: QUANTIZE.seed.default }))
    .option(
      '--fixed <colors>',
      "entries that must be in the palette: colours such as '#ffffff,#1a2b3c', or a palette file",
    )
    .addOption(flag('--space <name>', 'space'))
    .addOption(backendOption())
}

/** The options for mapping pixels to entries, of `lloyd quantize` alone. */
export function addMappingOptions(command: Command): Command {
  return command
    .option(
      '--palette <file>',
      'use this palette instead of finding one: colours, or a file (.gpl, .act, .aco, .ase, .pal, .css, .json, .hex, .txt, or an image with its colours)',
    )
    .addOption(flag('--dither <name>', 'dither'))
    .addOption(flag('--dither-strength <s>', 'ditherStrength', { range: true, told: QUANTIZE.ditherStrength.default }))
}

/** Converts the options to those of the library, and reads the palette files that they name; at most `most` entries. */
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
        `--palette gives all the colours, so ${option} has no effect; leave one of them out`,
      )
    }
    const entries = await readPaletteOption('--palette', palette, most)
    return { ...common, palette: entries, colors: entries.length / 4 }
  }
  if (fixed === undefined) return { ...common, colors: colors ?? usual }
  const count = colors ?? usual
  return { ...common, fixedColors: await readPaletteOption('--fixed', fixed, count), colors: count }
}
