import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import * as lloyd from 'lloyd'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../oracle/random'
import { useCli } from '../../support/cli'
import { readDataset } from '../../support/datasets'
import { useCheckedPages } from './checked-pages'

const cli = useCli()
const iris = fileURLToPath(new URL('../../data/tables/iris.csv', import.meta.url))
const onCpu = (args: string[]) => ['describe', ...args, '--backend', 'cpu']
const runJson = (args: string[]) => cli.runJson(onCpu(args))
const expectRefusal = (args: string[], message: RegExp) => cli.expectRefusal(onCpu(args), message)

/** Customers in two groups and noise, with names that are markup, an identifier, missing cells and texts. */
function customers(): string {
  const random = seededRandom(3)
  const lines = Array.from({ length: 60 }, (_, row) => {
    const group = row % 2
    const age = Math.round(30 + 25 * group + 8 * random())
    const visits = Math.round(12 - 8 * group + 3 * random())
    const city = row === 5 ? '' : random() < 0.9 ? ['<script>alert(1)</script>', 'R&D'][group] : 'Oslo'
    const label = row === 7 ? '' : row % 20 === 19 ? -1 : ['<b>young</b>', 'old'][group]
    return `c${row},${row === 9 ? '' : age},${visits},${city},note ${row},${label}`
  })
  return `customer_id,age,"visits ""<i>""",city,note,found\n${lines.join('\n')}\n`
}

describe('lloyd describe', () => {
  it('describes the clusters that another command wrote as the library does, with the classes of the table', async () => {
    await cli.lloyd(['kmeans', iris, '--k', '3', '-o', 'labels.csv', '--backend', 'cpu'])
    const result = await runJson([iris, '--labels', 'labels.csv'])
    const { points, classes, classNames } = readDataset('iris')
    const labels = (await cli.runJson(['kmeans', iris, '--k', '3', '--backend', 'cpu'])).labels
    const data = Float64Array.from(points.data, (value) => Number(value.toPrecision(6)))
    const expected = lloyd.describeClusters({ ...points, data }, labels, {
      names: ['column 1', 'column 2', 'column 3', 'column 4'],
      categories: { 'column 5': Array.from(classes, (one) => classNames[one]) },
    })
    expect(result.clusters).toEqual(expected)
    expect(result).toMatchObject({ rows: 150, categories: ['column 5'], labels: 'label of labels.csv', unlabelled: 0 })
    expect(result.stderr).toMatch(/describing 4 columns of numbers: .*; 1 categorical column: column 5\n/)
  })

  it('tells what it leaves out, counts rows as the table does, and takes noise for what it is', async () => {
    await writeFile(cli.in('customers.csv'), customers())
    const result = await runJson(['customers.csv', '--labels', 'found', '--missing', 'drop'])
    expect(result).toMatchObject({
      rows: 60,
      dropped: 1,
      unlabelled: 1,
      columns: ['age', 'visits "<i>"'],
      categories: ['city'],
    })
    expect(result.leftOut).toEqual([
      { name: 'customer_id', reason: 'name of an identifier' },
      { name: 'note', reason: 'text with 60 different values' },
      { name: 'found', reason: 'the labels' },
    ])
    expect(result.clusters.map(({ label, size }: lloyd.ClusterDescription) => [label, size])).toEqual([
      ['<b>young</b>', 30],
      ['old', 25],
      [-1, 3],
    ])
    const { odd, medoid } = result.clusters[1]
    for (const row of [...odd, medoid]) expect(row % 2).toBe(1)
    expect(result.stderr).toMatch(/1 missing cell in 1 row, .*; such rows are left out\n/)
    expect(result.stderr).toMatch(/missing cells of categorical columns count in no share: 1 row in city\n/)
    expect(result.stderr).toMatch(/1 row of customers.csv without a label is left out\n/)

    const { stdout } = await cli.lloyd(onCpu(['customers.csv', '--labels', 'found', '--missing', 'drop']))
    expect(stdout).toMatch(/^table +customers.csv, 58 rows by 3 columns\nclusters +2 clusters in found\n/)
    expect(stdout).toMatch(/\nold: very (high age|low visits)/)
    expect(stdout).toMatch(/\n {2}rule {5}[^\n]+ (>|<=) [\d.]+\n/)
    expect(stdout).toMatch(/\nnoise\n {2}3 rows \(5\.2 %\) in no cluster\.\n/)
  })

  it('describes tables of texts, and the columns that are named', async () => {
    await writeFile(cli.in('texts.csv'), `kind,color,group\n${'x,red,1\nx,blue,1\ny,red,2\ny,red,2\n'.repeat(5)}`)
    const { clusters } = await runJson(['texts.csv', '--labels', 'group'])
    expect(clusters.map(({ title }: lloyd.ClusterDescription) => title)).toEqual([
      'all kind x, more often color blue',
      'all kind y, all color red',
    ])
    const named = await runJson(['texts.csv', '--labels', 'group', '--columns', 'color'])
    expect(named).toMatchObject({ columns: [], categories: ['color'] })
  })

  it('refuses what does not fit', async () => {
    await writeFile(cli.in('few.csv'), 'x,group\n1,1\n,1\n')
    await expectRefusal(['few.csv'], /required option '--labels <name>' not specified/)
    await expectRefusal(['few.csv', '--labels', 'group'], /1 missing cell .*--missing drop/)
    await expectRefusal(['few.csv', '--labels', 'none'], /--labels must name a column of few.csv/)
    await writeFile(cli.in('labels.csv'), 'label\n0\n1\n')
    await expectRefusal(
      ['few.csv', '--labels', 'labels.csv', '-o', 'labels.csv', '--force'],
      /labels\.csv is read and the output of -o/,
    )
    await expectRefusal(['few.csv', '--labels', 'group', '-o', 'few.csv'], /few.csv is read and the output of -o/)
    await writeFile(cli.in('ids.csv'), 'id,group\n1,1\n2,1\n')
    await expectRefusal(['ids.csv', '--labels', 'group'], /no columns to describe/)
  })
})

describe('its page', () => {
  const checkPage = useCheckedPages()

  it('is whole, and shows texts as they are', async () => {
    await writeFile(cli.in('customers.csv'), customers())
    const run = await cli.lloyd(
      onCpu(['customers.csv', '--labels', 'found', '--missing', 'drop', '--id', 'customer_id', '-o', 'page.html']),
    )
    expect(run.code, run.stderr).toBe(0)
    const { headings, rows } = await checkPage(cli.in('page.html'))
    expect(headings.slice(0, 7)).toEqual([
      'Sizes',
      'Differences',
      'Parallel coordinates',
      'Two principal components',
      'Columns',
      'Silhouettes',
      'Each cluster',
    ])
    expect(headings[7]).toMatch(/^<b>young<\/b>: very /)
    expect(headings.slice(9)).toEqual(['Noise', 'Words'])
    // Row, identifier, age, visits and city.
    expect(rows.find((row) => row.startsWith('medoid'))).toMatch(/^medoid(\d+)c(?!\1)\d+\d\d\d+/)
  })
})
