import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { DOMParser } from 'linkedom'
import { cutTree } from 'lloyd'
import Papa from 'papaparse'
import sharp from 'sharp'
import { describe, expect, it, test } from 'vitest'
import { cutByGap } from '../../src/cli/tables/cut'
import { useCli } from '../support/cli'

const cli = useCli()
const iris = fileURLToPath(new URL('../data/tables/iris.csv', import.meta.url))
const onCpu = (args: string[]) => ['tree', ...args, '--backend', 'cpu']
const expectRefusal = (args: string[], message: RegExp) => cli.expectRefusal(onCpu(args), message)
const file = (name: string, text: string) => writeFile(cli.in(name), text)
const runJson = (args: string[]) => cli.runJson(onCpu(args))

const matrixOf = (merges: number[][]) => ({ data: Float64Array.from(merges.flat()), rows: merges.length, columns: 4 })

/** The rows of a CSV, by the names of its columns. */
const readCsv = (name: string) =>
  Papa.parse(readFileSync(cli.in(name), 'utf8').trimEnd(), { header: true, dynamicTyping: true }).data

/** The names at the foot of a dendrogram, which libxml2 reads without a warning. */
async function namesOf(name: string): Promise<string[]> {
  await sharp(cli.in(name), { failOn: 'warning' }).stats()
  const document = new DOMParser().parseFromString(readFileSync(cli.in(name), 'utf8'), 'image/svg+xml')
  return [...document.querySelectorAll('svg > g:last-of-type text')].map(({ textContent }) => textContent ?? '')
}

/** Four rows on a line, in two pairs, with identifiers; a cell is missing in the third line. */
const PAIRS = 'id,x\nA & B,0\nC,1\nD,\n<E>,10\nF,12\n'

describe('lloyd tree', () => {
  it('writes labels, merges, a dendrogram and JSON that agree with one another', async () => {
    const args = [iris, '--clusters', '3', '-o', 'labels.csv', '--merges', 'merges.csv', '--svg', 'tree.svg']
    const result = await runJson(args)
    expect(result).toMatchObject({
      ...{ rows: 150, linkage: 'ward', metric: 'euclidean', leafOrder: 'merges', cut: { clusters: 3 }, gap: null },
      ...{ output: 'labels.csv', mergesFile: 'merges.csv', svg: 'tree.svg' },
    })
    expect(result).not.toHaveProperty('noise')
    // SciPy: linkage(iris, 'ward').
    const heights = result.merges.slice(-3).map(([, , height]: number[]) => height)
    for (const [at, height] of [6.39940682, 12.30039605, 32.4476071].entries())
      expect(heights[at]).toBeCloseTo(height, 4)
    expect(result.labels).toEqual([...cutTree(matrixOf(result.merges), { clusters: 3 })])
    const sizes = [0, 1, 2].map((cluster) => result.labels.filter((label: number) => label === cluster).length)
    expect(result.clusters.map(({ size }: { size: number }) => size)).toEqual(sizes)
    expect(sizes).toEqual([50, 64, 36])
    expect(readCsv('labels.csv')).toEqual(result.labels.map((label: number, row: number) => ({ row: row + 1, label })))
    expect(readCsv('merges.csv')).toEqual(
      result.merges.map(([a, b, height, size]: number[]) => ({ a, b, height, size })),
    )
    expect(await namesOf('tree.svg')).toEqual(result.leaves.map((row: number) => String(row + 1)))
    await expectRefusal(args, /labels\.csv exists/)
  })

  it('cuts at the largest gap between heights, which it tells, and names rows by their identifiers', async () => {
    await file('pairs.csv', PAIRS)
    const args = [
      'pairs.csv',
      '--id',
      'id',
      '--missing',
      'drop',
      '--linkage',
      'single',
      '--svg',
      'tree.svg',
      '--horizontal',
    ]
    const { code, stdout, stderr } = await cli.lloyd(onCpu([...args, '-o', 'labels.csv']))
    expect(code, stderr).toBe(0)
    expect(stderr).toMatch(
      /^lloyd: 2 clusters, at the largest gap between the heights of merges, 2\.000 to 9\.000; --clusters/m,
    )
    expect(stdout).toMatch(/^table +pairs\.csv, 4 rows by 1 column$/m)
    expect(stdout).toMatch(/^linkage +single, euclidean distance$/m)
    expect(stdout).toMatch(/^heights +1\.000 2\.000 9\.000$/m)
    expect(stdout).toMatch(/^clusters +2 at the largest gap between heights$/m)
    expect(stdout).toMatch(/^chart +tree\.svg, the dendrogram$/m)
    expect(stdout).toMatch(/^0 +2 +0\.5000 ± 0\.5000$/m)
    expect(readFileSync(cli.in('labels.csv'), 'utf8')).toBe('row,id,label\n1,A & B,0\n2,C,0\n3,D,\n4,<E>,1\n5,F,1\n')
    expect(await namesOf('tree.svg')).toEqual(['A & B', 'C', '<E>', 'F'])
  })

  it('numbers leaves as labels and identifiers, and lists the rows that the ids of merges count', async () => {
    const values = [null, 4, 9, null, 3, 0, 8]
    await file('t.csv', `name,x\n${values.map((value, row) => `n${row},${value ?? ''}`).join('\n')}\n`)
    const args = ['t.csv', '--id', 'name', '--linkage', 'single', '--height', '1', '--svg', 'tree.svg']
    const result = await runJson([...args, '--missing', 'drop'])
    expect(result).toMatchObject({ rows: 7, dropped: 2, clusteredRows: [1, 2, 4, 5, 6] })
    expect(result.labels).toEqual([null, 0, 1, null, 0, 2, 1])
    expect(result.leaves.map((row: number) => result.ids.name[row])).toEqual(await namesOf('tree.svg'))
    // SciPy's linkage([4, 9, 3, 0, 8]) has the same ids.
    expect(result.merges).toEqual([
      [0, 2, 1, 2],
      [1, 4, 1, 2],
      [3, 5, 3, 3],
      [6, 7, 4, 5],
    ])
    const told = await cli.lloyd(onCpu([...args, '--missing', 'drop', '--merges', 'm.csv', '--force']))
    expect(told.stdout).toMatch(/^merges +m\.csv, in SciPy's layout; ids count the 5 clustered rows$/m)
    const filled = await runJson([...args, '--missing', 'mean', '--force'])
    expect(filled).not.toHaveProperty('clusteredRows')
    expect(filled.leaves).toHaveLength(7)
  })

  it('cuts by height, orders leaves optimally and truncates', async () => {
    await file('line.csv', `x\n${[3, 9, 0, 1, 10, 4].join('\n')}\n`)
    const args = ['line.csv', '--linkage', 'single', '--leaf-order', 'optimal', '--height', '1', '--svg', 'tree.svg']
    const result = await runJson(args)
    expect(result).toMatchObject({ cut: { height: 1 }, labels: [0, 1, 2, 2, 1, 0] })
    const values = result.leaves.map((row: number) => [3, 9, 0, 1, 10, 4][row])
    expect([values, [...values].reverse()]).toContainEqual([0, 1, 3, 4, 9, 10])
    const names = ['3', '4', '1', '6', '2', '5']
    expect([names, [...names].reverse()]).toContainEqual(await namesOf('tree.svg'))
    await cli.lloyd(onCpu([...args, '--truncate', '2', '--force']))
    expect((await namesOf('tree.svg')).sort()).toEqual(['(2)', '(4)'])
  })

  it('merges along edges to the nearest neighbours, and tells of components', async () => {
    await file('pairs.csv', PAIRS)
    const args = ['pairs.csv', '--missing', 'drop', '--neighbors', '1', '--clusters', '2']
    const result = await runJson(args)
    expect(result).toMatchObject({ neighbors: 1, components: 2, labels: [0, 0, null, 1, 1] })
    expect(result.stderr).toMatch(/the nearest neighbours connect the rows to 2 components, which merge last/)
    const { stdout } = await cli.lloyd(onCpu(args))
    expect(stdout).toMatch(/^linkage +ward, euclidean distance, along edges to the nearest$/m)
    const all = await runJson(['pairs.csv', '--missing', 'drop', '--neighbors', '3'])
    expect(all).toMatchObject({ neighbors: 3, components: 1 })
    expect(all.stderr).not.toMatch(/components/)
    await expectRefusal(['pairs.csv', '--neighbors', '0'], /--neighbors must be an integer from 1 to 1024/)
  })

  it('takes one row, and equal ones', async () => {
    await file('one.csv', 'x,y\n1,2\n')
    const one = await cli.lloyd(onCpu(['one.csv', '--header', '--svg', 'one.svg']))
    expect(one.code, one.stderr).toBe(0)
    expect(one.stdout).toMatch(/^heights +none: one row has no merge$/m)
    await sharp(cli.in('one.svg'), { failOn: 'warning' }).stats()
    await file('same.csv', `x,y\n${'0.1,7\n'.repeat(20)}`)
    const same = await runJson(['same.csv', '--svg', 'same.svg', '--linkage', 'single'])
    expect(same).toMatchObject({ labels: Array(20).fill(0), gap: { clusters: 1, from: 0, to: 0 } })
    expect(same.stderr).toMatch(/1 cluster, since all merges have the same height/)
  })

  it('refuses wrong values in one line', async () => {
    await file('pairs.csv', PAIRS)
    const args = ['pairs.csv', '--missing', 'drop']
    await expectRefusal([...args, '--clusters', '2', '--height', '1'], /--clusters and --height are two ways to cut/)
    await expectRefusal(
      [...args, '--clusters', '5'],
      /--clusters must be at most the number of rows, 4 after dropping, got 5/,
    )
    await expectRefusal(
      [...args, '--truncate', '5', '--svg', 'a.svg'],
      /--truncate must be at most the number of rows, 4/,
    )
    await expectRefusal([...args, '--truncate', '2'], /--truncate draws; give --svg a file/)
    await expectRefusal([...args, '--horizontal'], /--horizontal draws; give --svg a file/)
    await expectRefusal([...args, '--clusters', '0'], /--clusters must be an integer from 1 to/)
    await expectRefusal([...args, '--height', '-1'], /--height must be a number of at least 0/)
    await expectRefusal([...args, '--linkage', 'median'], /--linkage.*ward, single, complete, average, centroid/)
    await expectRefusal([...args, '--metric', 'manhattan'], /--linkage ward takes --metric euclidean only/)
    await expectRefusal([...args, '--merges', 'pairs.csv'], /pairs\.csv is read and the output of --merges/)
    await expectRefusal([...args, '--svg', 'a', '--merges', 'a'], /output of --svg and the output of --merges/)
  })
})

test.each([
  ['no merge', [], { clusters: 1, from: 0, to: 0 }],
  ['one merge', [3], { clusters: 1, from: 3, to: 3 }],
  ['equal heights', [2, 2, 2], { clusters: 1, from: 2, to: 2 }],
  ['a gap in the middle', [1, 2, 7, 8], { clusters: 3, from: 2, to: 7 }],
  ['two equal gaps', [1, 3, 5], { clusters: 2, from: 3, to: 5 }],
  ['heights that fall', [1, 4, 2, 5], { clusters: 4, from: 1, to: 4 }],
])('the cut at the largest gap: %s', (_, heights, expected) => {
  const merges = matrixOf(heights.map((height) => [0, 0, height, 0]))
  expect(cutByGap(merges)).toEqual(expected)
})
