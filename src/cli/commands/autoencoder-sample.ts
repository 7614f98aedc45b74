import type { Command } from 'commander'
import { type EngineOptions, LloydError } from 'lloyd'
import { SAMPLE_HELP } from '../../options/help/network.js'
import { SAMPLE, SAMPLES } from '../../options/network.js'
import { backendOption } from '../adapter.js'
import { flagsOf } from '../flags.js'
import { formatQuantity } from '../numbers.js'
import { readTrained } from '../tables/autoencoder-model.js'
import { checkOutputs, formatJson, withEngine } from '../tables/table-job.js'
import { formatCsv } from '../views/csv.js'
import { print } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'
import { linesOf, unshift } from './autoencoder-apply.js'

interface Options {
  model: string
  count: number
  seed: number
  output?: string
  backend: NonNullable<EngineOptions['backend']>
  force?: boolean
  json?: boolean
}

export function addSampleCommand(parent: Command, signal: AbortSignal): void {
  parent
    .command('sample')
    .summary('generate new rows with a variational model')
    .description('Decode random codes into rows like those that the model was trained on.')
    .requiredOption('--model <file>', 'the model that lloyd autoencoder train --variational --save wrote')
    .addOption(
      flagsOf({ count: SAMPLES }, { count: 'number of rows to generate' })('--count <n>', 'count', { default: 10 }),
    )
    .addOption(flagsOf(SAMPLE, SAMPLE_HELP)('--seed <n>', 'seed', { help: 'seed of the random codes', default: 0 }))
    .option('-o, --output <file>', 'the CSV to write (default: standard output)')
    .addOption(backendOption())
    .option('--force', 'replace existing outputs')
    .option('--json', 'print JSON')
    .action((options: Options) => sampleRows(options, signal))
}

async function sampleRows(options: Options, signal: AbortSignal): Promise<void> {
  const { model, count, seed } = options
  checkOutputs([model], { '-o': options.output }, options.force)
  const { columns, rows, backend, adapter } = await withEngine(options.backend, signal, async (engine) => {
    const { autoencoder, description } = await readTrained(engine, model, signal)
    using _ = autoencoder
    if (!autoencoder.architecture.variational) {
      throw new LloydError('InputError', `${model} is not variational; train one with --variational to sample from it`)
    }
    const rows = unshift(linesOf(await autoencoder.sample(count, { seed })), description)
    return { columns: description.columns, rows, backend: engine.backend, adapter: engine.adapter }
  })
  const text = formatCsv(columns, rows)
  if (options.output !== undefined) writeWhole(options.output, new TextEncoder().encode(text), options.force === true)
  if (options.json) {
    print(formatJson({ model, count, seed, columns, backend, adapter, samples: rows, output: options.output }))
  } else if (options.output === undefined) print(text.trimEnd())
  else
    print(`output    ${options.output}, ${formatQuantity(count, 'row')} by ${formatQuantity(columns.length, 'column')}`)
}
