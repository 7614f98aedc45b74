import type { Command } from 'commander'
import {
  assign,
  type Engine,
  type EngineOptions,
  LloydError,
  type Matrix,
  type PredictMixtureOptions,
  predictDbscan,
  predictHdbscan,
  predictMedoids,
  predictMixture,
} from 'lloyd'
import { backendOption } from '../adapter.js'
import { formatCount, formatQuantity } from '../numbers.js'
import { requireDirections } from '../tables/density.js'
import type { HdbscanModel } from '../tables/density-models.js'
import { type MixtureModel, mixtureOf } from '../tables/mixture-model.js'
import { type Model, readModel, WRITERS } from '../tables/model.js'
import { type ModelRows, matrixOf, modelTableFields, readForModel } from '../tables/model-table.js'
import { addFileOptions, type FileOptions } from '../tables/read-options.js'
import * as job from '../tables/table-job.js'
import { shortFloat } from '../views/csv.js'
import { print } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'

interface Options extends FileOptions {
  model: string
  probabilities?: boolean
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
        'near enough, with an approximate probability and outlier score; of medoids to the nearest, with the distance to it;\n' +
        'of mixture to the most probable component, with its probability and the log density of the row. Rows without a\n' +
        'cluster are noise, with the label -1. Columns are found by name, and the table is read with the options of the\n' +
        "model's table (--decimal, --na and so on) unless others are given.\n" +
        'Without -o, the labels are written to standard output as CSV.',
    )
    .argument('<table>', 'the file to read; - is standard input')
    .requiredOption('--model <file>', `the model that ${WRITERS} wrote`)
    .option('-o, --output <file>', 'the CSV to write: the number and the label of every row')
    .option('--probabilities', 'of a mixture: the probabilities of all components as well, a column for each')
  addFileOptions(command)
    .addOption(backendOption())
    .option('--force', 'replace existing outputs')
    .option('--json', 'print JSON')
    .action((table: string, options: Options) => predictTable(table, options, signal))
}

async function predictTable(path: string, options: Options, signal: AbortSignal): Promise<void> {
  job.checkOutputs([path, options.model], { '-o': options.output }, options.force)
  const model = await readModel(options.model, signal)
  if (options.probabilities && model.schema !== 'lloyd.mixture') {
    const message = `--probabilities are those of a mixture, and ${options.model} is a model of ${nameOf(model)}; leave it out`
    throw new LloydError('InputError', message)
  }
  const read = await readForModel(path, options, { ...model, path: options.model }, signal)
  const { table, ids, rows } = read
  if ('metric' in model && model.metric === 'cosine') requireDirections(path, read)
  const control = { all: options.probabilities === true, signal, onProgress: job.progressOf(path) }
  const { labels, scores, ...on } = await job.withEngine(options.backend, signal, async (engine) => ({
    backend: engine.backend,
    adapter: engine.adapter,
    ...(await predict(engine, read, model, control)),
  }))
  const { clusters, counted, noisy } = clustersOf(model)
  const sizes = new Array<number>(clusters).fill(0)
  for (const label of labels) if (label >= 0) sizes[label]++
  const noise = sizes.reduce((left, size) => left - size, labels.length)

  const results = { label: labels, ...Object.fromEntries(scores.map(({ column, values }) => [column, values])) }
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
        [counted]: clusters,
        sizes,
        ...(noisy && { noise }),
        ...on,
        labels: listOf(labels),
        ...Object.fromEntries(scores.map(({ key, values }) => [key, listOf(values)])),
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
    if (noisy) print(`noise     ${formatQuantity(noise, 'row')}`)
    print(`output    ${options.output}, the label of every row`)
  }
}

const nameOf = ({ schema }: Model) => schema.replace('lloyd.', '')

/** The number of clusters of a model, its name in JSON, and whether rows may belong to none. */
function clustersOf(model: Model) {
  if ('clusters' in model) return { clusters: model.clusters, counted: 'clusters', noisy: true }
  if ('components' in model) return { clusters: model.components, counted: 'components', noisy: false }
  return { clusters: model.k, counted: 'k', noisy: false }
}

interface Prediction {
  labels: Uint32Array | Int32Array
  /** Further results of every row, with their names in CSV and in JSON. */
  scores: { column: string; key: string; values: ArrayLike<number> }[]
}

interface Control {
  /** Whether the probabilities of all components are asked for. */
  all: boolean
  signal: AbortSignal
  onProgress: ReturnType<typeof job.progressOf>
}

async function predict(
  engine: Engine,
  { points }: ModelRows,
  model: Model,
  { all, ...control }: Control,
): Promise<Prediction> {
  switch (model.schema) {
    case 'lloyd.kmeans':
      return { labels: await assign(engine, points, matrixOf(model.clusteredCentroids, model)), scores: [] }
    case 'lloyd.mixture':
      return await predictComponents(engine, points, model, { ...control, responsibilities: all })
    case 'lloyd.medoids': {
      const { metric, k } = model
      const training = metric === 'precomputed' ? undefined : matrixOf(model.clusteredMedoids, model)
      const clustering = { medoids: Array.from({ length: k }, (_, number) => number) }
      const options = { training, clustering, metric, ...control }
      const { labels, distances } = await predictMedoids(engine, points, options)
      return { labels, scores: [{ column: 'distance', key: 'distances', values: distances }] }
    }
    case 'lloyd.dbscan': {
      const { labels, epsilon, metric } = model
      if (labels.length === 0) return { labels: new Int32Array(points.rows).fill(-1), scores: [] }
      const training = matrixOf(model.corePoints, model)
      const clustering = { labels, corePoints: [...labels.keys()] }
      const options = { training, clustering, epsilon, metric, ...control }
      return { labels: await predictDbscan(engine, points, options), scores: [] }
    }
    default:
      return await predictByTree(engine, points, model, control)
  }
}

async function predictComponents(engine: Engine, points: Matrix, model: MixtureModel, options: PredictMixtureOptions) {
  const predicted = await predictMixture(engine, points, mixtureOf(model), options)
  const { labels, probabilities, logDensities, responsibilities } = predicted
  const scores: Prediction['scores'] = [
    { column: 'probability', key: 'probabilities', values: Float64Array.from(probabilities, shortFloat) },
    { column: 'log_density', key: 'logDensities', values: logDensities },
  ]
  if (!responsibilities) return { labels, scores }
  const { data, rows, columns } = responsibilities
  for (let component = 0; component < columns; component++) {
    const values = new Float64Array(rows)
    for (let row = 0; row < rows; row++) values[row] = shortFloat(data[row * columns + component])
    scores.push({ column: `probability_${component}`, key: `probability_${component}`, values })
  }
  return { labels, scores }
}

async function predictByTree(
  engine: Engine,
  points: Matrix,
  model: HdbscanModel,
  control: Omit<Control, 'all'>,
): Promise<Prediction> {
  const condensed = {
    parent: Uint32Array.from(model.parent),
    lambda: Float64Array.from(model.lambda, (value) => value ?? Infinity),
  }
  const { labels, probabilities, outlierScores } = await predictHdbscan(engine, points, {
    training: matrixOf(model.points, model),
    clustering: { condensed, selected: Uint32Array.from(model.selected) },
    minSamples: model.minSamples,
    metric: model.metric,
    ...control,
  })
  return {
    labels,
    scores: [
      { column: 'probability', key: 'probabilities', values: probabilities },
      { column: 'outlier_score', key: 'outlierScores', values: outlierScores },
    ],
  }
}
