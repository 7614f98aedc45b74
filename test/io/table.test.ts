import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { tableFromArrays, tableToIPC } from 'apache-arrow'
import fc from 'fast-check'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { LloydError, type NumberColumn, readTable, type Table, type TextColumn } from 'lloyd'
import { beforeEach, describe, expect, it } from 'vitest'

const data = (name: string) => fileURLToPath(new URL(`../data/tables/${name}`, import.meta.url))

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lloyd-table-'))
  return () => rm(folder, { recursive: true })
})

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

const readText = async (text: string, name = 'table.csv', options = {}) => readTable(await file(name, text), options)

/** The columns by name: numbers as an array, text as its strings, anything else as what it is said to be. */
function contentOf(table: Table): Record<string, unknown> {
  return Object.fromEntries(
    table.columns.map((column) => [
      column.name,
      column.kind === 'number' ? [...column.values] : column.kind === 'text' ? column.values : column.type,
    ]),
  )
}

async function expectError(reading: Promise<unknown>, code: string, message: RegExp): Promise<void> {
  const error = await reading.then(
    () => null,
    (reason) => reason,
  )
  expect(error).toBeInstanceOf(LloydError)
  expect(error.message).toMatch(message)
  expect(error.message).not.toContain('\n')
  expect(error.code).toBe(code)
}

const N = Number.NaN

describe('readTable, text', () => {
  it.each<[string, string, Record<string, unknown>, string?]>([
    ['a header', 'a,b\n1,2\n3,4\n', { a: [1, 3], b: [2, 4] }],
    ['no header', '1,2\n3,4', { 'column 1': [1, 3], 'column 2': [2, 4] }],
    ['a first row with missing cells', '1,NA\n?,4\n', { 'column 1': [1, N], 'column 2': [N, 4] }],
    [
      'rows that begin with numbers and end with text',
      '5.1,x\n4.9,y\n',
      { 'column 1': [5.1, 4.9], 'column 2': ['x', 'y'] },
    ],
    ['names that are years', 'name,2019,2020\nx,1,2\n', { name: ['x'], '2019': [1], '2020': [2] }],
    ['a byte order mark', '\ufeffa,b\n1,2\n', { a: [1], b: [2] }],
    ['CRLF', 'a,b\r\n1,2\r\n3,4\r\n', { a: [1, 3], b: [2, 4] }],
    ['the line ends of old Macs', 'a,b\r1,2\r', { a: [1], b: [2] }],
    ['quotes', '"a, or b","say ""c"""\n"1","x\ny"\n2,"z"\n', { 'a, or b': [1, 2], 'say "c"': ['x\ny', 'z'] }],
    ['blanks', ' a , b\n 1 ,\t2\n3,   \n', { a: [1, 3], b: [2, N] }],
    ['blank lines', '\n\na,b\n\n1,2\n\n\n3,4\n\n', { a: [1, 3], b: [2, 4] }],
    ['a single column, with blanks', 'a\n1\n\n3\n\n', { a: [1, N, 3] }],
    ['missing markers', 'a\n1\nNA\nn/a\nNaN\nnull\nNULL\n?\n', { a: [1, N, N, N, N, N, N] }],
    ['numbers', 'a\n-1\n+2\n.5\n5.\n1e3\n-Inf\ninfinity\n', { a: [-1, 2, 0.5, 5, 1000, -1 / 0, 1 / 0] }],
    ['what only JavaScript takes for a number', 'a\n0x10\nx\ny\n', { a: ['0x10', 'x', 'y'] }],
    [
      'text after numbers, as it is spelt',
      'a,b\n007,1\n,2\nx,3\n1e2,4\ny,5\n',
      { a: ['007', '', 'x', '1e2', 'y'], b: [1, 2, 3, 4, 5] },
    ],
    ['text after missing cells', 'a\nNA\nx\n', { a: ['', 'x'] }],
    ['semicolons', 'a;b\n1;2.5\n', { a: [1], b: [2.5] }],
    ['semicolons beside commas', 'a, b;c\n1;2\n', { 'a, b': [1], c: [2] }],
    ['tabs', 'a\tb\n1\t2\n', { a: [1], b: [2] }, 'table.tsv'],
    ['commas in a tabbed file', 'a,b\tc\nx,y\t2\n', { 'a,b': ['x,y'], c: [2] }, 'table.tsv'],
    ['a header without one name', ',b\n0,1\n', { 'column 1': [0], b: [1] }],
    ['a header of years', 'name,2019\nx,3\n', { name: ['x'], '2019': [3] }],
    ['a header that counts', 'name,1,2\nx,3,5\n', { name: ['x'], '1': [3], '2': [5] }],
    [
      'text above text and a number above numbers',
      'alice,30\nbob,25\n',
      {
        'column 1': ['alice', 'bob'],
        'column 2': [30, 25],
      },
    ],
    ['the header of numpy.savetxt', '# a,b\n1,2\n', { a: [1], b: [2] }],
    ['an ending in capitals', 'a\n1\n', { a: [1] }, 'TABLE.CSV'],
  ])('reads %s', async (_, text, content, name) => {
    expect(contentOf(await readText(text, name))).toEqual(content)
  })

  it('reads gzipped files, and UTF-16', async () => {
    const text = 'a,ß\n1,2\n'
    expect(contentOf(await readTable(await file('a.csv.gz', gzipSync(text))))).toEqual({ a: [1], ß: [2] })
    expect(contentOf(await readTable(await file('a.tsv.gz', gzipSync('a\tb\n1\t2\n'))))).toEqual({ a: [1], b: [2] })
    const wide = Buffer.from(`\ufeff${text}`, 'utf16le')
    expect(contentOf(await readTable(await file('wide.csv', wide)))).toEqual({ a: [1], ß: [2] })
    expect(contentOf(await readTable(await file('big.csv', Buffer.from(wide).swap16())))).toEqual({ a: [1], ß: [2] })
  })

  it('takes the first line for what it is told', async () => {
    expect(contentOf(await readText('1,2\n3,4\n', 'a.csv', { header: true }))).toEqual({ '1': [3], '2': [4] })
    const table = await readText('a,2\nb,4\n', 'a.csv', { header: false })
    expect(contentOf(table)).toEqual({ 'column 1': ['a', 'b'], 'column 2': [2, 4] })
    expect(table.named).toBe(false)
  })

  it('counts missing cells, and remembers lines and the first text', async () => {
    const table = await readText('a,b\n\n1,x\n"",3\n2,"y\nz"\n,4\n')
    expect(table).toMatchObject({ format: 'csv', rows: 4, named: true, label: null, classes: [] })
    expect([...table.lines!]).toEqual([3, 4, 5, 7])
    expect(table.columns[0]).toMatchObject({ kind: 'number', missing: 2 })
    expect(table.columns[1]).toMatchObject({ kind: 'text', missing: 0, firstText: { value: 'x', row: 0 } })
    expect((await readText('a,b\n1,2\n3,oops\n')).columns[1]).toMatchObject({ firstText: { value: 'oops', row: 1 } })
  })

  it("recognises scikit-learn's files", async () => {
    const iris = await readTable(data('iris.csv'))
    expect(iris).toMatchObject({
      rows: 150,
      named: false,
      label: 'column 5',
      classes: ['setosa', 'versicolor', 'virginica'],
    })
    expect(iris.columns.map((column) => column.name)).toEqual([
      'column 1',
      'column 2',
      'column 3',
      'column 4',
      'column 5',
    ])
    expect((iris.columns[0] as NumberColumn).values.slice(0, 3)).toEqual(Float64Array.of(5.1, 4.9, 4.7))
    expect(iris.lines![0]).toBe(2)
    const cancer = await readTable(data('breast_cancer.csv'))
    expect(cancer).toMatchObject({ rows: 569, label: 'column 31', classes: ['malignant', 'benign'] })
    const wine = await readTable(data('wine_data.csv'))
    expect([wine.rows, wine.columns.length]).toEqual([178, 14])
    const digits = await readTable(data('digits.csv.gz'))
    expect([digits.rows, digits.columns.length, digits.label]).toEqual([1797, 65, null])
    const cut = (await readFile(data('iris.csv'), 'utf8')).split('\n').slice(0, 100).join('\n')
    await expectError(readText(cut), 'FormatError', /has 99 rows, but its first line says 150/)
  })

  it.each<[string, string, RegExp, string?]>([
    ['an empty file', '', /table\.csv is empty; give/],
    ['a file of blank lines', '\n \n\n', /is empty; give/],
    ['a header alone', 'a,b\n', /header and no rows; give/],
    ['a short row', 'a,b\n1,2\n3\n', /1 cell on line 3, but 2 in the first; correct/],
    ['a long row', 'a,b\n\n1,2\n"3",4,5\n', /3 cells on line 4, but 2.*hold a ','/],
    ['a long row after a cell of two lines', 'a,b\n"1\n1",2\n3,4,5\n', /3 cells on line 4/],
    ['a long row of tabs', 'a\tb\n1\t2\t3\n', /3 cells on line 2.*hold a tab/, 'table.tsv'],
    ['a name twice', 'a,b,a\n1,2,3\n', /two columns named 'a' \(columns 1 and 3\); rename/],
    ['decimal commas', 'a;b\n1;2,5\n3;1\n', /'2,5' among.*'b', on line 2; option decimal ',' reads it as 2\.5$/],
    ['decimal commas in quotes', 'a,b\n1,"2,5"\n', /'2,5' among the numbers of column 'b', on line 2/],
    ['separators of thousands', 'a\n1\n"1,234.5"\n', /'1,234\.5'.*on line 3; option decimal '\.' reads it as 1234\.5$/],
    ['an open quote', 'a,b\n1,2\n"3,4\n5,6\n', /quote that is not closed.*line 3; correct/],
    ['zeros', 'a\0b', /not a text file/],
  ])('refuses %s', (_, text, message, name) => expectError(readText(text, name), 'FormatError', message))

  it('refuses bytes that are no UTF-8, and damaged archives', async () => {
    const latin = Buffer.from('a,b\nfa\xe7ade,1\n', 'latin1')
    await expectError(readTable(await file('a.csv', latin)), 'FormatError', /a\.csv is not encoded in UTF-8; save/)
    const cut = gzipSync('a,b\n1,2\n').subarray(0, 20)
    await expectError(readTable(await file('b.csv.gz', cut)), 'FormatError', /b\.csv\.gz is damaged \(.*\); get/)
  })

  it('reads files of many pieces, and notices a quote that swallows them', async () => {
    const rows = 60_000
    const lines = Array.from({ length: rows }, (_, row) => `${row},"${row % 2 ? 'odd' : 'even\r\n'}",${row / 8}`)
    const table = await readText(`i,t,x\r\n${lines.join('\r\n')}\r\n`)
    const { i, t, x } = Object.fromEntries(table.columns.map((column) => [column.name, column]))
    expect(table.rows).toBe(rows)
    expect((i as NumberColumn).values.every((value, row) => value === row)).toBe(true)
    expect((x as NumberColumn).values.every((value, row) => value === row / 8)).toBe(true)
    expect((t as TextColumn).values.every((value, row) => value === (row % 2 ? 'odd' : 'even'))).toBe(true)
    expect(table.lines![rows - 1]).toBe(1 + rows + rows / 2)
    const swallowed = `a,b\n1,2\n3,"${'4,5\n'.repeat(4_500_000)}`
    await expectError(readText(swallowed), 'FormatError', /quote that is not closed.*line 3; correct/)
  })

  it('gives back what was written', async () => {
    const cell = fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.constant(N))
    const tables = fc
      .integer({ min: 1, max: 5 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
      )
    await fc.assert(
      fc.asyncProperty(tables, fc.constantFrom(',', ';', '\t'), fc.boolean(), async (rows, separator, crlf) => {
        const names = rows[0].map((_, column) => `name ${column}`)
        const lines = [names, ...rows.map((row) => row.map((value) => (Number.isNaN(value) ? 'NA' : String(value))))]
        const text = lines.map((line) => line.join(separator)).join(crlf ? '\r\n' : '\n')
        const table = await readText(text, separator === '\t' ? 'a.tsv' : 'a.csv')
        const expected = names.map((name, column) => [name, rows.map((row) => row[column])])
        // String(-0) is '0'.
        expect(JSON.stringify(contentOf(table))).toEqual(JSON.stringify(Object.fromEntries(expected)))
      }),
      { numRuns: 60 },
    )
  })
})

describe('readTable, files', () => {
  it.each<[string, RegExp]>([
    ['nowhere.csv', /there is no file .*nowhere\.csv; check/],
    ['nowhere.xlsx', /there is no file/],
    ['folder.csv', /folder\.csv is a directory; name/],
    ['table.xlsx', /unknown kind; give a file that ends in \.csv/],
    ['table', /unknown kind/],
    ['table.npy.gz', /unknown kind/],
  ])('refuses %s', async (name, message) => {
    await mkdir(join(folder, 'folder.csv'))
    for (const existing of ['table.xlsx', 'table', 'table.npy.gz']) await file(existing, 'x')
    await expectError(readTable(join(folder, name)), 'InputError', message)
  })

  it.each(['npy', 'parquet', 'arrow', 'feather', 'csv'])('refuses empty and foreign .%s files', async (ending) => {
    await expectError(readTable(await file(`a.${ending}`, '')), 'FormatError', /is empty/)
    const foreign = await file(`b.${ending}`, Buffer.from('\0not what it says, but long enough to look into it'))
    await expectError(readTable(foreign), 'FormatError', /is not a/)
  })

  it('refuses unknown options, and stops on a signal', async () => {
    await expectError(readTable('a.csv', { heading: true } as object), 'InputError', /no option 'heading'/)
    const reason = new Error('enough')
    for (const name of ['iris.csv', 'numpy/f8.npy', 'pyarrow-snappy.parquet', 'pyarrow-lz4.feather']) {
      await expect(readTable(data(name), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    }
  })
})

describe('readTable, .npy', () => {
  it.each<[string, number[][]]>([
    [
      'numpy/f8.npy',
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    ],
    [
      'numpy/f4-fortran.npy',
      [
        [0.25, 1],
        [0.5, 1.25],
        [0.75, 1.5],
      ],
    ],
    [
      'numpy/f4-big.npy',
      [
        [0.25, 1],
        [0.5, 1.25],
        [0.75, 1.5],
      ],
    ],
    [
      'numpy/i8.npy',
      [
        [-2, 1],
        [-1, 2],
        [0, 3],
      ],
    ],
    [
      'numpy/u1.npy',
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    ],
    ['numpy/f2.npy', [[1.5, -(2 ** -24), N, 65504, 1 / 0]]],
  ])('reads %s', async (name, columns) => {
    const table = await readTable(data(name))
    expect(table).toMatchObject({ format: 'npy', named: false, rows: columns[0].length, lines: null })
    expect(Object.values(contentOf(table))).toEqual(columns)
    expect((table.columns[0] as NumberColumn).missing).toBe(columns[0].filter(Number.isNaN).length)
  })

  it('refuses what is no table of numbers', async () => {
    await expectError(readTable(data('numpy/3d.npy')), 'FormatError', /3 dimensions; save it with two/)
    await expectError(
      readTable(data('numpy/text.npy')),
      'FormatError',
      /holds text, elements of type U1; save it as float64/,
    )
    const whole = await readFile(data('numpy/f8.npy'))
    await expectError(readTable(await file('a.npy', whole.subarray(0, 160))), 'FormatError', /ends after 160 of 176/)
    await expectError(readTable(await file('b.npy', whole.subarray(0, 40))), 'FormatError', /damaged header/)
  })
})

describe('readTable, columnar files', () => {
  const rows = Array.from({ length: 20_000 }, (_, row) => row)
  const pyarrow: Record<string, unknown> = {
    x: rows.map((row) => (row % 7 === 3 ? N : (row % 100) / 4)),
    count: rows.map((row) => Math.floor(row / 100)),
    half: rows.map((row) => row % 5),
    price: rows.map((row) => (row % 9) + 0.25),
    kind: rows.map((row) => ['red', 'green', ''][row % 3]),
    even: rows.map((row) => Number(row % 2 === 0)),
    day: 'times',
    'pair[0]': rows.map(() => 1),
    'pair[1]': rows.map(() => 2),
  }

  it.each([
    'pyarrow-lz4.feather',
    'pyarrow-zstd.feather',
    'pyarrow-snappy.parquet',
    'pyarrow-zstd.parquet',
    'pyarrow-gzip.parquet',
    'pyarrow-brotli.parquet',
    'pyarrow-lz4.parquet',
  ])('reads %s', async (name) => {
    const table = await readTable(data(name))
    expect(table).toMatchObject({ rows: 20_000, named: true, format: name.endsWith('parquet') ? 'parquet' : 'arrow' })
    expect(table.columns.map((column) => ('missing' in column ? column.missing : -1))).toEqual([
      2857, 0, 0, 0, 6666, 0, -1, 0, 0,
    ])
    const content = contentOf(table)
    for (const name of Object.keys(pyarrow)) expect(content[name], name).toEqual(pyarrow[name])
  })

  it.each(['pyarrow-zstd.feather', 'pyarrow-snappy.parquet'])(
    'reads the dates of %s as text where they are asked for',
    async (name) => {
      const [day] = (await readTable(data(name), { text: ['day'] })).columns.filter((column) => column.name === 'day')
      expect(day).toMatchObject({ kind: 'text', missing: 0 })
      const { values } = day as TextColumn
      expect(values).toEqual(rows.map((row) => `2020-01-${String(1 + (row % 28)).padStart(2, '0')}`))
    },
  )

  it('reads a stream of record batches', async () => {
    const content = contentOf(await readTable(data('pyarrow-stream.arrow')))
    expect(content.x).toEqual((pyarrow.x as number[]).slice(0, 200))
    expect(content.kind).toEqual((pyarrow.kind as string[]).slice(0, 200))
  })

  it('reads what pandas writes', async () => {
    const table = { 'a.b': [1.5, N, 3], c: [1, 2, 3], s: ['x', '', 'z'] }
    expect(contentOf(await readTable(data('pandas.parquet')))).toEqual({ ...table, __index_level_0__: [10, 20, 30] })
    expect(contentOf(await readTable(data('pandas.csv')))).toEqual({ ...table, 'column 1': [10, 20, 30] })
  })

  it('reads what the JavaScript writers write', async () => {
    const big = 2n ** 40n
    const parquet = parquetWriteBuffer({
      columnData: [
        { name: 'f', data: [1.5, null, 3], type: 'DOUBLE' },
        { name: 'i', data: [big, big + 1n, -1n], type: 'INT64' },
        { name: 's', data: ['a', 'b', null], type: 'STRING' },
      ],
    })
    const content = { f: [1.5, N, 3], i: [2 ** 40, 2 ** 40 + 1, -1], s: ['a', 'b', ''] }
    expect(contentOf(await readTable(await file('a.parquet', new Uint8Array(parquet))))).toEqual(content)
    const arrow = tableFromArrays({ f: [1.5, null, 3], i: BigInt64Array.of(big, big + 1n, -1n), s: ['a', 'b', null] })
    for (const kind of ['file', 'stream'] as const) {
      expect(contentOf(await readTable(await file(`${kind}.arrow`, tableToIPC(arrow, kind))))).toEqual(content)
    }
  })

  it('refuses files without rows, and damaged ones', async () => {
    const none = parquetWriteBuffer({ columnData: [{ name: 'f', data: [], type: 'DOUBLE' }] })
    await expectError(readTable(await file('none.parquet', new Uint8Array(none))), 'FormatError', /no rows/)
    const empty = tableToIPC(tableFromArrays({ f: new Float64Array(0) }), 'file')
    await expectError(readTable(await file('none.arrow', empty)), 'FormatError', /no rows/)
    for (const name of ['pyarrow-lz4.feather', 'pyarrow-snappy.parquet', 'pyarrow-stream.arrow']) {
      const whole = await readFile(data(name))
      const cut = await file(`cut-${name}`, whole.subarray(0, whole.length >> 1))
      await expectError(readTable(cut), 'FormatError', /cut-.* is (damaged|not a)/)
    }
    await expectError(
      readTable(await file('v1.feather', 'FEA1 and so on, long enough')),
      'FormatError',
      /version 1 of the Feather format; save it as version 2/,
    )
  })
})
