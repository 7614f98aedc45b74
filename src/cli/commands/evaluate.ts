import { type Command, Option } from 'commander'
import * as lloyd from 'lloyd'
import { type Engine, type HopkinsTest, LloydError } from 'lloyd'
import { HOPKINS_HELP } from '../../options/help/tendency.js'
import { HOPKINS } from '../../options/tendency.js'
import { backendOption } from '../adapter.js'
import { flagsOf } from '../flags.js'
import { formatQuantity, formatTime } from '../numbers.js'
import { descriptionOf } from '../tables/density.js'
import { compareLabels, type Index, measureClusters } from '../tables/indices.js'
import { type LabelledRows, type NoiseRule, nameLabels, takeLabelled, withoutLabels } from '../tables/labelled-rows.js'
import { labelFiles, type RowLabels, readRowLabels } from '../tables/labels.js'
import { tableReading } from '../tables/read-options.js'
import * as job from '../tables/table-job.js'
import { readTableFrom } from '../tables/table-source.js'
import { formatContingency, formatIndices, formatProbability } from '../views/evaluation.js'
import { print, remark } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'

interface Options extends job.ReadOptions {
  labels?: string
  truth?: string
  noise?: NoiseRule
  hopkins?: boolean
  vat?: string
  ivat?: boolean
  force?: boolean
  samples?: number
  seed: number
  backend: job.TableOptions['backend']
  json?: boolean
}

export function addEvaluateCommand(program: Command, signal: AbortSignal): void {
  const flag = flagsOf(HOPKINS, HOPKINS_HELP)
  const command = program
    .command('evaluate')
    .summary('measure how good the clusters of a table are')
    .description(
      'Measure the clusters of the rows of a table (CSV, TSV or text, also gzipped, NumPy, Parquet, Arrow, Feather): how\n' +
        'dense and separate they are, with --truth how they agree with known classes, with --hopkins whether the rows have\n' +
        'a tendency to cluster at all. Labels are integers or texts, -1 is noise. Rows that are left out for missing cells\n' +
        'or labels count in none of these.',
    )
    .argument('<table>', 'the file to read; - is standard input')
    .option('--labels <name>', 'the clusters: a column of the table, or the file that another command wrote with -o')
    .option('--truth <name>', 'the true classes, in the same way')
    .addOption(
      new Option('--noise <rule>', 'rows of noise (-1): a cluster, left out, or clusters of one each').choices([
        'cluster',
        'exclude',
        'singletons',
      ]),
    )
    .option('--hopkins', 'test by the Hopkins statistic whether the rows have a tendency to cluster')
    .option(
      '--vat <file>',
      'the PNG to write: distances of 500 rows in an order in which clusters are dark blocks (VAT)',
    )
    .option('--ivat', 'draw clusters of any shape as blocks, by the longest steps between rows (iVAT)')
    .addOption(
      flag('--samples <n>', 'samples', {
        help: 'number of samples of --hopkins',
        told: 'a tenth of the rows, at most 100',
      }),
    )
    .addOption(flag('--seed <n>', 'seed'))
  job
    .addColumnOptions(command, false)
    .addOption(backendOption())
    .option('--force', 'replace existing outputs')
    .option('--json', 'print JSON')
    .action((table: string, options: Options) => evaluateTable(table, options, signal))
}

async function evaluateTable(path: string, options: Options, signal: AbortSignal): Promise<void> {
  const began = performance.now()
  requireWork(options)
  job.checkOutputs([path, ...labelFiles(options.labels, options.truth)], { '--vat': options.vat }, options.force)
  const read = await readTableFrom(path, tableReading(options, signal))
  const reading = { signal }
  const find = async (option: string, name?: string) =>
    name === undefined ? null : await readRowLabels(option, name, { path, table: read }, reading)
  const [labels, truth] = [await find('--labels', options.labels), await find('--truth', options.truth)]
  const prepared = job.prepareRead(path, withoutLabels(read, [labels, truth]), options, 'evaluating')
  const labelled = labels && takeLabelled(path, prepared, labels, truth, options.noise)
  for (const text of [...prepared.remarks, ...(labelled?.remarks ?? [])]) remark(text)
  const { internal, tendency, picture, ...engine } = await job.withEngine(options.backend, signal, async (engine) => {
    const control = { signal, onProgress: job.progressOf(path) }
    return {
      internal: labelled ? await measureClusters(engine, labelled, control) : [],
      tendency: options.hopkins
        ? await lloyd.hopkinsTest(engine, prepared.points, { samples: options.samples, seed: options.seed, ...control })
        : null,
      picture:
        options.vat === undefined
          ? null
          : await lloyd.vat(engine, prepared.points, { improved: options.ivat, seed: options.seed, ...control }),
      ...descriptionOf(engine),
    }
  })
  if (picture) writeWhole(options.vat!, await lloyd.encodePng(lloyd.vatImage(picture)), options.force === true)
  const evaluated = { path, prepared, labels, truth, labelled, internal, tendency, ...engine }
  const external = labelled?.truth ? compareLabels(labelled.labels, labelled.truth) : []
  if (options.json) print(job.formatJson(jsonOf(evaluated, external, options)))
  else for (const line of linesOf(evaluated, external, options, began)) print(line)
}

function requireWork({ labels, truth, hopkins, vat, ivat, samples, noise }: Options): void {
  if (labels === undefined && !hopkins && vat === undefined) {
    throw new LloydError('InputError', 'lloyd evaluate needs --labels, the clusters to measure, or --hopkins, or --vat')
  }
  const unused = Object.entries({ '--truth': truth, '--noise': noise }).find(([, value]) => value !== undefined)
  if (labels === undefined && unused) throw new LloydError('InputError', `${unused[0]} needs --labels`)
  if (ivat && vat === undefined) throw new LloydError('InputError', '--ivat needs --vat, the file to draw')
  if (samples !== undefined && !hopkins) throw new LloydError('InputError', '--samples needs --hopkins')
}

interface Evaluated {
  path: string
  prepared: job.Prepared
  labels: RowLabels | null
  truth: RowLabels | null
  labelled: LabelledRows | null
  internal: Index[]
  tendency: HopkinsTest | null
  backend: Engine['backend']
  adapter: Engine['adapter']
  description: string
}

const recordOf = (indices: Index[]) => Object.fromEntries(indices.map(({ key, value }) => [key, value]))

function jsonOf(evaluated: Evaluated, external: Index[], options: Options) {
  const { path, prepared, labels, truth, labelled, internal, tendency, backend, adapter } = evaluated
  const table = labelled?.truth ? lloyd.contingencyTable(labelled.labels, labelled.truth) : null
  return {
    ...job.tableFields(path, prepared),
    standardized: options.standardize === true,
    scaling: prepared.scaling,
    ...(labelled && {
      labels: labels!.source,
      noiseRule: options.noise ?? 'cluster',
      evaluated: labelled.points.rows,
      unlabelled: labelled.unlabelled,
      noise: labelled.noise,
      clusters: labelled.clusters,
      internal: recordOf(internal),
    }),
    ...(table && {
      truth: truth!.source,
      external: recordOf(external),
      contingency: {
        clusters: table.clusters,
        classes: table.classes,
        counts: table.clusters.map((_, row) => [
          ...table.data.subarray(row * table.columns, (row + 1) * table.columns),
        ]),
      },
    }),
    ...(tendency && { hopkins: { ...tendency, seed: options.seed } }),
    vat: options.vat,
    backend,
    adapter,
  }
}

/** The lines for a person; `began` is when the work did. */
function linesOf(evaluated: Evaluated, external: Index[], options: Options, began: number): string[] {
  const { path, prepared, labels, truth, labelled, internal, tendency, description } = evaluated
  const { rows, columns } = prepared.points
  const standardized = options.standardize ? ', standardized' : ''
  const lines = [
    `table     ${path}, ${formatQuantity(rows, 'row')} by ${formatQuantity(columns, 'column')}${standardized}`,
    `adapter   ${description}`,
  ]
  if (labelled) {
    const noise =
      labelled.noise > 0
        ? `, ${formatQuantity(labelled.noise, 'row')} of noise${NOISE_WORDS[options.noise ?? 'cluster']}`
        : ''
    lines.push(
      `clusters  ${formatQuantity(labelled.clusters, 'cluster')} of ${formatQuantity(labelled.points.rows, 'row')} in ${labels!.source}${noise}`,
    )
  }
  if (labelled?.truth) {
    const classes = [...new Set(labelled.truth)]
    lines.push(
      `truth     ${formatQuantity(classes.length, 'class').replace(/classs$/, 'classes')} in ${truth!.source}: ${nameLabels(classes)}`,
    )
  }
  if (tendency) {
    const { statistic, pValue, samples } = tendency
    lines.push(
      `tendency  Hopkins statistic ${statistic.toFixed(4)} with ${formatQuantity(samples, 'sample')}: uniform rows have at least that with probability ${formatProbability(pValue)}`,
    )
  }
  if (options.vat !== undefined)
    lines.push(`picture   ${options.vat}, ${options.ivat ? 'longest steps' : 'distances'} between rows`)
  lines.push(`time      ${formatTime(performance.now() - began)} in all`)
  if (internal.length > 0) lines.push(formatIndices('density and separation', internal))
  if (external.length > 0) {
    lines.push(formatIndices(`agreement with ${truth!.source}`, external))
    lines.push(formatContingency(lloyd.contingencyTable(labelled!.labels, labelled!.truth!), ['cluster', 'class']))
  }
  return lines
}

const NOISE_WORDS = { cluster: ', a cluster', exclude: ' left out', singletons: ', a cluster each' }
