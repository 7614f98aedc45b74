import { basename } from 'node:path'
import type { Command } from 'commander'
import {
  type Covariance,
  type EngineOptions,
  type GaussianMixture,
  gaussianMixture,
  LloydError,
  undoScaling,
} from 'lloyd'
import { GAUSSIAN_MIXTURE_HELP } from '../../options/help/mixture.js'
import { GAUSSIAN_MIXTURE } from '../../options/mixture.js'
import { backendOption, describeAdapter } from '../adapter.js'
import { flagsOf } from '../flags.js'
import { formatCount, formatQuantity } from '../numbers.js'
import { mixtureModel } from '../tables/mixture-model.js'
import { formatModel } from '../tables/model.js'
import { tableModelOf } from '../tables/model-table.js'
import * as job from '../tables/table-job.js'
import { drawMixture } from '../views/mixture-svg.js'
import { formatSummary, summarize } from '../views/summary.js'
import { print, remark } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'

interface Options extends job.ReadOptions {
  components: number
  covariance: Covariance
  regularization: number
  restarts: number
  seed: number
  iterations: number
  tolerance: number
  backend: NonNullable<EngineOptions['backend']>
  output?: string
  svg?: string
  save?: string
  force?: boolean
  json?: boolean
}

export function addMixtureCommand(program: Command, signal: AbortSignal): void {
  const flag = flagsOf(GAUSSIAN_MIXTURE, GAUSSIAN_MIXTURE_HELP)
  const command = program
    .command('mixture')
    .summary('group the rows of a table by a Gaussian mixture')
    .description(
      'Fit a mixture of normal distributions to the rows of a table (CSV, TSV or text, also gzipped, NumPy, Parquet, Arrow,\n' +
        'Feather), and give every row the component that it most probably belongs to.\n' +
        'A remark on standard error tells which columns were clustered, and which were left out and why.',
    )
    .argument('<table>', 'the file to read; - is standard input')
    .addOption(flag('--components <n>', 'components', { range: true, required: true }))
    .addOption(flag('--covariance <kind>', 'covariance'))
    .addOption(flag('--regularization <variance>', 'regularization'))
    .option('-o, --output <file>', 'the CSV to write: the number and the label of every row')
    .option('--save <file>', 'the model to write, for lloyd predict')
    .option('--svg <file>', 'the SVG file for the ellipses of 1 and 2 standard deviations; for two columns')
  job
    .addColumnOptions(command)
    .addOption(flag('--restarts <n>', 'restarts'))
    .addOption(flag('--seed <n>', 'seed'))
    .addOption(flag('--iterations <n>', 'maxIterations'))
    .addOption(flag('--tolerance <t>', 'tolerance'))
    .addOption(backendOption())
    .option('--force', 'replace existing outputs')
    .option('--json', 'print JSON')
    .action((table: string, options: Options) => fitTable(table, options, signal))
}

async function fitTable(path: string, options: Options, signal: AbortSignal): Promise<void> {
  const { components, covariance, regularization, seed } = options
  job.checkOutputs([path], { '-o': options.output, '--svg': options.svg, '--save': options.save }, options.force)
  const prepared = await job.prepareTable(path, options, signal)
  const { table, names, ids, rows, scaling, points } = prepared
  if (options.svg !== undefined && points.columns !== 2) {
    throw new LloydError(
      'InputError',
      `--svg draws two columns, and ${formatCount(points.columns)} are clustered; choose two by --columns`,
    )
  }
  const { adapter, ...mixture } = await fit(path, prepared, options, signal)
  const { labels, logLikelihood, bic, aic, iterations, converged } = mixture
  const units = options.standardize ? ' in standardized units' : ''
  const write = (file: string | undefined, text: () => string) => {
    if (file !== undefined) writeWhole(file, new TextEncoder().encode(text()), options.force === true)
  }
  write(options.output, () => job.formatLabels(labels, rows.rows, table.rows, ids))
  write(options.svg, () => {
    const subtitle = `${basename(path)}: ${formatQuantity(points.rows, 'row')}, ${covariance} covariance${units}`
    return drawMixture(points, mixture, names, subtitle)
  })
  write(options.save, () =>
    formatModel(mixtureModel(mixture, { regularization, seed }, scaling), tableModelOf(prepared, options)),
  )
  if (options.json) {
    print(job.formatJson(jsonOf(path, prepared, mixture, options)))
    return
  }
  const state = converged ? 'converged' : 'not converged: --iterations allows more'
  print(`table     ${path}, ${formatQuantity(points.rows, 'row')} by ${formatQuantity(points.columns, 'column')}`)
  print(`adapter   ${adapter}`)
  print(
    `mixture   ${formatQuantity(components, 'component')}, ${covariance} covariance, after ${formatQuantity(iterations, 'iteration')} (${state})`,
  )
  print(
    `fit       log-likelihood ${logLikelihood.toPrecision(8)}, BIC ${bic.toPrecision(8)}, AIC ${aic.toPrecision(8)}${units}`,
  )
  if (options.output !== undefined) print(`output    ${options.output}, the label of every row`)
  if (options.svg !== undefined) print(`chart     ${options.svg}, the ellipses`)
  if (options.save !== undefined) print(`model     ${options.save}, for lloyd predict`)
  print(`\n${formatSummary(summarize(rows.points, labels, components, rows.weights), names)}`)
}

function jsonOf(path: string, prepared: job.Prepared, mixture: GaussianMixture, options: Options) {
  const { table, ids, rows, scaling } = prepared
  const { components, covariance, regularization, seed } = options
  const { labels, means, logLikelihood, bic, aic, iterations, converged } = mixture
  return {
    ...job.tableFields(path, prepared),
    ids: job.listIds(ids),
    standardized: options.standardize === true,
    scaling,
    ...{ components, covariance, regularization, seed },
    ...{ logLikelihood, bic, aic, iterations, converged },
    mixtureWeights: [...mixture.weights],
    means: undoScaling(means, scaling),
    clusteredMeans: [...means.data],
    clusteredCovariances: [...mixture.covariances],
    clusters: summarize(rows.points, labels, components, rows.weights),
    labels: job.listLabels(labels, rows.rows, table.rows),
    output: options.output,
    svg: options.svg,
    model: options.save,
  }
}

async function fit(path: string, { points, rows, remarks }: job.Prepared, options: Options, signal: AbortSignal) {
  const { components, covariance, regularization, restarts, seed, tolerance } = options
  return await job.withEngine(options.backend, signal, async (engine) => {
    for (const text of remarks) remark(text)
    const fitted = {
      components,
      covariance,
      regularization,
      restarts,
      seed,
      tolerance,
      maxIterations: options.iterations,
    }
    const weights = rows.weights ? { weights: rows.weights } : {}
    const control = { signal, onProgress: job.progressOf(path) }
    return {
      adapter: describeAdapter(engine),
      ...(await gaussianMixture(engine, points, { ...fitted, ...weights, ...control })),
    }
  })
}
