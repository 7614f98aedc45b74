import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it, test } from 'vitest'
import { euclidean } from '../oracle/dbscan'
import { bestSwapCost, distanceMatrix, medoidCost } from '../oracle/medoids'
import { useCli } from '../support/cli'
import { readDataset, rowsOf } from '../support/datasets'

const cli = useCli()
const iris = fileURLToPath(new URL('../data/tables/iris.csv', import.meta.url))
const table = 'a,b\n0,1\n1,1\n0,2\n100,200\n101,201\n100,202\n'
const args = ['medoids', 't.csv', '--backend', 'cpu']

it('finds medoids of iris that no swap improves, and writes the labels that it prints', async () => {
  const options = ['medoids', iris, '--backend', 'cpu', '-k', '3', '-o', 'labels.csv', '--force']
  const { code, stdout, stderr } = await cli.lloyd([...options, '--json'])
  expect(code, stderr).toBe(0)
  const { labels, medoids, cost, clusters, ...rest } = JSON.parse(stdout)
  expect(rest).toMatchObject({ k: 3, metric: 'euclidean', init: 'build', converged: true, method: 'fasterpam' })
  const distances = distanceMatrix(rowsOf(readDataset('iris').points), euclidean)
  expect(cost).toBeCloseTo(medoidCost(distances, medoids), 3)
  expect(bestSwapCost(distances, medoids)).toBeGreaterThan(cost * (1 - 1e-5))
  expect(medoids.map((row: number) => labels[row])).toEqual([0, 1, 2])
  expect(clusters.map(({ size }: { size: number }) => size).reduce((a: number, b: number) => a + b)).toBe(150)
  const lines = (labels as number[]).map((label, row) => `${row + 1},${label}`)
  expect(readFileSync(cli.in('labels.csv'), 'utf8')).toBe(`${['row,label', ...lines].join('\n')}\n`)
  const told = await cli.lloyd(options)
  expect(told.stdout).toMatch(/^clusters +3 after \d+ iterations? \(converged\), cost [\d.]+ of euclidean distances$/m)
  expect(told.stdout).toMatch(/^medoids +row \d+ \(line \d+\), row \d+ \(line \d+\), row \d+ \(line \d+\)$/m)
})

it('takes distances, and a sample of the rows', async () => {
  await writeFile(cli.in('t.csv'), table)
  const points = table.trim().split('\n').slice(1)
  const rows = points.map((line) => line.split(',').map(Number))
  const text = ['a,b,c,d,e,f', ...distanceMatrix(rows, euclidean).map((row) => row.join(','))].join('\n')
  await writeFile(cli.in('d.csv'), `${text}\n`)
  const given = await cli.runJson(['medoids', 'd.csv', '--metric', 'precomputed', '-k', '2', '--backend', 'cpu'])
  const found = await cli.runJson([...args, '-k', '2'])
  expect(given).toMatchObject({ medoids: found.medoids, labels: [0, 0, 0, 1, 1, 1] })
  expect(found.labels).toEqual([0, 0, 0, 1, 1, 1])
  expect(await cli.runJson([...args, '-k', '2', '--sample', '4'])).toMatchObject({ method: 'onebatchpam', sample: 4 })
})

test.each<[string[], RegExp]>([
  [['-k', '9'], /--k must be at most the number of rows, 6, got 9/],
  [
    ['-k', '2', '--metric', 'precomputed'],
    /6 rows and 2 columns to cluster; --metric precomputed takes as many columns/,
  ],
  [['-k', '2', '--metric', 'precomputed', '--standardize'], /--standardize changes distances/],
])('refuses %j', async (options, message) => {
  await writeFile(cli.in('t.csv'), table)
  await cli.expectRefusal([...args, ...options], message)
})
