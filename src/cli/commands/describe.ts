import type { Command } from 'commander'
import { type ClusterDescription, describeClusters, type Table } from 'lloyd'
import { DESCRIBE_CLUSTERS } from '../../options/description.js'
import { DESCRIBE_CLUSTERS_HELP } from '../../options/help/description.js'
import { backendOption } from '../adapter.js'
import { flagsOf } from '../flags.js'
import { formatQuantity } from '../numbers.js'
import { type DescribedTable, takeDescribed } from '../tables/described-table.js'
import { withoutLabels } from '../tables/labelled-rows.js'
import { labelFiles, type RowLabels, readRowLabels } from '../tables/labels.js'
import { addFileOptions, tableReading } from '../tables/read-options.js'
import { checkOutputs, formatJson, type ReadOptions, type TableOptions } from '../tables/table-job.js'
import { readTableFrom } from '../tables/table-source.js'
import { formatDescriptions } from '../views/describe.js'
import { print, remark } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'

interface Options extends ReadOptions {
  labels: string
  output?: string
  ruleDepth: number
  seed: number
  backend: TableOptions['backend']
  force?: boolean
  json?: boolean
}

export function addDescribeCommand(program: Command, signal: AbortSignal): void {
  const flag = flagsOf(DESCRIBE_CLUSTERS, DESCRIBE_CLUSTERS_HELP)
  const command = program
    .command('describe')
    .summary('say in words and figures what sets the clusters of a table apart')
    .description(
      'Describe the clusters of the rows of a table (CSV, TSV or text, also gzipped, NumPy, Parquet, Arrow, Feather), of any\n' +
        'method: size, what is high, low or frequent, a rule with the share of rows it gets right, the row in the middle,\n' +
        'typical and odd rows. Labels are integers or texts; -1 is noise, which is described as that. Columns of texts, and\n' +
        'of known classes, are categorical.',
    )
    .argument('<table>', 'the file to read; - is standard input')
    .requiredOption(
      '--labels <name>',
      'the clusters: a column of the table, or the file that another command wrote with -o',
    )
    .option('-o, --output <file>', 'the page to write: one HTML file with plots, which loads nothing')
    .option(
      '--columns <names>',
      'the columns to describe, by name or position, separated by commas (default: by the rules below)',
    )
    .option('--standardize', 'draw silhouettes of columns scaled to mean 0 and standard deviation 1')
    .option('--label <column>', 'the column that holds the true class, which is left out')
    .addOption(flag('--rule-depth <n>', 'ruleDepth'))
    .addOption(flag('--seed <n>', 'seed'))
  addFileOptions(command)
    .addOption(backendOption())
    .option('--force', 'replace existing outputs')
    .option('--json', 'print JSON')
    .action((table: string, options: Options) => describeTable(table, options, signal))
}

async function describeTable(path: string, options: Options, signal: AbortSignal): Promise<void> {
  checkOutputs([path, ...labelFiles(options.labels)], { '-o': options.output }, options.force)
  const read = await readTableFrom(path, tableReading(options, signal))
  const labels = await readRowLabels('--labels', options.labels, { path, table: read }, { signal })
  const table = takeDescribed(path, withoutLabels(read, [labels]), labels, options)
  for (const text of table.remarks) remark(text)
  const { names, categories, ruleDepth, seed } = { ...table, ...options }
  const clusters = describeClusters(table.points, table.labels, { names, categories, ruleDepth, seed })
  if (options.output !== undefined) {
    // Plots and their document are loaded for pages only.
    const { describedPage } = await import('../views/pages/described-page.js')
    const nouns = { row: 'row', cluster: 'cluster' }
    const page = await describedPage({ path, read, table, labels: labels.source, clusters, nouns }, options, signal)
    writeWhole(options.output, new TextEncoder().encode(page), options.force === true)
  }
  if (options.json) print(formatJson(jsonOf(path, read, table, labels, clusters, options)))
  else {
    const count = clusters.filter(({ noise }) => !noise).length
    print(
      `table     ${path}, ${formatQuantity(table.points.rows, 'row')} by ${formatQuantity(names.length + Object.keys(categories).length, 'column')}`,
    )
    print(`clusters  ${formatQuantity(count, 'cluster')} in ${labels.source}`)
    if (options.output !== undefined) print(`output    ${options.output}, a page`)
    print(`\n${formatDescriptions(clusters, (row) => `row ${table.rows[row] + 1}`)}`)
  }
}

function jsonOf(
  path: string,
  read: Table,
  table: DescribedTable,
  labels: RowLabels,
  clusters: readonly ClusterDescription[],
  { output, ruleDepth, seed }: Options,
) {
  const { names, categories, leftOut, dropped, filled, unlabelled, rows } = table
  const inTable = (list: readonly number[]) => list.map((row) => rows[row])
  return {
    table: path,
    rows: read.rows,
    dropped,
    filled,
    unlabelled,
    columns: names,
    categories: Object.keys(categories),
    leftOut,
    labels: labels.source,
    ruleDepth,
    seed,
    output,
    clusters: clusters.map(({ medoid, typical, odd, ...cluster }) => ({
      ...cluster,
      medoid: medoid === null ? null : rows[medoid],
      typical: inTable(typical),
      odd: inTable(odd),
    })),
  }
}
