import { readdirSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { beforeEach, describe, expect, it } from 'vitest'
import { dist, type RunOptions, useCli } from '../support/cli'

const data = (name: string) => fileURLToPath(new URL(`../data/tables/${name}`, import.meta.url))

const cli = useCli()
const onCpu = (args: string[]) => (args.includes('--backend') ? args : [...args, '--backend', 'cpu'])

/** Runs the command on the CPU, unless it says otherwise: the engine is tested elsewhere. */
const lloyd = (args: string[], options?: RunOptions) => cli.lloyd(onCpu(args), options)
const expectRefusal = (args: string[], message: RegExp) => cli.expectRefusal(onCpu(args), message)
const runJson = (args: string[]) => cli.runJson(onCpu(args))

const file = (name: string, text: string) => writeFile(cli.in(name), text)
const text = (name: string) => readFileSync(cli.in(name), 'utf8')

/** Two groups, far from each other in a and b. */
const groups = 'a,b\n0,0.5\n1,0\n0,1\n100,200.5\n101,200\n100,201\n'
const groupLabels = (first: number, second: number) => [first, first, first, second, second, second]

describe('lloyd kmeans', () => {
  it('finds the groups of iris and describes them', async () => {
    const { code, stdout, stderr } = await lloyd(['kmeans', data('iris.csv'), '--k', '3', '--restarts', '10'])
    expect(code).toBe(0)
    expect(stderr).toMatch(
      /^lloyd: clustering 4 columns: [^;]+; left out 1 column: column 5 \(the label: setosa, versicolor, virginica\)[^\n]*\n$/,
    )
    expect(stdout).toMatch(/^table .*iris\.csv, 150 rows by 4 columns$/m)
    expect(stdout).toMatch(/^adapter +none/m)
    expect(stdout).toMatch(/^clusters +3 after \d+ iterations? \(converged\), inertia 78\.851\d?$/m)
    expect(stdout).toMatch(/^cluster +0 +1 +2$/m)
    expect(
      stdout
        .match(/^size +(\d+) +(\d+) +(\d+)$/m)!
        .slice(1)
        .sort(),
    ).toEqual(['38', '50', '62'])
    expect(stdout).toMatch(/^column 1 .*5\.006 ± 0\.3489/m)
  })

  it('writes labels, a model and JSON that agree with each other and with the table', async () => {
    const args = ['kmeans', data('iris.csv'), '--k', '3', '--standardize', '-o', 'labels.csv', '--save', 'model.json']
    const result = await runJson(args)
    expect(result).toMatchObject({ rows: 150, dropped: 0, k: 3, standardized: true, backend: 'cpu', converged: true })
    const lines = text('labels.csv').trimEnd().split('\n')
    expect(lines[0]).toBe('row,label')
    expect(lines.slice(1)).toEqual(result.labels.map((label: number, row: number) => `${row + 1},${label}`))

    const rows = readFileSync(data('iris.csv'), 'utf8').trim().split('\n').slice(1)
    const points = rows.map((row) => row.split(',').slice(0, 4).map(Number))
    const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    const spreadOf = (values: number[]) => Math.sqrt(meanOf(values.map((value) => (value - meanOf(values)) ** 2)))
    for (const { cluster, size, mean, spread } of result.clusters) {
      const members = points.filter((_, row) => result.labels[row] === cluster)
      expect(members).toHaveLength(size)
      for (let column = 0; column < 4; column++) {
        const values = members.map((point) => point[column])
        expect(mean[column]).toBeCloseTo(meanOf(values), 10)
        expect(spread[column]).toBeCloseTo(spreadOf(values), 10)
        expect(result.centroids[cluster][column]).toBeCloseTo(meanOf(values), 5)
      }
    }
    const model = JSON.parse(text('model.json'))
    expect(model).toMatchObject({
      schema: 'lloyd.kmeans',
      version: 1,
      k: 3,
      columns: result.columns,
      standardized: true,
    })
    expect(model.centroids).toEqual(result.centroids)
    for (let column = 0; column < 4; column++) {
      const values = points.map((point) => point[column])
      expect(model.scaling.mean[column]).toBeCloseTo(meanOf(values), 10)
      expect(model.scaling.scale[column]).toBeCloseTo(spreadOf(values), 10)
      expect(model.clusteredCentroids.flat().every((value: number) => Math.fround(value) === value)).toBe(true)
    }
  })

  it('reads every format', async () => {
    await file('a.tsv', groups.replaceAll(',', '\t'))
    await file('b.csv', groups)
    for (const name of ['a.tsv', 'b.csv']) {
      const { labels, columns } = await runJson(['kmeans', name, '--k', '2'])
      expect(labels).toEqual(groupLabels(labels[0], 1 - labels[0]))
      expect(columns).toEqual(['a', 'b'])
    }
    for (const name of ['numpy/f8.npy', 'pandas.parquet']) {
      expect(await runJson(['kmeans', data(name), '--k', '2', '--missing', 'drop'])).toMatchObject({ k: 2 })
    }
    const arrow = await runJson(['kmeans', data('pyarrow-lz4.feather'), '--k', '2', '--missing', 'mean'])
    expect(arrow).toMatchObject({ rows: 20_000, filled: 2857 })
    expect(arrow.columns).toEqual(['x', 'count', 'half', 'price', 'even', 'pair[0]', 'pair[1]'])
    expect(arrow.stderr).toMatch(/left out 2 columns: kind \(text.*day \(times\)/)
    expect(arrow.stderr).toMatch(/2,857 missing cells in 2,857 rows, the first in row 4, column 'x'/)
  })

  it('leaves out labels, row numbers and text, unless they are asked for', async () => {
    const rows = Array.from({ length: 16 }, (_, row) => `${row},${row / 3},${row % 2},${row % 4},note ${row}`)
    await file('t.csv', `,size,group,class,note\n${rows.join('\n')}\n`)
    const all = await runJson(['kmeans', 't.csv', '--k', '2'])
    expect(all.columns).toEqual(['size', 'group'])
    expect(all.stderr).toMatch(
      /column 1 \(row numbers\), class \(a label by its name\), note \(text, row 1 \(line 2\) is 'note 0'\)/,
    )
    expect(all.leftOut.map(({ name }: { name: string }) => name)).toEqual(['column 1', 'class', 'note'])
    const chosen = await runJson(['kmeans', 't.csv', '--k', '2', '--columns', 'class, 1'])
    expect(chosen).toMatchObject({ columns: ['class', 'column 1'], leftOut: [], stderr: '' })
    const labelled = await runJson(['kmeans', 't.csv', '--k', '2', '--label', 'group'])
    expect(labelled.columns).toEqual(['size', 'class'])

    const digits = ['kmeans', data('digits.csv.gz'), '--k', '10', '--iterations', '3']
    expect((await runJson(digits)).columns).toHaveLength(65)
    const last = await runJson([...digits, '--label', '65'])
    expect(last.columns).toHaveLength(64)
    expect(last.stderr).toMatch(/left out 1 column: column 65 \(the label\)/)
    await file('xy.csv', `x,y\n${rows.map((_, row) => `${row % 4},${row % 3}`).join('\n')}\n`)
    expect((await runJson(['kmeans', 'xy.csv', '--k', '2'])).columns).toEqual(['x', 'y'])
    await file('two.csv', 'a,b\n1,3\n4,5\n')
    expect((await runJson(['kmeans', 'two.csv', '--k', '2'])).columns).toEqual(['a', 'b'])
  })

  it('weighs, drops and fills', async () => {
    await file('t.csv', 'a,w\n0,1\n10,3\n,1\n100,1\n101,\n')
    const args = ['kmeans', 't.csv', '--k', '2', '--weights', 'w']
    const dropped = await runJson([...args, '--missing', 'drop', '-o', 'labels.csv'])
    expect(dropped).toMatchObject({ rows: 5, dropped: 2, filled: 0, columns: ['a'] })
    expect(dropped.stderr).toMatch(
      /2 missing cells in 2 rows, the first in row 3 \(line 4\), column 'a'; such rows are left out/,
    )
    const [near, , , far] = dropped.labels
    expect(dropped.labels).toEqual([near, near, null, far, null])
    expect(dropped.clusters[near]).toMatchObject({ size: 2, mean: [7.5] })
    expect(text('labels.csv')).toBe(`row,label\n1,${near}\n2,${near}\n3,\n4,${far}\n5,\n`)
    const filled = await runJson([...args, '--missing', 'mean'])
    expect(filled).toMatchObject({ dropped: 0, filled: 2 })
    // The mean of a is 52.75, and 101 weighs 1.5.
    expect(filled.clusters.flatMap(({ size }: { size: number }) => size)).toEqual(expect.arrayContaining([2, 3]))
    expect(filled.stderr).toMatch(/mean of their column/)
  })

  it('keeps what float32 would round away far from zero', async () => {
    const start = 1.7e9
    const rows = Array.from({ length: 40 }, (_, row) => `${start + row + (row < 20 ? 0 : 500)},${row % 2 ? 0.5 : 0.25}`)
    await file('t.csv', `time,value\n${rows.join('\n')}\n`)
    const { labels, centroids, inertia } = await runJson(['kmeans', 't.csv', '--k', '2', '--save', 'm.json'])
    expect(new Set(labels.slice(0, 20)).size).toBe(1)
    expect(centroids[labels[0]][0]).toBeCloseTo(start + 9.5, 3)
    expect(inertia).toBeCloseTo(2 * 665 + 40 * 0.125 ** 2, 3)
    expect((await runJson(['predict', 't.csv', '--model', 'm.json'])).labels).toEqual(labels)
  })

  it('standardizes values whose squares no float64 holds, into a model that predicts', async () => {
    await file('huge.csv', 'a,b\n1e200,2\n3e200,4\n2e200,2\n9e200,1\n')
    const args = ['kmeans', 'huge.csv', '--k', '2', '--standardize', '--save', 'huge.json']
    const { labels, clusters } = await runJson(args)
    expect(labels[3]).not.toBe(labels[0])
    expect(clusters[labels[0]].spread[0] / 1e200).toBeCloseTo(Math.sqrt(2 / 3), 6)
    expect((await runJson(['predict', 'huge.csv', '--model', 'huge.json'])).labels).toEqual(labels)
  })

  it('is repeatable, and takes the options of the library', async () => {
    const args = ['kmeans', data('wine_data.csv'), '--k', '5', '--seed', '7', '--standardize']
    const once = await lloyd([...args, '--json'])
    expect(await lloyd([...args, '--json'])).toEqual(once)
    const random = await runJson([...args, '--init', 'random', '--iterations', '2', '--tolerance', '0'])
    expect(random).toMatchObject({ iterations: 2, converged: false })
    const text = await lloyd([...args, '--iterations', '1'])
    expect(text.stdout).toMatch(/\(not converged: --iterations allows more\).* in standardized units$/m)
  })

  it('runs on WebGPU where there is an adapter', async () => {
    const args = ['kmeans', data('iris.csv'), '--k', '3', '--restarts', '10', '--backend', 'webgpu']
    const { backend, inertia } = await runJson(args)
    expect(backend).toBe('webgpu')
    expect(inertia).toBeCloseTo(78.8514, 3)
  })

  it('shows a part of what does not fit a page', async () => {
    const rows = Array.from({ length: 100 }, (_, row) => `${row * row + 0.5}`)
    await file('t.csv', `a\n${rows.join('\n')}\n`)
    const { stdout } = await lloyd(['kmeans', 't.csv', '--k', '80'])
    expect(stdout).toMatch(/^59 /m)
    expect(stdout).not.toMatch(/^60 /m)
    expect(stdout).toMatch(/\n20 more clusters: --json prints all\n$/)
    const wide = await lloyd(['kmeans', data('breast_cancer.csv'), '--k', '7'])
    expect(Math.max(...wide.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(160)
    expect(wide.stdout.match(/^cluster /gm)!.length).toBeGreaterThan(1)
  })

  it('reads tables and clusters far from node_modules', async () => {
    const bare = await mkdtemp(join(tmpdir(), 'lloyd-bare-'))
    try {
      await cp(dist, bare, { recursive: true })
      await writeFile(join(bare, 'package.json'), '{"type":"module"}')
      for (const name of ['iris.csv', 'numpy/f8.npy', 'pyarrow-snappy.parquet', 'pyarrow-zstd.feather']) {
        const args = ['kmeans', data(name), '--k', '2', '--missing', 'drop']
        expect(await lloyd(args, { command: join(bare, 'cli.js') }), name).toMatchObject({ code: 0 })
      }
    } finally {
      await rm(bare, { recursive: true })
    }
  })

  it.skipIf(process.platform === 'win32')('leaves nothing behind when it is interrupted', async () => {
    let sent = false
    const args = [
      'kmeans',
      data('digits.csv.gz'),
      '--k',
      '200',
      '--restarts',
      '9999',
      '-o',
      'l.csv',
      '--save',
      'm.json',
    ]
    const onError: RunOptions['onError'] = (_, child) => {
      // The remark on what is left out comes when the work begins.
      if (!sent) setTimeout(() => child.kill('SIGINT'), 200)
      sent = true
    }
    const outcome = await lloyd(args, { onError })
    expect(sent).toBe(true)
    expect(outcome).toMatchObject({
      code: 130,
      stdout: '',
      stderr: expect.stringMatching(/\nlloyd: interrupted[^\n]*\n$/),
    })
    expect(readdirSync(cli.folder)).toEqual([])
  })
})

describe('lloyd kmeans, bad input', () => {
  beforeEach(async () => {
    await file('good.csv', groups)
    await file('missing.csv', 'a,b\n1,2\n3,NA\n4,?\n')
    await file('text.csv', 'name,b\nx,1\nyes,2\nz,\n')
    await file('only.csv', 'name,target\nx,1\ny,1\nz,0\nz,1\n')
    await file('weights.csv', 'a,w,z\n1,2,0\n2,-1,0\n')
    await file('infinite.csv', 'a\n1\ninf\n')
    await file('large.csv', 'a\n1\n-1e39\n')
    await file('tiny.csv', 'c,a,b\n1e-50,1e-200,1\n1e-50,3e-200,2\n1e-50,-2e-200,5\n')
    await file('ragged.csv', 'a,b\n1,2\n3\n')
    await file('labels.csv', 'somebody needs this')
    await mkdir(cli.in('folder'))
  })

  it.each<[string, string[], RegExp]>([
    ['no table', ['--k', '2'], /missing required argument 'table'/],
    ['no k', ['good.csv'], /'--k <n>' not specified/],
    ['--k 0', ['good.csv', '--k', '0'], /--k must be an integer from 1 to 65536, got '0'/],
    ['--k x', ['good.csv', '--k', 'x'], /--k.*'x'/],
    ['more clusters than rows', ['good.csv', '--k', '7'], /--k must be at most the number of rows, 6, got 7/],
    ['a missing file', ['nowhere.csv', '--k', '2'], /no file nowhere\.csv; check/],
    ['an unknown kind', ['labels', '--k', '2'], /no file labels/],
    ['a directory', ['folder', '--k', '2'], /folder is (a directory|of an unknown kind)/],
    ['a ragged table', ['ragged.csv', '--k', '2'], /ragged\.csv has 1 cell on line 3/],
    [
      'missing cells',
      ['missing.csv', '--k', '2'],
      /2 missing cells in 2 rows, the first in row 2 \(line 3\), column 'b'; give --missing drop/,
    ],
    ['an unknown policy', ['missing.csv', '--k', '2', '--missing', 'zero'], /--missing.*refuse, drop, mean/],
    [
      'too few rows after dropping',
      ['missing.csv', '--k', '2', '--missing', 'drop'],
      /number of rows, 1 after dropping/,
    ],
    [
      'nothing to cluster',
      ['only.csv', '--k', '2'],
      /no columns to cluster; left out: name \(.*\), target \(a label.*--columns/,
    ],
    ['an unknown column', ['good.csv', '--k', '2', '--columns', 'a,c'], /no column 'c'.*--columns.*a, b/],
    ['a column twice', ['good.csv', '--k', '2', '--columns', 'a,1'], /'a' twice/],
    [
      'a column of text',
      ['text.csv', '--k', '2', '--columns', 'name'],
      /column 'name' of text\.csv holds text: 'x' in row 1 \(line 2\)/,
    ],
    ['unknown weights', ['good.csv', '--k', '2', '--weights', 'w'], /no column 'w', which --weights names/],
    [
      'weights that are clustered',
      ['good.csv', '--k', '2', '--weights', 'a', '--columns', 'a'],
      /both --columns and --weights/,
    ],
    ['a negative weight', ['weights.csv', '--k', '2', '--weights', 'w'], /weight -1; weights must be/],
    ['weights of zero', ['weights.csv', '--k', '2', '--weights', 'z'], /all weights.*0/],
    ['infinity', ['infinite.csv', '--k', '1'], /infinite cell in row 2 \(line 3\), column 'a'/],
    ['too large a number', ['large.csv', '--k', '1', '--columns', 'a'], /float32/],
    [
      'numbers too small',
      ['tiny.csv', '--k', '2', '--columns', 'c,a,b'],
      /column 'a' is too small for float32.*--stand/,
    ],
    ['an unknown init', ['good.csv', '--k', '2', '--init', 'best'], /--init.*k-means\+\+/],
    ['--restarts 0', ['good.csv', '--k', '2', '--restarts', '0'], /--restarts.*'0'/],
    ['--seed -1', ['good.csv', '--k', '2', '--seed', '-1'], /--seed.*'-1'/],
    ['an existing output', ['good.csv', '--k', '2', '-o', 'labels.csv'], /labels\.csv exists.*--force.*with -o/],
    ['an existing model', ['good.csv', '--k', '2', '--save', 'labels.csv'], /labels\.csv exists.*--force.*with --save/],
    [
      'the table as output',
      ['good.csv', '--k', '2', '-o', 'good.csv', '--force'],
      /good\.csv is read and the output of -o/,
    ],
    [
      'one file for two outputs',
      ['good.csv', '--k', '2', '-o', 'x', '--save', './x'],
      /output of -o and the output of --save/,
    ],
    ['a missing output directory', ['good.csv', '--k', '2', '-o', 'nowhere/x.csv'], /no directory nowhere/],
  ])('refuses %s', (_, args, message) => expectRefusal(['kmeans', ...args], message))

  it('replaces outputs with --force', async () => {
    const args = ['kmeans', 'good.csv', '--k', '2', '-o', 'labels.csv', '--force']
    expect(await lloyd(args)).toMatchObject({ code: 0, stderr: 'lloyd: clustering 2 columns: a, b\n' })
    expect(text('labels.csv')).toMatch(/^row,label\n1,\d\n/)
  })
})

describe('lloyd predict', () => {
  let model = ''
  beforeEach(async () => {
    await file('train.csv', groups)
    expect(await lloyd(['kmeans', 'train.csv', '--k', '2', '--standardize', '--save', 'm.json'])).toMatchObject({
      code: 0,
    })
    model = text('m.json')
  })

  it('labels rows by the names of their columns', async () => {
    const { stdout, code, stderr } = await lloyd(['predict', 'train.csv', '--model', 'm.json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const near = Number(stdout.split('\n')[1].split(',')[1])
    const expected = groupLabels(near, 1 - near)
    expect(stdout).toBe(`row,label\n${expected.map((label, row) => `${row + 1},${label}\n`).join('')}`)
    await file('other.csv', 'extra,b,a\nx,210,90\ny,-3,\nz,1,2\n')
    const args = ['predict', 'other.csv', '--model', 'm.json', '-o', 'l.csv']
    const filled = await lloyd([...args, '--missing', 'mean'])
    expect(filled.stdout).toMatch(/^clusters +2 of 2 have rows$/m)
    expect(filled.stderr).toMatch(/1 missing cell in 1 row/)
    expect(text('l.csv')).toBe(`row,label\n1,${1 - near}\n2,${near}\n3,${near}\n`)
    const dropped = await runJson(['predict', 'other.csv', '--model', 'm.json', '--missing', 'drop'])
    expect(dropped).toMatchObject({ labels: [1 - near, null, near], dropped: 1, rows: 3 })
    expect(dropped.sizes).toEqual([1, 1])
  })

  it('gives the training table the labels of training', async () => {
    const table = data('breast_cancer.csv')
    for (const scaling of [[], ['--standardize']]) {
      const trained = await runJson(['kmeans', table, '--k', '9', '--save', 'big.json', '--force', ...scaling])
      expect((await runJson(['predict', table, '--model', 'big.json'])).labels).toEqual(trained.labels)
    }
  })

  it('refuses other tables and other files', async () => {
    await file('short.csv', 'b,c\n1,2\n')
    await file('text.csv', 'a,b\n1,x\n2,y\n')
    await file('gap.csv', 'a,b\n1,\n')
    await file('foreign.json', '{"schema":"other"}')
    await file('array.json', '[1]')
    await file('null.json', 'null')
    await file('cut.json', model.slice(0, model.length >> 1))
    await file('newer.json', model.replace('"version": 1', '"version": 2'))
    await file('wrong.json', model.replace('"columns": ["a","b"]', '"columns": ["a"]'))
    await file('zero.json', model.replace(/"scale":\[[^\]]*\]/, '"scale":[0,1]'))
    await file('negative.json', model.replace(/"scale":\[[^\]]*\]/, '"scale":[-1,1]'))
    await file('holes.json', model.replace(/"clusteredCentroids": \[\[[^,]*/, '"clusteredCentroids": [[null'))
    const cases: [string, string, RegExp][] = [
      ['short.csv', 'm.json', /no column 'a', which the model m\.json needs/],
      ['text.csv', 'm.json', /column 'b' of text\.csv holds text: 'x' in row 1/],
      ['gap.csv', 'm.json', /1 missing cell in 1 row, the first in row 1.*--missing drop/],
      ['train.csv', 'nowhere.json', /no model nowhere\.json; give/],
      ['train.csv', 'train.csv', /not JSON/],
      ['train.csv', 'foreign.json', /foreign\.json is not a model/],
      ['train.csv', 'array.json', /is not a model/],
      ['train.csv', 'null.json', /is not a model/],
      ['train.csv', 'cut.json', /cut\.json is not JSON, or is damaged; give/],
      ['train.csv', 'newer.json', /version 2, but this version of lloyd reads 1/],
      ['train.csv', 'wrong.json', /damaged: scaling\.mean is not 1 numbers/],
      ['train.csv', 'zero.json', /damaged: scaling\.scale/],
      ['train.csv', 'negative.json', /damaged: scaling\.scale/],
      ['train.csv', 'holes.json', /damaged: clusteredCentroids is not 2 rows of 2/],
    ]
    for (const [table, model, message] of cases) await expectRefusal(['predict', table, '--model', model], message)
    await expectRefusal(['predict', 'train.csv'], /'--model <file>' not specified/)
    await expectRefusal(['predict', 'train.csv', '--model', 'm.json', '-o', 'm.json', '--force'], /m\.json is read/)
  })
})

describe('lloyd elbow', () => {
  it('prints the curve and draws it', async () => {
    const args = ['elbow', data('iris.csv'), '--to', '8', '--restarts', '3', '--svg', 'curve.svg']
    const { code, stdout } = await lloyd(args)
    expect(code).toBe(0)
    const knee = /^knee +k = (\d)$/m.exec(stdout)![1]
    expect(stdout).toMatch(/^k +inertia$/m)
    expect(stdout).toMatch(/^1 +681\.371 +█{40}$/m)
    expect(stdout).toMatch(/^3 +78\.85\d* +█+[▏▎▍▌▋▊▉]?( ← knee)?$/m)
    expect(stdout.match(/^(\d) .* ← knee$/m)![1]).toBe(knee)
    const svg = text('curve.svg')
    expect(svg).toContain(`knee: k = ${knee}`)
    expect(svg.match(/class="dot"/g)).toHaveLength(8)
    expect(await sharp(Buffer.from(svg)).metadata()).toMatchObject({ format: 'svg', width: 720, height: 440 })
    const { channels } = await sharp(Buffer.from(svg)).stats()
    expect(Math.min(...channels.slice(0, 3).map(({ stdev }) => stdev))).toBeGreaterThan(5)
  })

  it('prints JSON', async () => {
    await file('t.csv', groups)
    const { k, inertia, knee, svg } = await runJson(['elbow', 't.csv'])
    expect({ k, svg }).toEqual({ k: [1, 2, 3, 4, 5, 6], svg: undefined })
    expect(knee).toBe(2)
    expect(inertia[5]).toBe(0)
    expect(inertia.every((value: number, i: number) => i === 0 || value <= inertia[i - 1])).toBe(true)
    expect(await runJson(['elbow', 't.csv', '--from', '4', '--to', '5'])).toMatchObject({ k: [4, 5], knee: null })
    expect((await lloyd(['elbow', 't.csv', '--to', '1'])).stdout).toMatch(/^knee +none/m)
  })

  it('refuses bad ranges', async () => {
    await file('t.csv', groups)
    await file('curve.svg', 'somebody needs this')
    await expectRefusal(['elbow', 't.csv', '--from', '0'], /--from must be an integer from 1/)
    await expectRefusal(['elbow', 't.csv', '--from', '5', '--to', '4'], /--to must be at least --from, 5, got 4/)
    await expectRefusal(['elbow', 't.csv', '--to', '7'], /--to must be at most the number of rows, 6, got 7/)
    await expectRefusal(['elbow', 't.csv', '--from', '8'], /--from must be at most the number of rows, 6, got 8/)
    await expectRefusal(['elbow', 't.csv', '--svg', 'curve.svg'], /curve\.svg exists.*--force.*with --svg/)
  })
})
