import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import Papa from 'papaparse'
import sharp from 'sharp'
import { describe, expect, it, test } from 'vitest'
import { chooseEpsilon, findKnee } from '../../src/cli/tables/epsilon'
import { cosine, euclidean, oracleDbscan } from '../oracle/dbscan'
import { useCli } from '../support/cli'
import { readDataset, rowsOf, seededRandom } from '../support/datasets'

const cli = useCli()
const iris = fileURLToPath(new URL('../data/tables/iris.csv', import.meta.url))
const onCpu = (args: string[]) => ['dbscan', ...args, '--backend', 'cpu']
const expectRefusal = (args: string[], message: RegExp) => cli.expectRefusal(onCpu(args), message)
const file = (name: string, text: string) => writeFile(cli.in(name), text)
const runJson = (args: string[]) => cli.runJson(onCpu(args))

const table = (points: readonly number[][], header = 'x,y') =>
  `${header}\n${points.map((point) => point.join(',')).join('\n')}\n`

/** Two interleaved half circles, each of 100 rows. */
function moons(): number[][] {
  const random = seededRandom(1)
  return Array.from({ length: 200 }, (_, row) => {
    const angle = (Math.PI * (row >> 1)) / 99
    const [x, y] = row % 2 ? [1 - Math.cos(angle), 0.5 - Math.sin(angle)] : [Math.cos(angle), Math.sin(angle)]
    return [x + 0.02 * random(), y + 0.02 * random()]
  })
}

/** Three dense groups of 80 rows each, far from one another, and 24 rows scattered around them. */
function blobs(): number[][] {
  const random = seededRandom(7)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const centers = [
    [0, 0],
    [20, 0],
    [10, 18],
  ]
  const planted = Array.from({ length: 240 }, (_, row) => centers[row % 3].map((center) => center + 0.7 * normal()))
  const scattered: number[][] = []
  while (scattered.length < 24) {
    const point = [60 * random() - 20, 60 * random() - 20]
    if (centers.every((center) => euclidean(center, point) > 6)) scattered.push(point)
  }
  return [...planted, ...scattered]
}

describe('lloyd dbscan', () => {
  it('finds the groups of iris that the textbook finds, and describes them', async () => {
    const { code, stdout, stderr } = await cli.lloyd(onCpu([iris, '--epsilon', '0.55', '--min-points', '5']))
    expect(code, stderr).toBe(0)
    const expected = oracleDbscan(rowsOf(readDataset('iris').points), { epsilon: 0.55, minPoints: 5 })
    const noise = expected.labels.filter((label) => label < 0).length
    expect(stderr).toMatch(/^lloyd: clustering 4 columns: [^\n]+\n$/)
    expect(stdout).toMatch(/^table .*iris\.csv, 150 rows by 4 columns$/m)
    expect(stdout).toMatch(/^adapter +none/m)
    expect(stdout).toMatch(/^epsilon +0\.5500, euclidean distance$/m)
    expect(stdout).toMatch(/^density +at least 5 points$/m)
    expect(stdout).toMatch(new RegExp(`^clusters +2 with ${expected.corePoints.length} core points$`, 'm'))
    expect(stdout).toMatch(new RegExp(`^noise +${noise} rows, ${((100 * noise) / 150).toFixed(1)} %$`, 'm'))
    expect(stdout).toMatch(/^cluster +noise +0 +1$/m)
    const sizes = [-1, 0, 1].map((label) => expected.labels.filter((each) => each === label).length)
    expect(stdout).toMatch(new RegExp(`^size +${sizes.join(' +')}$`, 'm'))
  })

  it('writes labels, a chart and JSON that agree with one another, with the textbook and with the table', async () => {
    const points = moons()
    await file('moons.csv', table(points))
    const args = ['moons.csv', '--epsilon', '0.2', '-o', 'labels.csv', '--svg', 'curve.svg']
    const result = await runJson(args)
    const expected = oracleDbscan(points, { epsilon: 0.2, minPoints: 4 })
    expect(expected.clusters).toBe(2)
    expect(result).toMatchObject({
      rows: 200,
      dropped: 0,
      columns: ['x', 'y'],
      standardized: false,
      epsilon: 0.2,
      autoEpsilon: false,
      minPoints: 4,
      metric: 'euclidean',
      corePoints: expected.corePoints.length,
      noise: { size: 0, share: 0, mean: null, spread: null },
      labels: expected.labels,
      output: 'labels.csv',
      svg: 'curve.svg',
    })
    for (const { cluster, size, mean, spread } of result.clusters) {
      const members = points.filter((_, row) => result.labels[row] === cluster)
      expect(members).toHaveLength(size)
      for (const column of [0, 1]) {
        const average = members.reduce((sum, point) => sum + point[column], 0) / size
        const square = members.reduce((sum, point) => sum + (point[column] - average) ** 2, 0) / size
        expect(mean[column]).toBeCloseTo(average, 10)
        expect(spread[column]).toBeCloseTo(Math.sqrt(square), 10)
      }
    }
    const { data } = Papa.parse(readFileSync(cli.in('labels.csv'), 'utf8').trimEnd(), {
      header: true,
      dynamicTyping: true,
    })
    expect(data).toEqual(expected.labels.map((label, row) => ({ row: row + 1, label })))
    const { channels } = await sharp(cli.in('curve.svg'), { failOn: 'warning' }).stats()
    expect(channels[0].stdev).toBeGreaterThan(1)
    await expectRefusal(args, /labels\.csv exists/)
  })

  it('finds planted groups with the epsilon of the knee, which it tells', async () => {
    const points = blobs()
    await file('blobs.csv', table(points))
    const result = await runJson(['blobs.csv', '--svg', 'curve.svg'])
    expect(result).toMatchObject({ autoEpsilon: true, minPoints: 4 })
    expect(result.stderr).toContain(`lloyd: epsilon ${result.epsilon}, the knee of the distances`)
    const distances = points.map((a) => Float64Array.from(points, (b) => euclidean(a, b)).sort()[3])
    const curve = Float64Array.from(distances).sort()
    const near = curve.filter((distance) => distance <= 20 * curve[curve.length >> 1])
    expect(near.length).toBeGreaterThan(240)
    expect(result.epsilon).toBeCloseTo(curve[findKnee(near)!], 5)
    expect(result.clusters).toHaveLength(3)
    for (const [row, label] of result.labels.slice(0, 240).entries()) if (label >= 0) expect(label).toBe(row % 3)
    const missed = result.labels.slice(0, 240).filter((label: number) => label < 0)
    expect(missed.length).toBeLessThan(12)
    expect(result.labels.slice(240)).toEqual(Array(24).fill(-1))
    expect(result.noise).toMatchObject({ size: 24 + missed.length, share: (24 + missed.length) / 264 })

    const given = await runJson(['blobs.csv', '--epsilon', String(result.epsilon)])
    expect(given).toMatchObject({ labels: result.labels, autoEpsilon: false })
    const svg = readFileSync(cli.in('curve.svg'), 'utf8')
    expect(svg).toContain(`epsilon = ${Number(result.epsilon.toPrecision(4))}`)
    await sharp(cli.in('curve.svg'), { failOn: 'warning' }).stats()

    const { stdout } = await cli.lloyd(onCpu(['blobs.csv', '--standardize']))
    expect(stdout).toMatch(/^epsilon .* \(the knee\), euclidean distance in standardized units$/m)
    expect(stdout).toMatch(/^density +at least 4 points \(2 × columns, at least 4\)$/m)
    expect(stdout).toMatch(/^clusters +3 with /m)
    expect(stdout).toMatch(/^cluster +size +x +y$/m)
    expect(stdout).toMatch(/^noise +\d+ +\S+ ± /m)
  })

  it('does not let rows far from all others move the knee, and draws the others', async () => {
    const points = blobs()
    await file('near.csv', table(points))
    await file('far.csv', table([...points, [1e6, 0], [0, -4e7]]))
    const near = await runJson(['near.csv'])
    const far = await runJson(['far.csv', '--svg', 'curve.svg'])
    expect(far).toMatchObject({ epsilon: near.epsilon, labels: [...near.labels, -1, -1] })
    const beyond = Number(/without (\d+) rows far from all others; --svg draws them/.exec(far.stderr)![1])
    expect(near.stderr).toContain(`without ${beyond - 2} rows far from all others`)
    expect(readFileSync(cli.in('curve.svg'), 'utf8')).toContain(`; ${beyond} beyond</text>`)
    expect(await runJson(['far.csv', '--epsilon', '1e7', '--svg', 'all.svg'])).toMatchObject({ autoEpsilon: false })
    expect(readFileSync(cli.in('all.svg'), 'utf8')).not.toContain('beyond')
  })

  it('weighs and drops rows, and copies their identifiers', async () => {
    await file('t.csv', 'id,a,w\nA,0,1\nB,0.5,2\nC,,1\nD,9,1\nE,9.5,3\nF,50,1\n')
    const args = ['t.csv', '--weights', 'w', '--id', 'id', '--missing', 'drop', '--epsilon', '1', '--min-points', '4']
    const result = await runJson([...args, '-o', 'labels.csv'])
    expect(result).toMatchObject({ rows: 6, dropped: 1, weights: 'w', labels: [-1, -1, null, 0, 0, -1], corePoints: 2 })
    expect(result.clusters).toMatchObject([{ cluster: 0, size: 2, mean: [9.375] }])
    expect(result.noise).toMatchObject({ size: 3, share: 0.6 })
    expect(readFileSync(cli.in('labels.csv'), 'utf8')).toBe(
      'row,id,label\n1,A,-1\n2,B,-1\n3,C,\n4,D,0\n5,E,0\n6,F,-1\n',
    )
  })

  it('measures angles from the origin of the table, however far its columns lie from it', async () => {
    const points = Array.from({ length: 40 }, (_, row) => [1000 + row, (row % 2 ? 1000 : 900) + row * 0.9])
    await file('t.csv', table(points))
    const { labels } = await runJson(['t.csv', '--metric', 'cosine', '--epsilon', '0.0002'])
    expect(labels).toEqual(oracleDbscan(points, { epsilon: 0.0002, minPoints: 4, distance: cosine }).labels)
    expect(new Set(labels).size).toBe(2)
  })

  it('says what would make clusters where there are none', async () => {
    await file('t.csv', table(moons()))
    const { code, stdout } = await cli.lloyd(onCpu(['t.csv', '--epsilon', '0']))
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^clusters +0 with 0 core points; a larger --epsilon or a smaller --min-points makes clusters$/m,
    )
    expect(stdout).toMatch(/^noise +200 rows, 100\.0 %$/m)
  })

  it('refuses wrong values in one line', async () => {
    await file('t.csv', table(moons()))
    for (const value of ['-1', 'far', '', 'NaN', 'Infinity']) {
      await expectRefusal(
        ['t.csv', '--epsilon', value],
        new RegExp(`--epsilon must be a number of at least 0, or auto, got '${value}'`),
      )
    }
    for (const value of ['0', '2.5', 'many']) {
      await expectRefusal(
        ['t.csv', '--min-points', value],
        new RegExp(`--min-points must be an integer from 1 to 16777216, got '${value}'`),
      )
    }
    await expectRefusal(['t.csv', '--metric', 'chebyshev'], /--metric.*euclidean, manhattan, cosine/)
    await file('w.csv', 'x,w\n1,2\n2,1\n3,1\n4,1\n5,1\n')
    await expectRefusal(
      ['w.csv', '--weights', 'w'],
      /--epsilon auto counts rows and not their --weights; give --epsilon/,
    )
    await expectRefusal(
      ['t.csv', '--min-points', '201'],
      /--epsilon auto needs at least --min-points rows, 201, but t\.csv has 200 rows/,
    )
    await expectRefusal(
      ['t.csv', '--epsilon', '1', '--min-points', '201', '--svg', 'c.svg'],
      /--svg needs at least --min-points rows, 201/,
    )
    await expectRefusal(['t.csv', '-o', 't.csv'], /t\.csv is read and the output of -o/)
    await file('empty.csv', '')
    await expectRefusal(['empty.csv'], /empty\.csv/)
    await file('zero.csv', 'x,y\n1,2\n0,0\n3,4\n')
    await expectRefusal(
      ['zero.csv', '--metric', 'cosine', '--epsilon', '0.1'],
      /row 2 \(line 3\) of zero\.csv is all zero, which has no direction for --metric cosine; leave it out/,
    )
  })

  it('refuses to choose an epsilon where the distances have no knee', async () => {
    await file('one.csv', 'x,y\n1,2\n')
    await expectRefusal(['one.csv', '--header'], /but one\.csv has 1 row to cluster; give --epsilon a distance/)
    await expectRefusal(['one.csv', '--header', '--min-points', '1'], /no knee: all are 0; give --epsilon a distance/)
    const ring = [...Array(12).keys()].map((row) => [row < 6 ? 0 : 9, row % 6 < 3 ? 0 : 5])
    await file('same.csv', table(ring))
    await expectRefusal(['same.csv', '--min-points', '3'], /no knee: all are 0; give --epsilon a distance/)
    await expectRefusal(['same.csv', '--min-points', '6'], /no knee: all are 5; give --epsilon a distance/)
  })
})

test.each([
  ['a row far from all others', [0, 0, 1, 1, 1.1, 1.2, 2, 3, 3.1, 400], 1.2],
  ['rows that are far from most, of which all have the same', [1, 1, 1, 1, 30, 30], 1],
])('epsilon beside %s', (_, distances, epsilon) => {
  expect(chooseEpsilon('t.csv', Float64Array.from(distances), 4)).toBe(epsilon)
})

test.each([
  ['a bend', [1, 1, 1, 1, 3, 8], 3],
  ['a late step', [1, 1, 1, 5], 2],
  ['a straight line', [1, 2, 3, 4, 5], null],
  ['a curve that bends the other way', [1, 4, 5, 5.5, 5.6], null],
  ['equal distances', [3, 3, 3], null],
  ['equal distances but for rounding', [0.1, 0.1, 0.1, 0.1000001], null],
  ['two', [1, 2], null],
  ['one', [1], null],
  ['none', [], null],
])('the knee of %s', (_, curve, knee) => {
  expect(findKnee(Float64Array.from(curve))).toBe(knee)
})
