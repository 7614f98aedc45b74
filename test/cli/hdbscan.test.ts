import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createEngine, hdbscan } from 'lloyd'
import Papa from 'papaparse'
import sharp from 'sharp'
import { describe, expect, it, test } from 'vitest'
import { drawCondensed } from '../../src/cli/views/condensed-svg'
import { oracleHdbscan } from '../oracle/hdbscan'
import { useCli } from '../support/cli'
import { readDataset, rowsOf } from '../support/datasets'

const cli = useCli()
const iris = fileURLToPath(new URL('../data/tables/iris.csv', import.meta.url))
const onCpu = (args: string[]) => ['hdbscan', ...args, '--backend', 'cpu']
const expectRefusal = (args: string[], message: RegExp) => cli.expectRefusal(onCpu(args), message)
const file = (name: string, text: string) => writeFile(cli.in(name), text)
const runJson = (args: string[]) => cli.runJson(onCpu(args))

describe('lloyd hdbscan', () => {
  it('writes labels, scores, a chart and JSON that agree with one another and with explicit sets of points', async () => {
    const points = rowsOf(readDataset('iris').points)
    const result = await runJson([iris, '--selection', 'leaf', '-o', 'rows.csv', '--svg', 'tree.svg'])
    const expected = oracleHdbscan(points, { minClusterSize: 5, selection: 'leaf' })
    expect(result).toMatchObject({
      rows: 150,
      minClusterSize: 5,
      minSamples: 5,
      metric: 'euclidean',
      selection: 'leaf',
      epsilon: 0,
      labels: expected.labels,
      output: 'rows.csv',
      svg: 'tree.svg',
    })
    expect(result.clusters).toHaveLength(expected.clusters)
    for (const { cluster, size, mean, probability } of result.clusters) {
      const rows = [...points.keys()].filter((row) => expected.labels[row] === cluster)
      const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
      expect(size).toBe(rows.length)
      expect(mean[2]).toBeCloseTo(average(rows.map((row) => points[row][2])), 6)
      expect(probability).toBeCloseTo(average(rows.map((row) => expected.probabilities[row])), 6)
    }
    const noise = expected.labels.filter((label) => label < 0).length
    expect(result.noise).toMatchObject({ size: noise, share: noise / 150 })
    for (const row of points.keys()) {
      expect(result.probabilities[row]).toBeCloseTo(expected.probabilities[row], 5)
      expect(result.outlierScores[row]).toBeCloseTo(expected.outlierScores[row], 5)
    }
    const { data } = Papa.parse(readFileSync(cli.in('rows.csv'), 'utf8').trimEnd(), {
      header: true,
      dynamicTyping: true,
    })
    expect(data).toEqual(
      points.map((_, row) => ({
        row: row + 1,
        label: result.labels[row],
        probability: result.probabilities[row],
        outlier_score: result.outlierScores[row],
      })),
    )
    const { channels } = await sharp(cli.in('tree.svg'), { failOn: 'warning' }).stats()
    expect(channels[0].stdev).toBeGreaterThan(1)
    await expectRefusal([iris, '-o', 'rows.csv'], /rows\.csv exists/)
  })

  it('describes clusters and the most outlying rows, and says what would make clusters', async () => {
    const points = [...Array(40).keys()].map((row) => [row % 2 ? 100 + row / 10 : row / 10, 7])
    points.push([300, 7], [500, 7], ['', 7] as unknown as number[])
    await file('t.csv', `id,x,y\n${points.map((point, row) => `r${row},${point.join(',')}`).join('\n')}\n`)
    const args = ['t.csv', '--id', 'id', '--missing', 'drop']
    const { code, stdout, stderr } = await cli.lloyd(onCpu([...args, '--min-samples', '3']))
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/^density +3 points within the core distance, euclidean distance$/m)
    expect(stdout).toMatch(/^selection +excess of mass of at least 5 points$/m)
    expect(stdout).toMatch(/^clusters +2$/m)
    expect(stdout).toMatch(/^noise +2 rows, 4\.8 %$/m)
    expect(stdout).toMatch(/^cluster +size +probability +x +y$/m)
    expect(stdout).toMatch(/^noise +2 +– +400\.0 ± 100\.0 +7\.000 ± /m)
    expect(stdout).toMatch(/^0 +20 +\d\.\d{3} +1\.900 ± /m)
    expect(stdout).toMatch(
      /^row +id +label +score +x +y\n42 +r41 +noise +0\.9\d\d +500\.0 +7\.000\n41 +r40 +noise +0\.9\d\d +300\.0 +7\.000$/m,
    )

    const none = await cli.lloyd(onCpu([...args, '--min-cluster-size', '30', '--epsilon', '2', '-o', 'rows.csv']))
    expect(none.stdout).toMatch(/^selection .* of at least 30 points, apart by more than 2\.000$/m)
    expect(none.stdout).toMatch(/^clusters +0; a smaller --min-cluster-size or --min-samples makes clusters$/m)
    expect(readFileSync(cli.in('rows.csv'), 'utf8')).toMatch(/^row,id,label,probability,outlier_score\n1,r0,-1,0,/)
    expect(readFileSync(cli.in('rows.csv'), 'utf8')).toMatch(/\n43,r42,,,\n$/)
  })

  it('draws one row, and rows that are all the same', async () => {
    for (const [name, text] of Object.entries({ one: 'x,y\n1,2\n', same: `x,y\n${'1,2\n'.repeat(30)}` })) {
      await file(`${name}.csv`, text)
      const { labels, noise } = await runJson([`${name}.csv`, '--header', '--svg', `${name}.svg`])
      expect(noise.size).toBe(labels.length)
      const { channels } = await sharp(cli.in(`${name}.svg`), { failOn: 'warning' }).stats()
      expect(channels[0].stdev).toBeGreaterThan(1)
    }
  })

  it('refuses wrong values in one line', async () => {
    await file('t.csv', 'x,y\n1,2\n0,0\n3,4\n')
    await expectRefusal(
      ['t.csv', '--min-cluster-size', '1'],
      /--min-cluster-size must be an integer from 2 to 16777216/,
    )
    await expectRefusal(['t.csv', '--min-samples', '0'], /--min-samples must be an integer from 1 to 16777216, got '0'/)
    await expectRefusal(['t.csv', '--epsilon', '-1'], /--epsilon must be a number of at least 0, got '-1'/)
    await expectRefusal(['t.csv', '--selection', 'all'], /--selection.*eom, leaf/)
    await expectRefusal(['t.csv', '--weights', 'y'], /unknown option '--weights'/)
    await expectRefusal(['t.csv', '-o', 't.csv'], /t\.csv is read and the output of -o/)
    await expectRefusal(['t.csv', '--metric', 'cosine'], /row 2 \(line 3\) of t\.csv is all zero/)
  })
})

test('bars are as wide as their clusters, begin where these appear, and have the colours of the selected ones', async () => {
  using engine = await createEngine({ backend: 'cpu' })
  const points = [0, 1, 2, 10, 11, 12, 40].map((value) => [value])
  const svg = drawCondensed(await hdbscan(engine, points, { minClusterSize: 3, minSamples: 1 }), 'points')
  const bars = [...svg.matchAll(/<path fill="(#\w+)" d="M(\S+) (\S+?)H(\S+?)V([\d.]+)/g)].map(
    ([, color, ...numbers]) => {
      const [middle, top, right, bottom] = numbers.map(Number)
      return { color, top, half: right - middle, bottom }
    },
  )
  const [root, ...selected] = bars
  expect(selected).toHaveLength(2)
  expect(new Set(bars.map(({ color }) => color)).size).toBe(3)
  // λ is 1 / 28 where the last point leaves, 1 / 8 where the others part, and 1 where these end, at 440 − 64 pixels.
  const at = (lambda: number) => 64 + lambda * 312
  expect(root.top).toBe(64)
  expect(root.bottom).toBe(Math.round(at(1 / 28)))
  for (const { half, top, bottom } of selected) {
    expect(half).toBeCloseTo((3 / 7) * root.half, 1)
    expect(top).toBeCloseTo(at(1 / 8), 1)
    expect(bottom).toBe(at(1))
  }
})
