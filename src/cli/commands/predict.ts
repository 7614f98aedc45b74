import type { Command } from 'commander'
import { assign, type Engine, type EngineOptions, predictDbscan, predictHdbscan } from 'lloyd'
import { backendOption } from '../adapter.js'
import { formatCount, formatQuantity } from '../numbers.js'
import { requireDirections } from '../tables/density.js'
import { type Model, readModel } from '../tables/model.js'
import { type ModelRows, matrixOf, modelTableFields, readForModel } from '../tables/model-table.js'
import { addFileOptions, type FileOptions } from '../tables/read-options.js'
import * as job from '../tables/table-job.js'
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
      'Assign every row of a table to a cluster of a model: of kmeans to the one whose centroid is nearest; of dbscan to\n' +
        'the first with a core point within epsilon; of hdbscan to that of the nearest row by mutual reachability, if it is\n' +
        'near enough, with an approximate probability and outlier score. Rows without a cluster are noise, with the label\n' +
        "-1. Columns are found by name, and the table is read with the options of the model's table (--decimal, --na and so\n" +
        'on) unless others are given.\n' +
        'Without -o, the labels are written to standard output as CSV.',
    )
    .argument('<table>', 'the file to read; - is standard input')
    .requiredOption('--model <file>', 'the model that lloyd kmeans, dbscan or hdbscan --save wrote')
    .option('-o, --output <file>', 'the CSV to write: the number and the label of every row')
  addFileOptions(command)
    .addOption(backendOption())
    .option('--force', 'replace existing outputs')
    .option('--json', 'print JSON')
    .action((table: string, options: Options) => predictTable(table, options, signal))
}

async function predictTable(path: string, options: Options, signal: AbortSignal): Promise<void> {
  job.checkOutputs([path, options.model], { '-o': options.output }, options.force)
  const model = await readModel(options.model, signal)
  const read = await readForModel(path, options, { ...model, path: options.model }, signal)
  const { table, ids, rows } = read
  if ('metric' in model && model.metric === 'cosine') requireDirections(path, read)
  const { labels, scores, ...on } = await job.withEngine(options.backend, signal, async (engine) => ({
    backend: engine.backend,
    adapter: engine.adapter,
    ...(await predict(engine, read, model, { signal, onProgress: job.progressOf(path) })),
  }))
  const clusters = model.schema === 'lloyd.kmeans' ? model.k : model.clusters
  const sizes = new Array<number>(clusters).fill(0)
  for (const label of labels) if (label >= 0) sizes[label]++
  const noise = sizes.reduce((left, size) => left - size, labels.length)

  const results = {
    label: labels,
    ...(scores && { probability: scores.probabilities, outlier_score: scores.outlierScores }),
  }
  const text =
    options.output !== undefined || !options.json ? job.formatResults(results, rows.rows, table.rows, ids) : ''
  if (options.output !== undefined) {
    writeWhole(options.output, new TextEncoder().encode(text), options.force === true)
  }
  if (options.json) {
    const listOf = (values: ArrayLike<number>) => job.listLabels(values, rows.rows, table.rows)
    print(
      job.formatJson({
        ...modelTableFields(path, options.model, read),
        columns: model.columns,
        ids: job.listIds(ids),
        ...(model.schema === 'lloyd.kmeans' ? { k: clusters, sizes } : { clusters, sizes, noise }),
        ...on,
        labels: listOf(labels),
        ...(scores && {
          probabilities: listOf(scores.probabilities),
          outlierScores: listOf(scores.outlierScores),
        }),
        output: options.output,
      }),
    )
  } else if (options.output === undefined) {
    print(text.trimEnd())
  } else {
    const used = sizes.filter((size) => size > 0).length
    const size = `${formatQuantity(read.points.rows, 'row')} by ${formatQuantity(read.points.columns, 'column')}`
    print(`table     ${path}, ${size}`)
    print(`clusters  ${formatCount(used)} of ${formatCount(clusters)} have rows`)
    if (model.schema !== 'lloyd.kmeans') print(`noise     ${formatQuantity(noise, 'row')}`)
    print(`output    ${options.output}, the label of every row`)
  }
}

interface Prediction {
  labels: Uint32Array | Int32Array
  scores?: { probabilities: Float64Array; outlierScores: Float64Array }
}

async function predict(
  engine: Engine,
  { points }: ModelRows,
  model: Model,
  control: { signal: AbortSignal; onProgress: ReturnType<typeof job.progressOf> },
): Promise<Prediction> {
  if (model.schema === 'lloyd.kmeans') {
    return { labels: await assign(engine, points, matrixOf(model.clusteredCentroids, model)) }
  }
  const { metric } = model
  if (model.schema === 'lloyd.dbscan') {
    const { labels, epsilon } = model
    if (labels.length === 0) return { labels: new Int32Array(points.rows).fill(-1) }
    const training = matrixOf(model.corePoints, model)
    const clustering = { labels, corePoints: [...labels.keys()] }
    return { labels: await predictDbscan(engine, points, { training, clustering, epsilon, metric, ...control }) }
  }
  const condensed = {
    parent: Uint32Array.from(model.parent),
    lambda: Float64Array.from(model.lambda, (value) => value ?? Infinity),
  }
  const { labels, ...scores } = await predictHdbscan(engine, points, {
    training: matrixOf(model.points, model),
    clustering: { condensed, selected: Uint32Array.from(model.selected) },
    minSamples: model.minSamples,
    metric,
    ...control,
  })
  return { labels, scores }
}
