import { basename } from 'node:path'
import { type Command, Option } from 'commander'
import {
  type Activation,
  type AutoencoderOptions,
  adam,
  adamw,
  createAutoencoder,
  dense,
  type Engine,
  LloydError,
  type Noise,
  sgd,
} from 'lloyd'
import { version } from '../../../package.json'
import {
  ADAM_HELP,
  CONV2D_HELP,
  CREATE_AUTOENCODER_HELP,
  FIT_HELP,
  VARIATIONAL_HELP,
} from '../../options/help/network.js'
import { CONV2D, LAYERS } from '../../options/layers.js'
import { ADAM, CREATE_AUTOENCODER, FIT, SGD, VARIATIONAL } from '../../options/network.js'
import { backendOption, describeAdapter } from '../adapter.js'
import { flagsOf } from '../flags.js'
import { formatCount, formatQuantity, formatTime, parseInteger, parseNumber } from '../numbers.js'
import { attachDescription, quantileOf, quantilesOf } from '../tables/autoencoder-model.js'
import { addFileOptions, readingOf } from '../tables/read-options.js'
import {
  checkOutputs,
  formatJson,
  type Prepared,
  prepareTable,
  type ReadOptions,
  tableFields,
  withEngine,
} from '../tables/table-job.js'
import { drawLosses } from '../views/loss-svg.js'
import { print, progressLine, remark } from '../views/terminal.js'
import { describeTraining, short } from '../views/training.js'
import { writeWhole } from '../write-file.js'

const OPTIMIZERS = { adam, adamw, sgd }

interface Options extends ReadOptions {
  encoder: number[]
  activation: Activation
  loss: NonNullable<AutoencoderOptions['loss']>
  epochs: number
  batch: number
  optimizer: keyof typeof OPTIMIZERS
  learningRate?: number
  schedule: 'constant' | 'cosine'
  clip?: number
  validation?: number
  patience?: number
  noise?: Noise
  sparsity: number
  variational?: number | true
  seed: number
  save: string
  lossCurve?: string
  backend: 'auto' | 'webgpu' | 'cpu'
  force?: boolean
  json?: boolean
}

export function addTrainCommand(parent: Command, signal: AbortSignal): void {
  const networkFlag = flagsOf(CREATE_AUTOENCODER, CREATE_AUTOENCODER_HELP)
  const fitFlag = flagsOf(FIT, FIT_HELP)
  const command = parent
    .command('train')
    .summary('train an auto-encoder on a table')
    .description(
      'Train an auto-encoder on the rows of a table (CSV, TSV or text, also gzipped, NumPy, Parquet, Arrow, Feather).\n' +
        'The decoder mirrors the encoder. A remark on stderr tells which columns are learned, and which are left out and why.',
    )
    .argument('<table>', 'the file to read; - is standard input')
    .requiredOption('--encoder <units>', 'units of each layer, such as 32,8,2; the last is the code', parseUnits)
    .requiredOption('--save <file>', 'the model to write, in the safetensors format')
    .addOption(
      flagsOf(CONV2D, CONV2D_HELP)('--activation <name>', 'activation', {
        help: 'activation of all layers but the last',
        default: 'relu',
      }),
    )
    .addOption(networkFlag('--loss <name>', 'loss'))
    .addOption(fitFlag('--epochs <n>', 'epochs', { default: 100 }))
    .addOption(fitFlag('--batch <n>', 'batchSize'))
    .addOption(new Option('--optimizer <name>', 'the optimizer').choices(Object.keys(OPTIMIZERS)).default('adam'))
    .addOption(
      flagsOf(ADAM, ADAM_HELP)('--learning-rate <r>', 'learningRate', {
        told: `${ADAM.learningRate.default}, of sgd ${SGD.learningRate.default}`,
      }),
    )
    .addOption(fitFlag('--schedule <name>', 'schedule'))
    .addOption(fitFlag('--clip <norm>', 'clipNorm', { default: undefined }))
    .option('--validation <share>', 'share of the rows held out for validation', (text) => parseShare(text))
    .addOption(fitFlag('--patience <n>', 'patience', { default: undefined }))
    .option('--noise <kind:amount>', 'noise that the network learns to remove: gaussian:0.1 or masking:0.3', parseNoise)
    .addOption(networkFlag('--sparsity <lambda>', 'sparsity'))
    .addOption(
      flagsOf(VARIATIONAL, VARIATIONAL_HELP)('--variational [beta]', 'beta', {
        help: 'make codes normal distributions; beta is the weight of the penalty on their divergence',
        told: 1,
      }),
    )
    .option('--standardize', CREATE_AUTOENCODER_HELP.standardize)
    .option(
      '--columns <names>',
      'the columns to learn, by name or position, separated by commas (default: by the rules below)',
    )
    .option('--label <column>', 'the column that holds the true class, which is left out')
  addFileOptions(command)
    .addOption(networkFlag('--seed <n>', 'seed'))
    .option('--loss-curve <file>', 'the SVG file for a chart of the losses')
    .addOption(backendOption())
    .option('--force', 'replace existing outputs')
    .option('--json', 'print JSON')
    .action((table: string, options: Options) => trainOn(table, options, signal))
}

async function trainOn(path: string, options: Options, signal: AbortSignal): Promise<void> {
  const began = performance.now()
  checkOutputs([path], { '--save': options.save, '--loss-curve': options.lossCurve }, options.force)
  // The library standardizes, so that the model holds the scaling. Here only columns far from zero are moved, and none
  // for a loss on values in [0, 1].
  const unmoved = options.loss !== 'squared-error'
  const prepared = await prepareTable(path, { ...options, standardize: false, unmoved }, signal, 'learning')
  const { points } = prepared
  const { description, ...trained } = await withEngine(options.backend, signal, async (engine) => ({
    backend: engine.backend,
    adapter: engine.adapter,
    description: describeAdapter(engine),
    ...(await train(engine, path, prepared, options, signal)),
  }))
  const { file, result, parameters, quantiles, architecture } = trained
  const { heldOut, ...outcome } = result
  writeWhole(options.save, file, options.force === true)
  const layers = [points.columns, ...options.encoder, ...options.encoder.slice(0, -1).reverse(), points.columns]
  if (options.lossCurve !== undefined) {
    const subtitle = `${basename(path)}: ${formatQuantity(points.rows, 'row')}, ${layers.join('-')}`
    const svg = drawLosses(result.loss, result.validation, subtitle)
    writeWhole(options.lossCurve, new TextEncoder().encode(svg), options.force === true)
  }
  if (options.json) {
    print(
      formatJson({
        ...tableFields(path, prepared),
        architecture,
        parameters,
        ...outcome,
        heldOut: heldOut.length,
        errorQuantiles: { median: quantiles[500], 0.95: quantiles[950], 0.99: quantiles[990], 1: quantiles[1000] },
        backend: trained.backend,
        adapter: trained.adapter,
        model: options.save,
        lossCurve: options.lossCurve,
      }),
    )
    return
  }
  print(`table     ${path}, ${formatQuantity(points.rows, 'row')} by ${formatQuantity(points.columns, 'column')}`)
  print(`adapter   ${description}`)
  print(`network   ${layers.join('-')}, ${formatQuantity(parameters, 'parameter')}`)
  print(`training  ${describeTraining(result)}`)
  const [median, most] = [quantileOf(quantiles, 0.5), quantileOf(quantiles, 0.99)].map(short)
  print(`errors    half of the rows trained on below ${median}, 99 % below ${most}`)
  print(`time      ${formatTime(performance.now() - began)} in all`)
  print(`model     ${options.save}, for lloyd autoencoder encode, reconstruct, anomalies and sample`)
  if (options.lossCurve !== undefined) print(`output    ${options.lossCurve}, the losses of all epochs`)
}

async function train(engine: Engine, path: string, prepared: Prepared, options: Options, signal: AbortSignal) {
  const { names, points, rows, scaling, remarks } = prepared
  using autoencoder = await createAutoencoder(engine, architectureOf(points.columns, options))
  for (const text of remarks) remark(text)
  let last = ''
  const { learningRate } = options
  const result = await autoencoder.fit(points, {
    epochs: options.epochs,
    batchSize: options.batch,
    optimizer: OPTIMIZERS[options.optimizer](learningRate === undefined ? {} : { learningRate }),
    schedule: options.schedule,
    ...(options.clip !== undefined && { clipNorm: options.clip }),
    ...(options.validation !== undefined && { validation: options.validation }),
    ...(options.patience !== undefined && { patience: options.patience }),
    signal,
    onEpoch: ({ loss }) => {
      last = `, loss ${short(loss)}`
    },
    onProgress: ({ done, total }) =>
      progressLine.update(`${path}: epoch ${formatCount(done)} of ${formatCount(total)}${last}`),
  })
  const heldOut = new Set(result.heldOut)
  const quantiles = quantilesOf((await autoencoder.errors(points)).filter((_, row) => !heldOut.has(row)))
  attachDescription(autoencoder, {
    lloyd: version,
    columns: names,
    reading: readingOf(options),
    means: rows.means,
    shift: scaling.mean,
    errorQuantiles: quantiles,
  })
  const parameters = Object.values(await autoencoder.readParameters()).reduce((sum, { data }) => sum + data.length, 0)
  return { file: await autoencoder.save(), result, parameters, quantiles, architecture: autoencoder.architecture }
}

function architectureOf(inputs: number, options: Options): AutoencoderOptions {
  const { encoder, activation, loss, sparsity, noise, variational, seed } = options
  return {
    inputs,
    encoder: encoder.map((units, index) => dense(units, index < encoder.length - 1 ? activation : 'linear')),
    loss,
    sparsity,
    ...(noise && { noise }),
    ...(variational !== undefined && { variational: { beta: variational === true ? 1 : variational } }),
    standardize: options.standardize === true,
    seed,
  }
}

function parseUnits(text: string): number[] {
  const { from, to } = LAYERS.dense.units
  return text
    .split(',')
    .map((units) => parseInteger('--encoder', units.trim(), from, to, ', or several separated by commas'))
}

function parseShare(text: string): number {
  const { above, below } = FIT.validation
  const share = parseNumber('--validation', text, above)
  if (share > above && share < below) return share
  throw new LloydError('InputError', `--validation must be above ${above} and below ${below}, got '${text}'`)
}

function parseNoise(text: string): Noise {
  const match = /^(gaussian|masking):(.+)$/.exec(text)
  if (!match) throw new LloydError('InputError', `--noise must be gaussian:0.1 or masking:0.3, got '${text}'`)
  return { kind: match[1] as Noise['kind'], amount: parseNumber('--noise', match[2], 0) }
}
