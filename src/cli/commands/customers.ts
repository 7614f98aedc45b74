import { type Command, Option } from 'commander'
import { type CustomerSegments, type EngineOptions, segmentCustomers } from 'lloyd'
import { CLEAN_PURCHASES, SEGMENT_CUSTOMERS } from '../../options/customers.js'
import {
  CLEAN_PURCHASES_HELP,
  CUSTOMER_VALUES_HELP,
  SEGMENT_CUSTOMERS_HELP,
  TABLE_PURCHASES_HELP,
} from '../../options/help/customers.js'
import { backendOption, describeAdapter } from '../adapter.js'
import { flagsOf } from '../flags.js'
import { formatQuantity, formatTime } from '../numbers.js'
import { inputName } from '../standard-io.js'
import { type TakenCustomers, takeCustomers } from '../tables/customers.js'
import { splitNames } from '../tables/find-columns.js'
import type { CustomerOptions } from '../tables/purchase-table.js'
import { addFileOptions, tableReading } from '../tables/read-options.js'
import { checkOutputs, formatJson, progressOf, withEngine } from '../tables/table-job.js'
import { formatCsv } from '../views/csv.js'
import { formatSegments } from '../views/customers.js'
import { print, remark } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'

interface Options extends CustomerOptions {
  segments?: number
  categories?: string
  seed: number
  backend: NonNullable<EngineOptions['backend']>
  output?: string
  table?: string
  force?: boolean
  json?: boolean
}

export function addCustomersCommand(program: Command, signal: AbortSignal): void {
  const flag = flagsOf(SEGMENT_CUSTOMERS, SEGMENT_CUSTOMERS_HELP)
  const command = program
    .command('customers')
    .summary('segment customers by their purchases, or by any columns')
    .description(
      'Segment customers. Of a table of purchases, by recency, frequency and monetary value: days since the last order,\n' +
        'number of orders, sum of amounts. Of a table with a row for each customer, by its columns of numbers. Skewed columns\n' +
        'are compared as logarithms, all are scaled alike; the number of segments is chosen; segments are named and described.',
    )
    .argument('<table>', 'the file to read; - is standard input')
    .addOption(
      new Option(
        '--rows <what>',
        'what each row is (default: a purchase where columns of customers, dates and amounts are found and customers repeat)',
      ).choices(['purchases', 'customers']),
    )
    .option('--customer <column>', TABLE_PURCHASES_HELP.customer)
    .option('--order <column>', TABLE_PURCHASES_HELP.order)
    .option('--date <column>', TABLE_PURCHASES_HELP.date)
    .option('--amount <columns>', TABLE_PURCHASES_HELP.amount)
    .addOption(flagsOf(CLEAN_PURCHASES, CLEAN_PURCHASES_HELP)('--date-format <form>', 'dateFormat'))
    .option('--as-of <date>', CUSTOMER_VALUES_HELP.asOf)
    .option('--columns <names>', 'of a table of customers: the columns to compare them by, separated by commas')
    .option('--label <column>', 'of a table of customers: a column of known classes, which is only described')
    .option('--categories <names>', SEGMENT_CUSTOMERS_HELP.categories)
    .addOption(flag('--segments <n>', 'segments'))
    .addOption(flag('--seed <n>', 'seed'))
    .option('-o, --output <file>', 'the page to write: one HTML file with plots, which loads nothing')
    .option('--table <file>', 'the CSV to write: the segment and the columns of every customer')
  addFileOptions(command)
    .addOption(backendOption())
    .option('--force', 'replace existing outputs')
    .option('--json', 'print JSON')
    .action((table: string, options: Options) => segmentTable(table, options, signal))
}

async function segmentTable(path: string, options: Options, signal: AbortSignal): Promise<void> {
  const began = performance.now()
  checkOutputs([path], { '-o': options.output, '--table': options.table }, options.force)
  const taken = await takeCustomers(path, options, tableReading(options, signal))
  const { customers } = taken
  const { result, ...on } = await withEngine(options.backend, signal, async (engine) => ({
    backend: engine.backend,
    adapter: engine.adapter,
    description: describeAdapter(engine),
    result: await segmentCustomers(engine, customers, {
      segments: options.segments,
      categories: options.categories === undefined ? undefined : splitNames(options.categories),
      ...{ seed: options.seed, signal },
      onProgress: progressOf(path),
    }),
  }))
  for (const text of taken.remarks) remark(text)
  const write = (file: string | undefined, text: () => string) => {
    if (file !== undefined) writeWhole(file, new TextEncoder().encode(text()), options.force === true)
  }
  if (options.output !== undefined) {
    // Plots and their document are loaded for pages only.
    const { customersPage } = await import('../views/pages/customers-page.js')
    const page = await customersPage(inputName(path), taken, result, { backend: options.backend, signal })
    write(options.output, () => page)
  }
  write(options.table, () => tableOf(taken, result))
  if (options.json) {
    const { output, table, seed } = options
    const { backend, adapter } = on
    print(formatJson({ table: path, ...jsonOf(taken, result), seed, backend, adapter, output, customers: table }))
    return
  }
  const day = taken.source.asOf === undefined ? '' : `, as of ${taken.source.asOf}`
  print(`table     ${inputName(path)}, ${formatQuantity(customers.ids.length, 'customer')}${day}`)
  print(`adapter   ${on.description}`)
  print(`time      ${formatTime(performance.now() - began)} in all`)
  if (options.output !== undefined) print(`output    ${options.output}, a page`)
  if (options.table !== undefined) print(`output    ${options.table}, a line for every customer`)
  print(`\n${formatSegments(result)}`)
}

function jsonOf(
  { customers, source, remarks, counts }: TakenCustomers,
  { labels, segments, choice, rules }: CustomerSegments,
) {
  const idsOf = (rows: readonly number[]) => rows.map((row) => customers.ids[row])
  return {
    each: source.rows === 'purchases' ? 'purchase' : 'customer',
    taken: source.columns,
    asOf: source.asOf,
    counts,
    remarks,
    columns: customers.names,
    rules,
    choice,
    segments: segments.map(({ medoid, typical, odd, ...segment }) => ({
      ...segment,
      medoid: medoid === null ? null : customers.ids[medoid],
      typical: idsOf(typical),
      odd: idsOf(odd),
    })),
    ids: customers.ids,
    labels: [...labels],
  }
}

/** A line for every customer. */
function tableOf({ customers }: TakenCustomers, { labels, segments }: CustomerSegments): string {
  const { ids, names, values, categories = {} } = customers
  function* lines() {
    for (let row = 0; row < ids.length; row++) {
      const own = values.data.subarray(row * names.length, (row + 1) * names.length)
      const cells = Object.values(categories).map((column) => column[row])
      yield [
        ids[row],
        labels[row],
        segments[labels[row]].name,
        ...Array.from(own, (value) => Number(value.toPrecision(15))),
        ...cells,
      ]
    }
  }
  return formatCsv(['customer', 'segment', 'name', ...names, ...Object.keys(categories)], lines())
}
