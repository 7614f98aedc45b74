import { type Command, Option } from 'commander'
import { type Dbscan, dbscan, type Engine, LloydError, neighborDistances } from 'lloyd'
import { DBSCAN } from '../../options/density.js'
import { DBSCAN_HELP } from '../../options/help/density.js'
import { flagsOf } from '../flags.js'
import { formatCount, formatQuantity } from '../numbers.js'
import * as density from '../tables/density.js'
import { dbscanModel } from '../tables/density-models.js'
import { chooseEpsilon, countNear, requireNeighbors } from '../tables/epsilon.js'
import * as job from '../tables/table-job.js'
import { drawDistances } from '../views/distances-svg.js'
import { formatValue } from '../views/summary.js'
import { print, remark } from '../views/terminal.js'

const DEFAULT_MIN_POINTS = '2 × columns, at least 4'

interface Options extends density.DensityOptions {
  epsilon: number | 'auto'
  minPoints?: number
}

export function addDbscanCommand(program: Command, signal: AbortSignal): void {
  const flag = flagsOf(DBSCAN, DBSCAN_HELP)
  const command = program
    .command('dbscan')
    .summary('group the rows of a table by density')
    .description(
      'Group the rows of a table (CSV, TSV or text, also gzipped, NumPy, Parquet, Arrow, Feather) into clusters of any\n' +
        'shape, where rows lie densely; rows that no cluster reaches are noise, with the label -1.\n' +
        'A remark on standard error tells which columns were clustered, and which were left out and why.',
    )
    .argument('<table>', 'the file to read; - is standard input')
    .addOption(
      new Option(
        '--epsilon <distance>',
        `${DBSCAN_HELP.epsilon}, or auto: the knee of the distances of all rows to their k-th nearest, with k of --min-points, but for rows over 20 times the median (--svg shows it)`,
      )
        .argParser(parseEpsilon)
        .default('auto'),
    )
    .addOption(flag('--min-points <n>', 'minPoints', { told: DEFAULT_MIN_POINTS }))
    .addOption(flag('--metric <name>', 'metric'))
    .option('-o, --output <file>', 'the CSV to write: the number and the label of every row')
    .option(
      '--save <file>',
      'the model to write, for lloyd predict: JSON with the core points, about 10 bytes for each of their numbers',
    )
    .option(
      '--svg <file>',
      'the SVG file for a chart of the distances to the k-th nearest, ascending, with k of --min-points',
    )
  density
    .addDensityOptions(command, true)
    .action((table: string, options: Options) => clusterTable(table, options, signal))
}

function parseEpsilon(text: string): number | 'auto' {
  if (text === 'auto') return text
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (value >= 0 && value <= Number.MAX_VALUE) return value
  throw new LloydError('InputError', `--epsilon must be a number of at least 0, or auto, got '${text}'`)
}

async function clusterTable(path: string, options: Options, signal: AbortSignal): Promise<void> {
  const began = performance.now()
  const prepared = await density.prepareDensity(path, options, signal)
  const minPoints = options.minPoints ?? Math.max(4, 2 * prepared.points.columns)
  checkChoices(path, options, prepared, minPoints)
  const { curve, epsilon, result, ...engine } = await job.withEngine(options.backend, signal, (engine) =>
    cluster(engine, path, prepared, { ...options, minPoints, signal }),
  )
  const clustered = density.describeClusters(path, prepared, result, engine)
  density.writeOutputs(clustered, options, {
    results: { label: result.labels },
    draw: (subtitle) => drawDistances({ distances: curve!, k: minPoints, epsilon, near: countNear(curve!) }, subtitle),
    model: () => dbscanModel(prepared.points, { metric: options.metric, epsilon, minPoints }, result),
  })
  if (options.json) {
    const choices = {
      epsilon,
      autoEpsilon: options.epsilon === 'auto',
      minPoints,
      metric: options.metric,
      corePoints: result.corePoints.length,
    }
    print(job.formatJson(density.jsonOf(clustered, options, choices)))
    return
  }
  const wording = wordingOf(result, options, epsilon, minPoints)
  for (const line of density.linesOf(clustered, options, began, wording)) print(line)
}

/** Throws an `InputError` where epsilon cannot be chosen. */
function checkChoices(path: string, options: Options, { rows, points }: job.Prepared, minPoints: number): void {
  const isAuto = options.epsilon === 'auto'
  if (isAuto && rows.weights) {
    throw new LloydError('InputError', '--epsilon auto counts rows and not their --weights; give --epsilon a distance')
  }
  if (isAuto || options.svg !== undefined) {
    requireNeighbors(path, points.rows, minPoints, isAuto ? '--epsilon auto' : '--svg')
  }
}

async function cluster(
  engine: Engine,
  path: string,
  { points, rows, remarks }: job.Prepared,
  options: Options & { minPoints: number; signal: AbortSignal },
) {
  const { minPoints, metric, signal } = options
  const control = { metric, signal, onProgress: job.progressOf(path) }
  const needsCurve = options.epsilon === 'auto' || options.svg !== undefined
  const curve = needsCurve ? await neighborDistances(engine, points, { k: minPoints, ...control }) : null
  curve?.sort()
  const epsilon = options.epsilon === 'auto' ? chooseEpsilon(path, curve!, minPoints) : options.epsilon
  for (const text of remarks) remark(text)
  if (options.epsilon === 'auto') {
    const far = curve!.length - countNear(curve!)
    const without = far > 0 ? ` without ${formatQuantity(far, 'row')} far from all others` : ''
    remark(
      `epsilon ${epsilon}, the knee of the distances of the rows to their k-th nearest, k = ${minPoints}${without}; --svg draws them, --epsilon takes another`,
    )
  }
  const weights = rows.weights ? { weights: rows.weights } : {}
  const result = await dbscan(engine, points, { epsilon, minPoints, ...weights, ...control })
  return { curve, epsilon, result, ...density.descriptionOf(engine) }
}

function wordingOf({ clusters, corePoints }: Dbscan, options: Options, epsilon: number, minPoints: number) {
  const { standardize, metric } = options
  const remedy = clusters > 0 ? '' : '; a larger --epsilon or a smaller --min-points makes clusters'
  return {
    choices: [
      `epsilon   ${formatValue(epsilon)}${options.epsilon === 'auto' ? ' (the knee)' : ''}, ${metric} distance` +
        (standardize ? ' in standardized units' : ''),
      `density   at least ${formatCount(minPoints)} points${options.minPoints === undefined ? ` (${DEFAULT_MIN_POINTS})` : ''}`,
    ],
    found: ` with ${formatQuantity(corePoints.length, 'core point')}${remedy}`,
    output: 'the label of every row',
    chart: 'the distances',
  }
}
