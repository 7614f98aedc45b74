/** Outputs of `lloyd` for tables, read back by other software; and models that store how tables are read. */
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { formatCsv } from '../../src/cli/views/csv'
import { useCli } from '../support/cli'

const cli = useCli()
const data = (name: string) => fileURLToPath(new URL(`../data/tables/${name}`, import.meta.url))
const file = (name: string, text: string) => writeFile(cli.in(name), text)
const onCpu = (args: string[]) => [...args, '--backend', 'cpu']
const run = (args: string[]) => cli.lloyd(onCpu(args))
const runJson = (args: string[]) => cli.runJson(onCpu(args))

/** The cells of a CSV as a strict reader has them: every line of one length, no fault, nothing trimmed or converted. */
function readStrictly(text: string): string[][] {
  expect(text.endsWith('\n')).toBe(true)
  const { data, errors } = Papa.parse<string[]>(text.slice(0, -1), { delimiter: ',', newline: '\n' })
  expect(errors).toEqual([])
  expect(new Set(data.map((cells) => cells.length)).size).toBe(1)
  return data
}

const odd = ['a, b', 'say "x"', 'two\nlines', ' ends ', '#hash', "'", '', 'sep=;', '\ufeffmark', 'ü;|\t', '=1+1', '007']

describe('CSV files', () => {
  it('give back any names and cells', () => {
    const lines = [odd, [...odd].reverse(), odd.map((_, at) => (at % 2 ? at / 8 : null))]
    const [names, ...rows] = readStrictly(formatCsv(odd, lines))
    expect(names).toEqual(odd)
    expect(rows).toEqual(lines.map((line) => line.map((cell) => (cell === null ? '' : String(cell)))))
    expect(readStrictly(formatCsv(['a', 'a', 'a (2)'], []))[0]).toEqual(['a', 'a (2)', 'a (2) (2)'])
  })

  it('have the identifiers of the rows, as they are spelt, beside labels and codes', async () => {
    const ids = odd.map((text, row) => (row % 2 ? text : `0${'9'.repeat(19)}${row}`))
    const rows = ids.map((id, row) => [id, String(row), row < 6 ? '0' : '50'])
    await file('t.csv', Papa.unparse([['the "id", of rows', 'label', 'b'], ...rows], { newline: '\n', quotes: true }))
    const id = ['--id', '"the ""id"", of rows",label']
    const {
      labels,
      ids: listed,
      columns,
    } = await runJson(['kmeans', 't.csv', '--k', '2', ...id, '-o', 'l.csv', '--save', 'm.json'])
    expect(columns).toEqual(['b'])
    const expected = rows.map(([id, label], row) => [String(row + 1), id, label, String(labels[row])])
    expect(readStrictly(readFileSync(cli.in('l.csv'), 'utf8'))).toEqual([
      ['row', 'the "id", of rows', 'label (2)', 'label'],
      ...expected,
    ])
    expect(listed).toEqual({ 'the "id", of rows': ids, label: rows.map(([, label]) => label) })
    const predicted = await run(['predict', 't.csv', '--model', 'm.json', ...id])
    expect(readStrictly(predicted.stdout).slice(1)).toEqual(expected)
    const train = ['autoencoder', 'train', 't.csv', '--encoder', '1', '--epochs', '1', '--save', 'm.safetensors', ...id]
    expect(await run(train)).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^lloyd: learning 1 column: b; left out 2/),
    })
    const codes = await run(['autoencoder', 'encode', 't.csv', '--model', 'm.safetensors', ...id])
    expect(readStrictly(codes.stdout).map((cells) => cells.slice(0, 3))).toEqual([
      ['row', 'the "id", of rows', 'label'],
      ...expected.map((cells) => cells.slice(0, 3)),
    ])
  })
})

describe('lloyd predict', () => {
  it('reads a table as that of the model was read', async () => {
    await file('de.csv', '% made\nid;0;1\n7;1,5;1\n8;2,5;x\n9;1.001,5;3\n3;1.002,5;3\n')
    const options = ['--decimal', ',', '--comment', '%', '--na', 'x,-9']
    const trained = await runJson(['kmeans', 'de.csv', '--k', '2', '--missing', 'mean', ...options, '--save', 'm.json'])
    expect(trained).toMatchObject({ columns: ['0', '1'], filled: 1 })
    expect(JSON.parse(readFileSync(cli.in('m.json'), 'utf8')).reading).toEqual({
      decimal: ',',
      comment: '%',
      na: ['x', '-9'],
    })
    // In another order, with other columns, and a header of which only the model's names tell that it is one.
    await file('more.csv', '1;99;0\n% x\n3;5;1.000,5\n-9;5;2,5\n')
    const { labels, dropped } = await runJson(['predict', 'more.csv', '--model', 'm.json', '--missing', 'drop'])
    expect(dropped).toBe(1)
    expect(labels).toEqual([trained.labels[2], null])
    await file('en.csv', '0,1\n1.5,1\n1000.5,3\n')
    const english = await runJson(['predict', 'en.csv', '--model', 'm.json', '--decimal', '.'])
    expect(english.labels).toEqual([trained.labels[0], trained.labels[2]])
    await file('renamed.csv', 'zero;1\n1,5;1\n')
    await cli.expectRefusal(
      ['predict', 'renamed.csv', '--model', 'm.json'],
      /has no column '0', which the model m\.json needs/,
    )
    await file('wrong.json', readFileSync(cli.in('m.json'), 'utf8').replace('"decimal":","', '"decimal":7'))
    await cli.expectRefusal(['predict', 'more.csv', '--model', 'wrong.json'], /damaged: reading does not say/)
  })

  it('takes the columns of a table without names by their places, and never its first row for names', async () => {
    await file('t.csv', '0,5\n1,5.5\n100,7\n101,8\n')
    const trained = await runJson(['kmeans', 't.csv', '--k', '2', '--save', 'm.json', '--columns', '1'])
    await file('p.csv', '1,2,3\n0.5,0.25,7.5\n100.5,2.5,0.1\n')
    const { labels, rows, stderr } = await runJson(['predict', 'p.csv', '--model', 'm.json'])
    expect(rows).toBe(3)
    expect(labels).toEqual([trained.labels[0], trained.labels[0], trained.labels[2]])
    expect(stderr).toMatch(/have no names; used 1 of 3 by position: column 1/)
  })
})

describe('the command line', () => {
  it.each(['kmeans', 'elbow', 'predict', 'autoencoder train', 'autoencoder encode', 'autoencoder anomalies'])(
    'states the rules in %s --help',
    async (command) => {
      const { stdout } = await cli.serve([...command.split(' '), '--help'])
      for (const option of [
        '--id',
        '--missing',
        '--na',
        '--header',
        '--no-header',
        '--delimiter',
        '--decimal',
        '--comment',
      ]) {
        expect(stdout).toContain(`${option} `)
      }
      expect(stdout).toMatch(/How a table is read:/)
      expect(stdout).toMatch(/class, classes, label, labels, target, targets, species, cluster or clusters/)
    },
  )

  it('says in one line what it took, and refuses in one line', async () => {
    const { stderr, code } = await run(['elbow', data('cases/id_customer_id.csv'), '--to', '3'])
    expect(code).toBe(0)
    expect(stderr).toBe(
      'lloyd: clustering 3 columns: a, b, c; left out 1 column: customer_id (an identifier by its name); --columns chooses others\n',
    )
    const table = data('cases/dec_thousands_de.csv')
    await cli.expectRefusal(
      ['kmeans', table, '--k', '3'],
      /'1\.000,50' in row 1 \(line 2\).*--decimal , reads it as 1000\.5/,
    )
    await cli.expectRefusal(
      ['kmeans', table, '--k', '3', '--delimiter', 'semi'],
      /--delimiter must be one character, or comma/,
    )
    await cli.expectRefusal(['kmeans', table, '--k', '3', '--decimal', ';'], /--decimal/)
    const german = await runJson([
      'kmeans',
      table,
      '--k',
      '2',
      '--decimal',
      ',',
      '--na',
      '-999',
      '--delimiter',
      'semicolon',
    ])
    expect(german.columns).toEqual(['pop', 'area'])
  })
})
