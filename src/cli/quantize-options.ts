import type { Command } from 'commander'
import type { EngineOptions, QuantizeOptions } from 'lloyd'
import { backendOption } from './adapter.js'
import { parseInteger, parseNumber } from './numbers.js'

/** The options that say how a palette is found: those of `lloyd quantize` and `lloyd palette` alike. */
export interface ClusteringOptions {
  iterations: number
  tolerance: number
  backend: NonNullable<EngineOptions['backend']>
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
    .addOption(backendOption())
}

/** As the library takes them. */
export function toQuantizeOptions(options: ClusteringOptions): Omit<QuantizeOptions, 'colors'> {
  return { maxIterations: options.iterations, tolerance: options.tolerance }
}
