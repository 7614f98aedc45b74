import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import * as lloyd from 'lloyd'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { useCli } from '../support/cli'
import { readDataset, seededRandom } from '../support/datasets'

const cli = useCli()
const iris = fileURLToPath(new URL('../data/tables/iris.csv', import.meta.url))
const onCpu = (args: string[]) => ['evaluate', ...args, '--backend', 'cpu']
const expectRefusal = (args: string[], message: RegExp) => cli.expectRefusal(onCpu(args), message)
const file = (name: string, text: string) => writeFile(cli.in(name), text)
const runJson = (args: string[]) => cli.runJson(onCpu(args))

/** Rows of two groups with their group, a letter, labels with noise, and a missing cell. */
const MIXED = `x,y,kind,found
0,0,a,0
0,1,a,0
1,0,a,-1
9,9,b,1
9,8,b,1
8,,b,0
7,9,,1
8,8,b,-1
`

describe('lloyd evaluate', () => {
  it('compares labels that another command wrote with a column of the table', async () => {
    await cli.lloyd(['kmeans', iris, '--k', '3', '-o', 'labels.csv', '--backend', 'cpu'])
    const { labels } = await cli.runJson(['kmeans', iris, '--k', '3', '--json', '--backend', 'cpu'])
    const classes = readDataset('iris').classes
    const result = await runJson([iris, '--labels', 'labels.csv', '--truth', '5'])
    const expected = {
      adjustedRandIndex: lloyd.adjustedRandIndex(labels, classes),
      adjustedMutualInformation: lloyd.adjustedMutualInformation(labels, classes),
      normalizedMutualInformation: lloyd.normalizedMutualInformation(labels, classes),
      homogeneity: lloyd.homogeneity(labels, classes),
      completeness: lloyd.completeness(labels, classes),
      vMeasure: lloyd.vMeasure(labels, classes),
      purity: lloyd.purity(labels, classes),
      fMeasure: lloyd.fMeasure(labels, classes),
    }
    for (const [key, value] of Object.entries(expected)) expect(result.external[key], key).toBeCloseTo(value, 12)
    const { data, rows } = lloyd.contingencyTable(labels, classes)
    expect(result).toMatchObject({
      columns: ['column 1', 'column 2', 'column 3', 'column 4'],
      labels: 'label of labels.csv',
      truth: 'column 5',
      evaluated: 150,
      clusters: 3,
      noise: 0,
      contingency: {
        clusters: [0, 1, 2],
        classes: ['setosa', 'versicolor', 'virginica'],
        counts: Array.from({ length: rows }, (_, row) => [...data.subarray(3 * row, 3 * row + 3)]),
      },
    })
    using engine = await lloyd.createEngine({ backend: 'cpu' })
    const { points } = readDataset('iris')
    const { mean } = await lloyd.silhouette(engine, points, labels)
    const internal = {
      silhouette: mean,
      simplifiedSilhouette: (await lloyd.simplifiedSilhouette(engine, points, labels)).mean,
      dbcv: await lloyd.dbcv(engine, points, labels),
      dunn: await lloyd.dunn(engine, points, labels),
      daviesBouldin: await lloyd.daviesBouldin(engine, points, labels),
      calinskiHarabasz: await lloyd.calinskiHarabasz(engine, points, labels),
      withinClusterSumOfSquares: await lloyd.withinClusterSumOfSquares(engine, points, labels),
    }
    expect(Object.keys(result.internal)).toEqual(Object.keys(internal))
    for (const [key, value] of Object.entries(internal)) {
      expect(result.internal[key] / value, key).toBeCloseTo(1, 5)
    }
    const { stdout } = await cli.lloyd(onCpu([iris, '--labels', 'labels.csv', '--truth', '5']))
    expect(stdout).toMatch(new RegExp(`^silhouette +${mean.toFixed(4)} `, 'm'))
    expect(stdout).toMatch(new RegExp(`^DBCV +${internal.dbcv.toFixed(4)} `, 'm'))
    expect(stdout).toMatch(/^clusters +3 clusters of 150 rows in label of labels\.csv$/m)
    expect(stdout).toMatch(/^truth +3 classes in column 5: setosa, versicolor, virginica$/m)
    expect(stdout).toMatch(new RegExp(`^adjusted Rand index +${expected.adjustedRandIndex.toFixed(4)} `, 'm'))
    expect(stdout).toMatch(/^cluster \\ class +setosa +versicolor +virginica$/m)
  })

  it('leaves out rows that miss a cell or a label, and treats noise as it is told', async () => {
    await file('mixed.csv', MIXED)
    const args = ['mixed.csv', '--labels', 'found', '--truth', 'kind', '--missing', 'drop']
    const { stderr } = await cli.lloyd(onCpu(args))
    expect(stderr).toMatch(/1 missing cell in 1 row, .* such rows are left out/)
    expect(stderr).toMatch(/1 row of mixed\.csv without a label is left out/)
    expect(stderr).toMatch(/2 rows of noise \(-1\) count as a cluster; --noise exclude leaves them out/)
    const [kept, truth] = [
      [0, 0, -1, 1, 1, -1],
      ['a', 'a', 'a', 'b', 'b', 'b'],
    ]
    const mixed = [
      [0, 0],
      [0, 1],
      [1, 0],
      [9, 9],
      [9, 8],
      [8, 8],
    ]
    using engine = await lloyd.createEngine({ backend: 'cpu' })
    expect(await runJson(args)).toMatchObject({
      columns: ['x', 'y'],
      dropped: 1,
      unlabelled: 1,
      evaluated: 6,
      clusters: 3,
      noise: 2,
      external: { adjustedRandIndex: lloyd.adjustedRandIndex(kept, truth) },
      internal: { dbcv: expect.closeTo(await lloyd.dbcv(engine, mixed, kept), 6) },
    })
    expect(await runJson([...args, '--noise', 'exclude'])).toMatchObject({
      evaluated: 4,
      clusters: 2,
      internal: {
        dbcv: expect.closeTo(await lloyd.dbcv(engine, [mixed[0], mixed[1], mixed[3], mixed[4]], [0, 0, 1, 1]), 6),
      },
      external: { adjustedRandIndex: 1, purity: 1 },
      contingency: {
        clusters: [0, 1],
        classes: ['a', 'b'],
        counts: [
          [2, 0],
          [0, 2],
        ],
      },
    })
    expect(await runJson([...args, '--noise', 'singletons'])).toMatchObject({
      evaluated: 6,
      clusters: 4,
      external: { adjustedRandIndex: lloyd.adjustedRandIndex([0, 0, 8, 1, 1, 9], truth), purity: 1 },
    })
  })

  it('tests whether rows have a tendency to cluster', async () => {
    const random = seededRandom(5)
    const rows = Array.from({ length: 200 }, (_, row) => `${random() + 9 * (row % 2)},${random()}`)
    await file('two.csv', `x,y\n${rows.join('\n')}\n`)
    const { hopkins } = await runJson(['two.csv', '--hopkins', '--seed', '4'])
    const points = rows.map((row) => row.split(',').map(Number))
    using engine = await lloyd.createEngine({ backend: 'cpu' })
    const expected = await lloyd.hopkinsTest(engine, points, { seed: 4 })
    expect(hopkins).toEqual({
      statistic: expect.closeTo(expected.statistic, 4),
      pValue: expect.any(Number),
      samples: 20,
      seed: 4,
    })
    const { stdout } = await cli.lloyd(onCpu(['two.csv', '--hopkins', '--samples', '9']))
    expect(stdout).toMatch(
      /^tendency +Hopkins statistic 0\.\d{4} with 9 samples: uniform rows have at least that with/m,
    )
  })

  it('says why one cluster, or a cluster for every row, has no indices', async () => {
    await file('few.csv', 'x,one,all\n1,0,0\n2,0,1\n4,0,2\n')
    for (const [labels, what] of [
      ['one', 'there is one cluster'],
      ['all', 'every row is a cluster'],
    ]) {
      const { code, stderr, stdout } = await cli.lloyd(
        onCpu(['few.csv', '--columns', 'x', '--labels', labels, '--json']),
      )
      expect(code).toBe(0)
      expect(stderr).toMatch(what)
      expect(JSON.parse(stdout).internal).toEqual({})
    }
  })

  it('draws the distances of the rows in the order of VAT', async () => {
    const { vat: written } = await runJson([iris, '--vat', 'vat.png', '--ivat'])
    expect(written).toBe('vat.png')
    const { info, data } = await sharp(cli.in('vat.png')).greyscale().raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([450, 450])
    // The 50 rows of one class are a block apart from the others.
    const shades = (x: number, y: number) => data[450 * (3 * y + 1) + 3 * x + 1]
    expect(Math.max(shades(10, 30), shades(120, 70))).toBeLessThan(shades(10, 120) - 50)
    await expectRefusal([iris, '--vat', 'vat.png'], /vat\.png/)
    await expectRefusal([iris, '--hopkins', '--ivat'], /--ivat needs --vat/)
  })

  it('refuses labels that are not those of the table', async () => {
    await file('mixed.csv', MIXED)
    await file('short.csv', 'row,label\n1,0\n2,1\n')
    await file('other.csv', `row,label\n${[1, 2, 3, 5, 4, 6, 7, 8].map((row) => `${row},0`).join('\n')}\n`)
    await file('many.csv', `a,b\n${'1,2\n'.repeat(8)}`)
    const drop = ['mixed.csv', '--missing', 'drop']
    await expectRefusal(drop, /needs --labels, the clusters to measure, or --hopkins, or --vat/)
    await expectRefusal([...drop, '--hopkins', '--truth', 'kind'], /--truth needs --labels/)
    await expectRefusal(
      [...drop, '--labels', 'absent'],
      /--labels must name a column of mixed\.csv, .* there is no 'absent'/,
    )
    await expectRefusal([...drop, '--labels', 'short.csv'], /short\.csv has 2 rows, mixed\.csv has 8 rows/)
    await expectRefusal([...drop, '--labels', 'other.csv'], /row 4 \(line 5\) of other\.csv has the number 5/)
    await expectRefusal([...drop, '--labels', 'many.csv'], /many\.csv has no column label for --labels, but a, b/)
    await file('half.csv', 'x,found\n1,0.5\n2,1\n')
    await expectRefusal(['half.csv', '--labels', 'found'], /column 'found' of half\.csv has 0\.5 in row 1/)
  })
})
