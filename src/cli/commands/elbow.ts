import { basename } from 'node:path'
import type { Command } from 'commander'
import { elbow, LloydError } from 'lloyd'
import { ELBOW_HELP } from '../../options/help/kmeans.js'
import { ELBOW } from '../../options/kmeans.js'
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
import { type Curve, drawElbow } from '../views/elbow-svg.js'
import { print, remark } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'
import { formatInertia } from './kmeans.js'

const DEFAULT_TO = 10
/** Length of the longest bar, in characters. */
const BAR = 40

interface Options extends TableOptions {
  from: number
  to?: number
  svg?: string
}

export function addElbowCommand(program: Command, signal: AbortSignal): void {
  const flag = flagsOf(ELBOW, ELBOW_HELP)
  const command = program
    .command('elbow')
    .summary('show how well every number of clusters fits a table')
    .description(
      'Run k-means for a range of k, print the inertia of each, and find the knee of the curve: its clear bend, if it\n' +
        'has one. Evenly spread rows have none, and neither the first nor the last k can be the knee.',
    )
    .argument('<table>', 'the file to read; - is standard input')
    .addOption(flag('--from <n>', 'from', { default: 1 }))
    .addOption(flag('--to <n>', 'to', { told: `${DEFAULT_TO}, or the number of rows` }))
    .option('--svg <file>', 'the SVG file for a chart of the curve')
  addTableOptions(command).action((table: string, options: Options) => showElbow(table, options, signal))
}

async function showElbow(path: string, options: Options, signal: AbortSignal): Promise<void> {
  const began = performance.now()
  checkOutputs([path], { '--svg': options.svg }, options.force)
  if (options.to !== undefined && options.to < options.from) {
    throw new LloydError('InputError', `--to must be at least --from, ${options.from}, got ${options.to}`)
  }
  const prepared = await prepareTable(path, options, signal)
  const { rows, scaling, points, remarks } = prepared
  const from = options.from
  const to = options.to ?? Math.min(Math.max(DEFAULT_TO, from), points.rows)
  const largest = Math.max(from, to)
  if (largest > points.rows) {
    const option = from > points.rows ? '--from' : '--to'
    throw new LloydError(
      'InputError',
      `${option} must be at most the number of rows, ${formatCount(points.rows)}, got ${option === '--to' ? to : from}`,
    )
  }
  for (const text of remarks) remark(text)
  const { backend, adapter, description, result } = await withEngine(options.backend, signal, async (engine) => ({
    backend: engine.backend,
    adapter: engine.adapter,
    description: describeAdapter(engine),
    result: await elbow(engine, points, { ...clusteringOptions(options, rows, path, signal), from, to }),
  }))
  const { k, inertia, knee } = result
  const curve = { k, inertia, knee }

  if (options.svg !== undefined) {
    const subtitle =
      `${basename(path)}: ${formatQuantity(points.rows, 'row')}, ${formatQuantity(points.columns, 'column')}` +
      (options.standardize ? ', standardized' : '')
    writeWhole(options.svg, new TextEncoder().encode(drawElbow(curve, subtitle)), options.force === true)
  }
  if (options.json) {
    print(
      formatJson({
        ...tableFields(path, prepared),
        weights: options.weights,
        standardized: options.standardize === true,
        scaling,
        seed: options.seed,
        backend,
        adapter,
        k,
        inertia,
        knee,
        svg: options.svg,
      }),
    )
    return
  }
  print(`table     ${path}, ${formatQuantity(points.rows, 'row')} by ${formatQuantity(points.columns, 'column')}`)
  print(`adapter   ${description}`)
  print(`knee      ${knee === null ? `none: ${whyNone(k)}` : `k = ${knee}`}`)
  print(`time      ${formatTime(performance.now() - began)} in all`)
  if (options.svg !== undefined) print(`output    ${options.svg}, the curve`)
  print(`\n${formatCurve(curve)}`)
}

/** The reason why a curve has no knee. */
function whyNone(k: readonly number[]): string {
  if (k.length < 3) return 'a bend needs a smaller and a larger k, so a curve needs three points'
  const between = k.length === 3 ? `at ${k[1]}` : `from ${k[1]} to ${k[k.length - 2]}`
  return `the curve has no clear bend ${between}; widen the range with --from and --to`
}

/** A line for every k, with its inertia and a bar of proportional length; the knee is marked. */
function formatCurve({ k, inertia, knee }: Curve): string {
  const texts = inertia.map(formatInertia)
  const kWidth = Math.max(1, ...k.map((count) => String(count).length))
  const width = Math.max('inertia'.length, ...texts.map((text) => text.length))
  const highest = Math.max(...inertia)
  const lines = k.map((count, index) => {
    const bar = formatBar(highest > 0 ? inertia[index] / highest : 0)
    const mark = count === knee ? ' ← knee' : ''
    return `${String(count).padStart(kWidth)}  ${texts[index].padStart(width)}  ${bar}${mark}`.trimEnd()
  })
  return [`${'k'.padStart(kWidth)}  ${'inertia'.padStart(width)}`, ...lines].join('\n')
}

/** A bar of block characters, in steps of an eighth. */
function formatBar(share: number): string {
  const eighths = Math.round(share * BAR * 8)
  return '█'.repeat(eighths >> 3) + ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths & 7]
}
