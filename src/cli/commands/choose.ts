import { basename } from 'node:path'
import type { Command } from 'commander'
import { type ClusterChoice, chooseClusters, LloydError } from 'lloyd'
import { CHOOSE_CLUSTERS } from '../../options/choose.js'
import { CHOOSE_CLUSTERS_HELP } from '../../options/help/choose.js'
import { describeAdapter } from '../adapter.js'
import { flagsOf } from '../flags.js'
import { formatCount, formatQuantity, formatTime } from '../numbers.js'
import {
  addTableOptions,
  checkOutputs,
  clusteringOptions,
  formatJson,
  prepareTable,
  type TableOptions,
  tableFields,
  withEngine,
} from '../tables/table-job.js'
import { drawChoice } from '../views/choose-svg.js'
import { formatValue } from '../views/summary.js'
import { print, remark } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'

const DEFAULT_TO = 10

interface Options extends TableOptions {
  from: number
  to?: number
  references: number
  svg?: string
}

export function addChooseCommand(program: Command, signal: AbortSignal): void {
  const flag = flagsOf(CHOOSE_CLUSTERS, CHOOSE_CLUSTERS_HELP)
  const command = program
    .command('choose')
    .summary('choose the number of clusters of a table by several criteria')
    .description(
      'Run k-means for a range of k, and print what the elbow, the silhouette, the gap statistic and the BIC of Gaussian\n' +
        'mixtures choose, and the number that most of them agree on.',
    )
    .argument('<table>', 'the file to read; - is standard input')
    .addOption(flag('--from <n>', 'from', { default: 1 }))
    .addOption(flag('--to <n>', 'to', { told: `${DEFAULT_TO}, or the number of rows` }))
    .addOption(flag('--references <n>', 'references'))
    .option('--svg <file>', 'the SVG file for a chart of the curves')
  addTableOptions(command)
  const restarts = CHOOSE_CLUSTERS.restarts.default
  command.options.find((option) => option.attributeName() === 'restarts')?.default(restarts)
  command.setOptionValueWithSource('restarts', restarts, 'default')
  command.action((table: string, options: Options) => showChoice(table, options, signal))
}

async function showChoice(path: string, options: Options, signal: AbortSignal): Promise<void> {
  const began = performance.now()
  checkOutputs([path], { '--svg': options.svg }, options.force)
  const { from, references } = options
  if (options.to !== undefined && options.to < from) {
    throw new LloydError('InputError', `--to must be at least --from, ${from}, got ${options.to}`)
  }
  const prepared = await prepareTable(path, options, signal)
  const { rows, scaling, points, remarks } = prepared
  const to = options.to ?? Math.max(from, Math.min(DEFAULT_TO, points.rows))
  if (to > points.rows) {
    throw new LloydError(
      'InputError',
      `${from > points.rows ? '--from' : '--to'} must be at most the number of rows, ${formatCount(points.rows)}, got ${from > points.rows ? from : to}`,
    )
  }
  for (const text of remarks) remark(text)
  const { description, result, ...engine } = await withEngine(options.backend, signal, async (engine) => ({
    backend: engine.backend,
    adapter: engine.adapter,
    description: describeAdapter(engine),
    result: await chooseClusters(engine, points, {
      ...clusteringOptions(options, rows, path, signal),
      ...{ from, to, references },
    }),
  }))
  if (options.svg !== undefined) {
    const subtitle =
      `${basename(path)}: ${formatQuantity(points.rows, 'row')}, ${formatQuantity(points.columns, 'column')}` +
      (options.standardize ? ', standardized' : '')
    writeWhole(options.svg, new TextEncoder().encode(drawChoice(result, subtitle)), options.force === true)
  }
  if (options.json) {
    const { weights, seed, standardize, svg } = options
    const choices = { weights, standardized: standardize === true, scaling, seed, references }
    print(formatJson({ ...tableFields(path, prepared), ...choices, ...engine, ...result, svg }))
    return
  }
  print(`table     ${path}, ${formatQuantity(points.rows, 'row')} by ${formatQuantity(points.columns, 'column')}`)
  print(`adapter   ${description}`)
  print(`clusters  ${result.summary}`)
  print(`time      ${formatTime(performance.now() - began)} in all`)
  if (options.svg !== undefined) print(`output    ${options.svg}, the curves`)
  print(`\n${formatCurves(result)}`)
}

/** A line for every k, with the value of each criterion; those that it chooses are marked. */
function formatCurves({ curves, choices }: ClusterChoice): string {
  const columns = [
    { name: 'inertia', values: curves.inertia, choice: choices.elbow },
    { name: 'silhouette', values: curves.silhouette, choice: choices.silhouette },
    { name: 'gap', values: curves.gap, choice: choices.gap },
    { name: 'BIC', values: curves.bic, choice: choices.bic },
  ]
  const cells = columns.map(({ name, values = [], choice }) => [
    name,
    ...values.map((value, at) => `${value === null ? '' : formatValue(value)} ${curves.k[at] === choice ? '←' : ' '}`),
  ])
  const table = [['k', ...curves.k.map(String)], ...cells.map(([name, ...rest]) => [`${name}  `, ...rest])]
  const widths = table.map((column) => Math.max(...column.map((cell) => cell.length)))
  return table[0]
    .map((_, line) =>
      table
        .map((column, at) => column[line].padStart(widths[at]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
