import type { Command } from 'commander'
import { assign, type EngineOptions } from 'lloyd'
import { backendOption } from '../adapter.js'
import { formatCount, formatQuantity } from '../numbers.js'
import { centroidsOf, readModel } from '../tables/model.js'
import { modelTableFields, readForModel } from '../tables/model-table.js'
import { addFileOptions, type FileOptions } from '../tables/read-options.js'
import { checkOutputs, formatJson, formatLabels, listIds, listLabels, withEngine } from '../tables/table-job.js'
import { print } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'

interface Options extends FileOptions {
  model: string
  backend: NonNullable<EngineOptions['backend']>
  output?: string
  force?: boolean
  json?: boolean
}

export function addPredictCommand(program: Command, signal: AbortSignal): void {
  const command = program
    .command('predict')
    .summary('label the rows of a table with a saved model')
    .description(
      'Assign every row of a table to the cluster of the model whose centroid is nearest. Columns are found by name,\n' +
        "and the table is read with the options of the model's table (--decimal, --na and so on) unless others are given.\n" +
        'Without -o, the labels are written to standard output as CSV.',
    )
    .argument('<table>', 'the file to read; - is standard input')
    .requiredOption('--model <file>', 'the model that lloyd kmeans --save wrote')
    .option('-o, --output <file>', 'the CSV to write: the number and the label of every row')
  addFileOptions(command)
    .addOption(backendOption())
    .option('--force', 'replace existing outputs')
    .option('--json', 'print JSON')
    .action((table: string, options: Options) => predictTable(table, options, signal))
}

async function predictTable(path: string, options: Options, signal: AbortSignal): Promise<void> {
  checkOutputs([path, options.model], { '-o': options.output }, options.force)
  const model = await readModel(options.model, signal)
  const read = await readForModel(path, options, { ...model, path: options.model }, signal)
  const { table, ids, rows, points } = read
  const { backend, adapter, labels } = await withEngine(options.backend, signal, async (engine) => ({
    backend: engine.backend,
    adapter: engine.adapter,
    labels: await assign(engine, points, centroidsOf(model)),
  }))
  const sizes = new Array<number>(model.k).fill(0)
  for (const label of labels) sizes[label]++

  const text = options.output !== undefined || !options.json ? formatLabels(labels, rows.rows, table.rows, ids) : ''
  if (options.output !== undefined) {
    writeWhole(options.output, new TextEncoder().encode(text), options.force === true)
  }
  if (options.json) {
    print(
      formatJson({
        ...modelTableFields(path, options.model, read),
        columns: model.columns,
        ids: listIds(ids),
        k: model.k,
        sizes,
        backend,
        adapter,
        labels: listLabels(labels, rows.rows, table.rows),
        output: options.output,
      }),
    )
  } else if (options.output === undefined) {
    print(text.trimEnd())
  } else {
    const used = sizes.filter((size) => size > 0).length
    print(`table     ${path}, ${formatQuantity(points.rows, 'row')} by ${formatQuantity(points.columns, 'column')}`)
    print(`clusters  ${formatCount(used)} of ${formatCount(model.k)} have rows`)
    print(`output    ${options.output}, the label of every row`)
  }
}
