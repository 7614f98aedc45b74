import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createAutoencoder, createEngine, dense, loadAutoencoder } from 'lloyd'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { readSafetensors } from '../oracle/safetensors'
import { useCli } from '../support/cli'
import { readDataset, rowsOf } from '../support/datasets'

const cli = useCli()
const data = (name: string) => fileURLToPath(new URL(`../data/tables/${name}`, import.meta.url))
const iris = data('iris.csv')

/** The CPU executor, which starts at once; engines are tested elsewhere. */
const onCpu = (args: string[]) => ['autoencoder', ...args, '--backend', 'cpu']
const run = (args: string[]) => cli.lloyd(onCpu(args))
const runJson = (args: string[]) => cli.runJson(onCpu(args))
const refuse = (args: string[], message: RegExp) => cli.expectRefusal(onCpu(args), message)
const file = (name: string, text: string) => writeFile(cli.in(name), text)
const text = (name: string) => readFileSync(cli.in(name), 'utf8')
const lines = (csv: string) => csv.trimEnd().split('\n')

const quick = ['--encoder', '6,2', '--epochs', '5', '--standardize', '--save', 'm.safetensors']
const trainQuickly = async (table: string, more: string[] = []) => {
  const { code, stderr } = await run(['train', table, ...quick, ...more])
  expect(code, stderr).toBe(0)
}

describe('lloyd autoencoder train', () => {
  it('trains on the numeric columns, and says what came of it', async () => {
    const args = [
      'train',
      iris,
      '--encoder',
      '8,2',
      '--activation',
      'tanh',
      '--epochs',
      '40',
      '--learning-rate',
      '0.01',
    ]
    const { code, stdout, stderr } = await run([
      ...args,
      '--standardize',
      '--validation',
      '0.2',
      '--save',
      'm.safetensors',
    ])
    expect(code).toBe(0)
    expect(stderr).toMatch(
      /^lloyd: learning 4 columns: [^;]+; left out 1 column: column 5 \(the label: setosa, versicolor, virginica\)[^\n]*\n$/,
    )
    expect(stdout).toMatch(/^table .*iris\.csv, 150 rows by 4 columns$/m)
    expect(stdout).toMatch(/^network +4-8-2-8-4, 118 parameters$/m)
    const [, first, last] = stdout.match(
      /^training +40 epochs, loss ([\d.]+) → ([\d.]+), validation [\d.]+ → [\d.]+$/m,
    )!
    expect(Number(last)).toBeLessThan(Number(first) / 4)
    expect(stdout).toMatch(/^model +m\.safetensors/m)
  })

  it('writes a model that the library loads, with every option in it', async () => {
    const options = '--encoder 5,3 --activation softplus --epochs 3 --batch 16 --noise gaussian:0.1 --sparsity 0.01'
    const more =
      '--optimizer adamw --learning-rate 0.02 --schedule cosine --clip 5 --validation 0.25 --seed 4 --patience 9'
    const result = await runJson(['train', iris, ...`${options} ${more}`.split(' '), '--save', 'm.safetensors'])
    expect(result).toMatchObject({
      rows: 150,
      epochs: 3,
      parameters: 20 + 5 + 15 + 3 + 15 + 5 + 20 + 4,
      backend: 'cpu',
    })
    expect(result.loss).toHaveLength(3)
    expect(result.validation).toHaveLength(3)
    using engine = await createEngine({ backend: 'cpu' })
    using autoencoder = await loadAutoencoder(engine, readFileSync(cli.in('m.safetensors')))
    expect(autoencoder.architecture).toEqual(result.architecture)
    expect(autoencoder.architecture).toMatchObject({
      inputs: 4,
      encoder: [dense(5, 'softplus'), dense(3)],
      noise: { kind: 'gaussian', amount: 0.1 },
      sparsity: 0.01,
      standardize: false,
      seed: 4,
    })
    expect(autoencoder.training).toMatchObject({
      epochs: 3,
      batchSize: 16,
      optimizer: { type: 'adamw', learningRate: 0.02 },
      schedule: 'cosine',
      clipNorm: 5,
      validation: 0.25,
      patience: 9,
      loss: result.loss[2],
    })
  })

  it('draws the losses', async () => {
    await trainQuickly(iris, ['--validation', '0.2', '--loss-curve', 'loss.svg'])
    const svg = text('loss.svg')
    expect(svg.match(/<polyline/g)).toHaveLength(2)
    expect(svg).toContain('4-6-2-6-4')
    expect(await sharp(Buffer.from(svg)).metadata()).toMatchObject({ format: 'svg', width: 720, height: 440 })
  })

  it('takes columns in [0, 1] as they are where the loss does', async () => {
    // Far from zero for their spread, and one that is constant.
    const rows = Array.from({ length: 20 }, (_, i) => `${1 - 0.01 * (i % 3)},${(i % 5) / 5},1`)
    await file('t.csv', `x,y,one\n${rows.join('\n')}\n`)
    const options = '--encoder 2 --columns 1,2,3 --epochs 400 --learning-rate 0.05 --save m.safetensors'.split(' ')
    const { code, stderr } = await run(['train', 't.csv', '--loss', 'binary-cross-entropy', ...options])
    expect(code, stderr).toBe(0)
    const { reconstructions } = await runJson(['reconstruct', 't.csv', '--model', 'm.safetensors'])
    reconstructions.forEach(([x, y, one]: number[], i: number) => {
      expect(Math.abs(x - (1 - 0.01 * (i % 3)))).toBeLessThan(0.05)
      expect(Math.abs(y - (i % 5) / 5)).toBeLessThan(0.2)
      expect(one).toBeGreaterThan(0.98)
    })
    await refuse(
      ['train', 't.csv', '--loss', 'binary-cross-entropy', '--standardize', ...options, '--force'],
      /leave \[0, 1\]/,
    )
  })

  it('learns rows that are shares of 1', async () => {
    const rows = Array.from({ length: 30 }, (_, i) =>
      [0.7, 0.2, 0.1].map((_, at) => [0.7, 0.2, 0.1][(at + i) % 3]).join(),
    )
    await file('t.csv', `a,b,c\n${rows.join('\n')}\n`)
    const options = '--loss cross-entropy --encoder 2 --epochs 200 --learning-rate 0.05 --save m.safetensors'
    const { code, stderr } = await run(['train', 't.csv', ...options.split(' ')])
    expect(code, stderr).toBe(0)
    const { reconstructions } = await runJson(['reconstruct', 't.csv', '--model', 'm.safetensors'])
    for (const row of reconstructions) expect(row[0] + row[1] + row[2]).toBeCloseTo(1, 4)
    expect(reconstructions[0][0]).toBeCloseTo(0.7, 1)
    expect(reconstructions[1][0]).toBeCloseTo(0.2, 1)
  })

  it('takes the threshold of anomalies from the rows that it trained on', async () => {
    const train = ['train', iris, ...quick, '--validation', '0.3', '--seed', '5']
    const { errorQuantiles, heldOut } = await runJson(train)
    expect(heldOut).toBe(45)
    using engine = await createEngine({ backend: 'cpu' })
    using autoencoder = await loadAutoencoder(engine, readFileSync(cli.in('m.safetensors')))
    const { points } = readDataset('iris')
    const again = await createAutoencoder(engine, autoencoder.architecture)
    const { heldOut: rows } = await again.fit(points, { epochs: 1, validation: 0.3, seed: 5 })
    again.destroy()
    const errors = (await autoencoder.errors(points)).filter((_, row) => !rows.includes(row)).sort()
    expect(errors).toHaveLength(105)
    expect(errorQuantiles.median).toBe(errors[52])
    expect(errorQuantiles[1]).toBe(errors[104])
  })

  it('refuses what cannot be, before anything is made', async () => {
    const train = (...more: string[]) => ['train', iris, '--save', 'm.safetensors', ...more]
    await refuse(train('--encoder', '8,x'), /--encoder must be an integer .*'x'/)
    await refuse(train('--encoder', '2', '--noise', 'salt:1'), /--noise must be gaussian:0\.1 or masking:0\.3/)
    await refuse(train('--encoder', '2', '--noise', 'masking:1'), /masks every input/)
    await refuse(train('--encoder', '2', '--validation', '1'), /--validation must be above 0 and below 1/)
    await refuse(train('--encoder', '2', '--variational', '--sparsity', '1'), /either variational or sparse/)
    await refuse(
      train('--encoder', '2', '--loss', 'binary-cross-entropy', '--columns', '1,2,3,4'),
      /features in \[0, 1\]/,
    )
    await refuse(train('--encoder', '2', '--columns', 'size'), /no column 'size'/)
    await refuse(train('--encoder', '2', '--loss-curve', 'm.safetensors'), /m\.safetensors is the output of --save/)
    await refuse(['train', iris, '--save', 'm.safetensors'], /required option '--encoder/)
    await refuse(['train', iris, '--encoder', '2'], /required option '--save/)
    await file('m.safetensors', 'somebody needs this')
    await refuse(train('--encoder', '2'), /exists already; give --force/)
  })

  it('fails with one line when the training diverges', async () => {
    const args = [
      'train',
      iris,
      '--encoder',
      '4,2',
      '--optimizer',
      'sgd',
      '--learning-rate',
      '1e6',
      '--save',
      'm.safetensors',
    ]
    const { code, stderr } = await run(args)
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(/training diverged in epoch 1/) })
    // The only step there is.
    const whole = '--encoder 2 --epochs 1 --batch 200 --learning-rate 1e6 --save m.safetensors'
    expect(await run(['train', iris, ...whole.split(' ')])).toMatchObject({ code: 1, stderr })
    expect(cli.snapshot()).toEqual({})
  })
})

describe('a trained model', () => {
  it('encodes and reconstructs as the library does', async () => {
    await trainQuickly(iris)
    const { points } = readDataset('iris')
    using engine = await createEngine({ backend: 'cpu' })
    using autoencoder = await loadAutoencoder(engine, readFileSync(cli.in('m.safetensors')))

    const { stdout } = await run(['encode', iris, '--model', 'm.safetensors'])
    expect(lines(stdout)[0]).toBe('row,code 1,code 2')
    const codes = lines(stdout)
      .slice(1)
      .map((line) => line.split(',').map(Number))
    expect(codes.map(([row]) => row)).toEqual(codes.map((_, row) => row + 1))
    // The decimals give back every float32.
    expect(codes.map(([, ...code]) => code.map(Math.fround))).toEqual(rowsOf(await autoencoder.encode(points)))

    const { reconstructions, columns } = await runJson(['reconstruct', iris, '--model', 'm.safetensors'])
    expect(columns).toEqual(['column 1', 'column 2', 'column 3', 'column 4'])
    expect(reconstructions.map((row: number[]) => row.map(Math.fround))).toEqual(
      rowsOf(await autoencoder.reconstruct(points)),
    )
  })

  it('says so when it takes nameless columns of a wider table by their places', async () => {
    await trainQuickly(iris)
    const narrow = await run(['encode', iris, '--model', 'm.safetensors'])
    expect(narrow.stderr).toBe('')
    const { code, stderr } = await run(['encode', data('breast_cancer.csv'), '--model', 'm.safetensors'])
    expect(code).toBe(0)
    expect(stderr).toMatch(
      /breast_cancer\.csv have no names; used 4 of 31 by position: column 1, column 2, .*column 4$/m,
    )
  })

  it('finds the rows that do not fit, by the errors of training', async () => {
    // On a line, so that one number says all.
    const rows = Array.from({ length: 80 }, (_, i) => `${i},${2 * i + ((i * 7) % 5) / 10}`)
    await file('line.csv', `a,b\n${rows.join('\n')}\n`)
    await file('new.csv', 'b,other,a\n20,x,10\n20,y,60\n100,z,50\n')
    const { code, stderr } = await run(
      'train line.csv --encoder 1 --epochs 150 --learning-rate 0.02 --standardize --save m.safetensors'.split(' '),
    )
    expect(code, stderr).toBe(0)
    const { stdout } = await run([
      'anomalies',
      'new.csv',
      '--model',
      'm.safetensors',
      '--quantile',
      '1',
      '-o',
      'found.csv',
    ])
    expect(stdout).toMatch(/^anomalies +1 of 3 rows have errors above [\d.e-]+, quantile 1 in training$/m)
    expect(lines(text('found.csv'))[0]).toBe('row,error,anomaly')
    expect(
      lines(text('found.csv'))
        .slice(1)
        .map((line) => line.split(',').at(-1)),
    ).toEqual(['0', '1', '0'])
    const { anomalies, results, threshold } = await runJson([
      'anomalies',
      'line.csv',
      '--model',
      'm.safetensors',
      '--quantile',
      '0.9',
    ])
    expect(anomalies).toBe(8)
    const flagged = results.filter(({ anomaly }: { anomaly: boolean }) => anomaly)
    expect(flagged).toHaveLength(8)
    for (const { error } of flagged) expect(error).toBeGreaterThan(threshold)
  })

  it('samples, if it is variational', async () => {
    await trainQuickly(iris, ['--variational', '0.1'])
    const sample = ['sample', '--model', 'm.safetensors', '--count', '5', '--seed']
    const { stdout } = await run([...sample, '3'])
    expect(lines(stdout)[0]).toBe('column 1,column 2,column 3,column 4')
    expect(lines(stdout)).toHaveLength(6)
    expect((await run([...sample, '3'])).stdout).toBe(stdout)
    expect((await run([...sample, '4'])).stdout).not.toBe(stdout)
    await trainQuickly(iris, ['--force'])
    await refuse(
      ['sample', '--model', 'm.safetensors'],
      /m\.safetensors is not variational; train one with --variational/,
    )
  })

  it('leaves rows with missing cells out, or fills them, as it is told', async () => {
    await trainQuickly(iris)
    await file('t.csv', 'column 1,column 2,column 3,column 4\n5,3,1,0.2\n5,,1,0.2\n6,3,5,2\n')
    const model = ['--model', 'm.safetensors']
    await refuse(['encode', 't.csv', ...model], /1 missing cell.*row 2.*--missing drop/)
    const dropped = await run(['encode', 't.csv', ...model, '--missing', 'drop'])
    expect(lines(dropped.stdout)[2]).toBe('2,,')
    expect(await runJson(['anomalies', 't.csv', ...model, '--missing', 'drop'])).toMatchObject({
      dropped: 1,
      results: [{}, null, {}],
    })
    const filled = await runJson(['encode', 't.csv', ...model, '--missing', 'mean'])
    // With the mean of the training: 3.0573 is column 2 of iris.
    await file('u.csv', `column 1,column 2,column 3,column 4\n5,${458.6 / 150},1,0.2\n`)
    const { codes } = await runJson(['encode', 'u.csv', ...model])
    expect(filled.codes[1]).toEqual(codes[0])
  })

  it('keeps columns that are far from zero, and their names', async () => {
    const start = 1.7e9
    const rows = Array.from({ length: 60 }, (_, i) => `${start + i},${i % 7}`)
    await file('times.csv', `"time, in ""s""",b\n${rows.join('\n')}\n`)
    const { code, stderr } = await run(
      'train times.csv --columns 1,2 --encoder 2 --epochs 300 --learning-rate 0.02 --standardize --save m.safetensors'.split(
        ' ',
      ),
    )
    expect(code, stderr).toBe(0)
    const { stdout } = await run(['reconstruct', 'times.csv', '--model', 'm.safetensors'])
    expect(lines(stdout)[0]).toBe('row,"time, in ""s""",b')
    lines(stdout)
      .slice(1)
      .forEach((line, i) => {
        // float32 alone would round to 128 seconds.
        expect(Math.abs(Number(line.split(',')[1]) - (start + i))).toBeLessThan(1)
      })
  })

  it('is refused where it is none, or does not fit the table', async () => {
    await refuse(['encode', iris, '--model', 'none.safetensors'], /there is no model none\.safetensors/)
    await file('m.json', '{"schema":"lloyd.kmeans"}')
    await refuse(['encode', iris, '--model', 'm.json'], /m\.json: this is not a safetensors file/)
    await trainQuickly(iris)
    await refuse(
      ['encode', data('wine_data.csv'), '--model', 'm.safetensors', '-o', 'm.safetensors'],
      /is read and the output/,
    )
    await file('t.csv', 'a,b\n1,2\n')
    await refuse(['encode', 't.csv', '--model', 'm.safetensors'], /t\.csv has no column 'column 1', 'column 2'/)
    await refuse(
      ['anomalies', iris, '--model', 'm.safetensors', '--quantile', '2'],
      /--quantile must be a number from 0 to 1/,
    )

    using engine = await createEngine({ backend: 'cpu' })
    using autoencoder = await createAutoencoder(engine, { inputs: 4, encoder: [dense(2)] })
    await writeFile(cli.in('plain.safetensors'), await autoencoder.save())
    await refuse(['encode', iris, '--model', 'plain.safetensors'], /does not say which columns/)
    autoencoder.metadata.table = JSON.stringify({ columns: ['a'] })
    await writeFile(cli.in('damaged.safetensors'), await autoencoder.save())
    await refuse(['encode', iris, '--model', 'damaged.safetensors'], /damaged: columns is not 4 names/)
    expect(Object.keys(readSafetensors(readFileSync(cli.in('m.safetensors'))).tensors)).toContain('scaling.mean')
  })
})
