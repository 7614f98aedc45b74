/** The rules in `lloyd kmeans --help` for reading tables and choosing the columns to cluster. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createEngine, type Engine, kmeans, LloydError } from 'lloyd'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prepareTable, type ReadOptions } from '../../src/cli/tables/table-job'

const data = (name: string) => fileURLToPath(new URL(`../data/tables/${name}`, import.meta.url))
const signal = new AbortController().signal
let folder = ''
let engine: Engine
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lloyd-rules-'))
  engine = await createEngine({ backend: 'cpu' })
})
afterAll(async () => {
  engine.destroy()
  await rm(folder, { recursive: true })
})

type Options = Partial<ReadOptions>
const prepare = (path: string, options: Options = {}) => prepareTable(path, { missing: 'refuse', ...options }, signal)

/** A table of the given text, made ready; the names of what is clustered, the rows, and what is said. */
async function take(text: string | Uint8Array, options: Options = {}, name = 'table.csv') {
  const path = join(folder, name)
  await writeFile(path, text)
  const { names, rows, leftOut, remarks, table, ids } = await prepare(path, options)
  const { data, columns } = rows.points
  const points = Array.from({ length: rows.points.rows }, (_, row) => [
    ...data.subarray(row * columns, (row + 1) * columns),
  ])
  return { names, points, leftOut, remarks, table, ids, left: leftOut.map(({ name }) => name) }
}

async function expectRefusal(taking: Promise<unknown>, message: RegExp) {
  const error = await taking.then(
    () => null,
    (reason) => reason,
  )
  expect(error).toBeInstanceOf(LloydError)
  expect(error.message).toMatch(message)
  expect(error.message).not.toContain('\n')
  expect(error.message).not.toMatch(/damaged/)
}

describe('tables of users', () => {
  const best = async (path: string, options?: Options) => {
    const { points, names, table, remarks } = await prepare(path, options)
    const { inertia } = await kmeans(engine, points, { k: 3, restarts: 10, seed: 1 })
    return { inertia, names, rows: table.rows, remarks }
  }

  it.each<[string, number, string, Options?]>([
    ['plain.csv', 14.16095, 'a,b,c'],
    ['pandas_noindex.csv', 14.16095, '0,1,2'],
    ['spectra_nolabel.csv', 14.16095, '400.5,401.0,401.5'],
    ['pandas_index.csv', 14.16095, '0,1,2'],
    ['pipe.csv', 14.16095, 'a,b,c'],
    ['sepline.csv', 14.16095, 'a,b,c'],
    ['comment.csv', 14.16095, 'a,b,c', { comment: '#' }],
    ['pm.csv', 14.9419, 'PM,2.5,10'],
    ['id_customer_id.csv', 14.9419, 'a,b,c'],
    ['id_No_.csv', 14.9419, 'a,b,c'],
  ])('%s: inertia %f', async (name, right, columns, options) => {
    const { inertia, names, rows } = await best(data(`cases/${name}`), options)
    expect(names.join()).toBe(columns)
    expect(rows).toBe(60)
    expect(inertia).toBeCloseTo(right, 4)
  })

  it.each<[string, string, string[], Options?]>([
    ['rgb.npy', 'column 1,column 2,column 3', []],
    ['onehot.npy', 'column 1,column 2,column 3,column 4,column 5,column 6,column 7,column 8', []],
    ['survey.csv', 'q1,q2,q3,q4,q5,q6', []],
    ['ns.arrow', 'ns,a,b', []],
    ['bigid.feather', 'a,b', ['tweet_id']],
    ['bool.csv', 'x,flag,v', ['when']],
    ['boolstr.parquet', 'flag,a,b', ['s']],
    ['list.parquet', 'embedding[0],embedding[1],a', []],
    ['miss_None.csv', 'x,v', [], { missing: 'mean' }],
    ['miss__DIV_0_.csv', 'x,v', [], { missing: 'drop' }],
    ['thousands_de.csv', 'pop,area', ['name'], { decimal: ',' }],
    ['dec_thousands_de.csv', 'pop,area', ['name'], { decimal: ',' }],
    ['thousands_de.csv', 'area', [], { columns: 'area' }],
  ])('%s: takes %s', async (name, columns, left, options) => {
    const { names, leftOut } = await prepare(data(`cases/${name}`), options)
    expect(names.join()).toBe(columns)
    expect(leftOut.map((column) => column.name)).toEqual(left)
  })

  it('reads the numbers, and not only the names', async () => {
    const german = await prepare(data('cases/dec_thousands_de.csv'), { decimal: ',' })
    expect([...german.rows.points.data.subarray(0, 4)]).toEqual([1000.5, 0, 2234.5, 1])
    const thousands = await prepare(data('cases/thousands_de.csv'), { decimal: ',' })
    expect([...thousands.rows.points.data.subarray(0, 4)]).toEqual([1000, 0, 2234, 1])
    const flags = await prepare(data('cases/bool.csv'))
    expect([...flags.rows.points.data.subarray(0, 6)]).toEqual([0, 0, 0, 1.5, 1, 0.3])
    const times = await prepare(data('cases/ns.arrow'))
    expect(times.rows.points.data[3]).toBe(1700000001000000000)
    const ids = await prepare(data('cases/bigid.feather'), { columns: 'tweet_id,a' })
    expect(ids.remarks).toEqual([expect.stringMatching(/tweet_id .*above 2\^53.* 1580000000000007919 in row 2$/)])
  })

  it.each<[string, RegExp]>([
    ['miss_None.csv', /1 missing cell in 1 row, the first in row 6 \(line 7\), column 'v'; give --missing drop/],
    ['miss__DIV_0_.csv', /1 missing cell in 1 row, the first in row 6 \(line 7\), column 'v'/],
    [
      'thousands_de.csv',
      /column 'pop' .*has '1\.000' in row 1 \(line 2\).*--decimal , reads it as 1000, --decimal \. .* 1;/,
    ],
    ['dec_thousands_de.csv', /column 'pop' .*has '1\.000,50' in row 1 \(line 2\).*--decimal , reads it as 1000\.5;/],
    ['dupnames.csv', /two columns named 'a' \(columns 1 and 3\)/],
    ['semi_ragged.csv', /4 cells on line 3, but 3 in the first.*';'/],
    ['comment.csv', /3 cells on line 3, but 1 in the first; the option comment \('#'\) skips/],
    ['dt.npy', /holds dates, elements of type M8\[s\]; save it as numbers/],
  ])('refuses %s by name', (name, message) => expectRefusal(prepare(data(`cases/${name}`)), message))

  it.each<[string, string, string[], Options?]>([
    ['pyarrow-odd.feather', 'vector[0],vector[1],yes', ['flag'], { columns: 'vector,yes' }],
    ['pyarrow-odd.parquet', 'vector[0],vector[1],yes', ['flag'], { columns: 'vector,yes' }],
    ['numpy/fields.npy', 'x,pos[0],pos[1],big', []],
    ['numpy/bool.npy', 'column 1,column 2', []],
  ])('%s: takes %s', async (name, columns, _, options) => {
    const { names } = await prepare(data(name), { missing: 'mean', ...options })
    expect(names.join()).toBe(columns)
  })

  it('names what typed files hold besides numbers', async () => {
    const odd = await prepare(data('pyarrow-odd.feather'), { missing: 'mean' })
    expect(odd.names).toEqual(['ns', 'u', 'vector[0]', 'vector[1]', 'flag', 'yes'])
    expect(Object.fromEntries(odd.leftOut.map(({ name, reason }) => [name, reason]))).toEqual({
      user_id: 'an identifier by its name',
      ragged: 'lists of 0 to 2 numbers',
      words: 'lists',
      at: 'times',
      long: 'times',
      pair: 'structures or bytes',
      raw: 'structures or bytes',
    })
    const records = await prepare(data('numpy/fields.npy'))
    expect(records.leftOut.map(({ reason }) => reason)).toEqual(['text', 'dates', 'raw bytes'])
    expect([...records.rows.points.data]).toEqual([1, 1, 2, 2 ** 53, 2, 3, 4, 2 ** 53, 3, 5, 6, -5])
    expect(records.remarks[1]).toMatch(/big .*: the first is 9007199254740993 in row 2/)
    await expectRefusal(prepare(data('numpy/complex.npy')), /complex numbers, elements of type c16/)
    await expectRefusal(prepare(data('numpy/delta.npy')), /durations/)
    await expectRefusal(prepare(data('numpy/object.npy')), /Python objects/)
    await expectRefusal(prepare(data('numpy/long.npy')), /numbers of type f16/)
    await expectRefusal(prepare(data('pyarrow-odd.feather'), { columns: 'at' }), /'at' .* holds times/)
  })
})

describe('the first line', () => {
  const many = (line: (row: number) => string, rows = 30) =>
    Array.from({ length: rows }, (_, row) => line(row)).join('')
  const noise = (row: number, column: number) => ((row * 7919 + (column + 1) ** 3 * (row + 3) * 104729) % 1009) / 100

  it.each<[string, string, string]>([
    [
      'a count above fractions',
      `0,1,2\n${many((i) => `${noise(i, 0) + 0.001},${noise(i, 1) + 0.001},0.5\n`)}`,
      '0,1,2',
    ],
    ['a count above few rows of fractions', '1,2,3\n0.5,0.25,7.5\n1.5,2.5,0.1\n', '1,2,3'],
    ['a count above whole numbers', `0,1,2,3\n${many((i) => `${i % 5},${i % 3},${i % 4},${i % 2}\n`)}`, '0,1,2,3'],
    [
      'wavelengths',
      `400.5,401,401.5\n${many((i) => `${noise(i, 0)},${noise(i, 1)},${noise(i, 2)}\n`)}`,
      '400.5,401,401.5',
    ],
    [
      'wavelengths above a few rows that happen to go on as evenly',
      `400.5,401,401.5\n${many((i) => (i === 7 ? '1,2,3\n' : `${i + 10},5,7\n`))}`,
      '400.5,401,401.5',
    ],
    ['falling wavenumbers', '4000,3998,3996\n0.1,0.2,0.4\n0.2,0.2,0.1\n', '4000,3998,3996'],
    [
      'uneven wavelengths',
      '400.1,400.7,401.9,402,405\n0.3,0.2,0.4,1,0\n0.1,0.2,0.4,0,1\n',
      '400.1,400.7,401.9,402,405',
    ],
    ['concentrations', '0.1,1,10,100\n5.5,5.2,5.9,5.4\n6.5,6.2,5.9,6.4\n', '0.1,1,10,100'],
    ['years above counts', '2019,2020,2021\n5,7,6\n8,9,9\n', '2019,2020,2021'],
    ['years above counts, two', '2019,2020\n5,7\n8,9\n', '2019,2020'],
    ['an index without a name, and a count', ',0,1\n0,5,7\n1,6,6\n2,8,9\n', '0,1'],
    ['an index without a name, and any numbers', ',17,5\n0,5,7\n1,6,6\n2,8,9\n', '17,5'],
    ['a shuffled index', ',a,b\n17,1,2\n3,2,2\n9,4,4\n', 'a,b'],
    ['a named index and numbers', 'id,0,1\n7,5,7\n9,6,6\n', '0,1'],
    ['text above numbers, beside numbers', 'PM,2.5,10\n1,2,3\n4,5,6\n', 'PM,2.5,10'],
    ['quoted names', '"a","b, c"\r\n"1","2"\r\n"3","4"\r\n\r\n', 'a,b, c'],
    ['a count above text and numbers', '0,1,2\nann,1,2\nbob,2,3\n', '1,2'],
    ['names above booleans', 'x,on\n1,True\n2,False\n', 'x,on'],
    ['names above an empty column', 'x,y\n1,\n2,\n', 'x'],
  ])('has names: %s', async (_, text, columns) => {
    const { names, table } = await take(text)
    expect(names.join()).toBe(columns)
    expect(table.named).toBe(true)
  })

  it.each<[string, string, boolean]>([
    ['rows that all go on', '1,2,3\n4,5,6\n7,8,9\n', true],
    ['two numbers', '1,2\n3,4\n', true],
    ['iris without names', '5.1,3.5,x\n4.9,3,x\n4.7,3.2,y\n', false],
    ['the same, where each text comes once', '5.1,3.5,x\n4.9,3,z\n4.7,3.2,y\n', true],
    ['rows of noise', '0.3,0.1,0.7\n0.2,0.9,0.4\n', false],
    ['whole numbers', '3,1,4\n1,5,9\n', false],
    ['a row of whole numbers above fractions', '3,1,4\n1.5,5.5,9.5\n', true],
    ['a single number above fractions', '0\n0.5\n0.7\n', true],
    ['zeros', '0,0,0\n0.1,0.3,0.2\n', false],
    ['a row that could be a count among its like', many((i) => `${i},${i + 1},${i + 2}\n`), true],
    ['one row', '1.5,2.5\n', false],
  ])('is a row: %s', async (_, text, isDoubtful) => {
    const { table, remarks } = await take(text)
    expect(table.named).toBe(false)
    expect(table.rows).toBe(text.trim().split('\n').length)
    expect(remarks.some((line) => /was read as a row; --header/.test(line))).toBe(isDoubtful)
  })

  it('says what it took where that could be otherwise, and obeys', async () => {
    const text = '0,1,2\n5.5,7.5,1.5\n'
    expect((await take(text)).remarks[1]).toMatch(
      /^the first line of .*table\.csv \(0, 1, 2\) was read as column names; --no-header makes it a row$/,
    )
    const row = await take(text, { header: false })
    expect(row.points[0]).toEqual([0, 1, 2])
    expect(row.remarks).toHaveLength(1)
    expect((await take('1,2\n3,4\n', { header: true })).names).toEqual(['1', '2'])
    expect((await take('a,b\n1,2\n')).remarks).toEqual(['clustering 2 columns: a, b'])
    await expectRefusal(take('a,b\n1,2\n3,4\n', { header: false }), /'a' in row 1 \(line 1\) among its numbers/)
    await expectRefusal(take('a,b\n'), /header and no rows/)
  })
})

describe('the columns', () => {
  it.each(
    'id,ID,Id,uuid,GUID,index,idx,No.,no,Nr.,S.No,Sr. No.,customer_id,CUSTOMER_ID,Customer ID,PassengerId,userID,order.id,tweet-id,_id,row_names,#'.split(
      ',',
    ),
  )('leaves out %s by its name', async (name) => {
    const { names, leftOut } = await take(`"${name}",a,b\n5,1,2\n9,3,4\n7,0,0\n`)
    expect(names).toEqual(['a', 'b'])
    expect(leftOut).toEqual([{ name, reason: 'an identifier by its name' }])
  })

  it.each(
    'humid,paid,grid,acid,number,atomic_number,key,y,width,node,note,norm,video,COVID,kind,type,group,row,x1,class_size,area,1'.split(
      ',',
    ),
  )('keeps %s', async (name) => {
    const { names } = await take(`a,${name}\n1,1\n2,0\n3,1\n4,0\n`)
    expect(names).toEqual(['a', name])
  })

  it('leaves out labels by name or by option only', async () => {
    for (const name of ['class', 'Class', 'label', 'target', 'Species', 'cluster']) {
      const { leftOut } = await take(`a,${name}\n1,0\n2,1\n`)
      expect(leftOut).toEqual([{ name, reason: 'a label by its name' }])
    }
    const text = 'a,class,group\n1,0,1\n2,1,0\n'
    expect((await take(text, { label: 'group' })).names).toEqual(['a', 'class'])
    expect((await take(text, { columns: 'class,group' })).names).toEqual(['class', 'group'])
    const few = Array.from({ length: 100 }, (_, i) => `${i % 2},${i % 3},${i % 2}`).join('\n')
    expect((await take(few)).names).toHaveLength(3)
  })

  it('keeps identifiers as they are spelt', async () => {
    const text = 'key,a,code\n00012345678901234567890,1,NA\n2.50,2, x \n'
    const { ids, names, remarks } = await take(text, { id: 'key,code' })
    expect(ids.map(({ values }) => values)).toEqual([
      ['00012345678901234567890', '2.50'],
      ['NA', ' x '],
    ])
    expect(names).toEqual(['a'])
    expect(remarks).toEqual([
      'clustering 1 column: a; left out 2 columns: key (the identifier), code (the identifier); --columns chooses others',
    ])
    const big = await prepare(data('pyarrow-odd.parquet'), { id: 'user_id', columns: 'yes' })
    expect(big.ids[0].values[0]).toBe('4611686018427387905')
    const array = await prepare(data('numpy/u8.npy'), { id: '1' })
    expect(array.ids[0].values).toEqual(['18446744073709551615', '9007199254740992'])
    await expectRefusal(take(text, { id: 'a', columns: 'a' }), /'a' is in both --columns and --id/)
    await expectRefusal(take(text, { id: 'nobody' }), /no column 'nobody', which --id names/)
    expect((await take('"a, b",c\n1,2\n3,4\n', { columns: '"a, b",c' })).names).toEqual(['a, b', 'c'])
  })

  it('hints at a column that counts the rows where no name tells', async () => {
    const text = Array.from({ length: 12 }, (_, i) => `${i + 1},${(i * 37) % 11}\n`).join('')
    const { names, remarks } = await take(text)
    expect(names).toHaveLength(2)
    expect(remarks[0]).toMatch(/; column 1 numbers the rows, and --id 1 leaves it out$/)
    expect((await take(text, { id: '1' })).names).toEqual(['column 2'])
  })

  it.each<[string, string, number[][], Options?]>([
    ['one column', 'a\n1\n2\n', [[1], [2]]],
    ['one row', 'a,b\n1,2\n', [[1, 2]]],
    [
      'nothing but one value',
      'a,b\n3,3\n3,3\n',
      [
        [3, 3],
        [3, 3],
      ],
    ],
    [
      'scientific notation and signs',
      'a,b\n1e3,+1\n-2.5E-1,-0\n',
      [
        [1000, 1],
        [-0.25, -0],
      ],
    ],
    [
      'the minus sign of typesetting',
      'a,b\n−5,1e−2\n4,−1\n',
      [
        [-5, 0.01],
        [4, -1],
      ],
    ],
    [
      'a separator at every end',
      'a,b,\n1,2,\n3,4,\n',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      'a separator at the ends of rows',
      'a,b\n1,2,\n3,4,\n',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      'a separator at the ends, without names',
      '1.5,2,\n3,4,\n',
      [
        [1.5, 2],
        [3, 4],
      ],
    ],
    [
      'Windows',
      'a;b\r\n1;2\r\n3;4\r\n\r\n',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      'decimal commas',
      'a;b\n1,5;-0,25\n1.234,5;3\n',
      [
        [1.5, -0.25],
        [1234.5, 3],
      ],
      { decimal: ',' },
    ],
    [
      'decimal commas in quotes',
      'a,b\n"1,5","2"\n"3,5","4"\n',
      [
        [1.5, 2],
        [3.5, 4],
      ],
      { decimal: ',' },
    ],
    ['decimal commas alone', 'a\n1,5\n2,5\n', [[1.5], [2.5]], { decimal: ',' }],
    ['decimal commas between bars', 'a|b\n1,5|2,5\n', [[1.5, 2.5]], { decimal: ',' }],
    [
      'commas between thousands',
      'a,b\n"1,234.5",1\n"12,345,678",2\n',
      [
        [1234.5, 1],
        [12345678, 2],
      ],
      { decimal: '.' },
    ],
    [
      'blanks between thousands',
      'a;b\n1 234;1\n12\u00a0345;2\n',
      [
        [1234, 1],
        [12345, 2],
      ],
      { decimal: '.' },
    ],
    [
      'apostrophes between thousands',
      "a;b\n1'234.5;1\n2;2\n",
      [
        [1234.5, 1],
        [2, 2],
      ],
      { decimal: '.' },
    ],
    [
      'points beside semicolons',
      'a;b\n1.234;0.5\n2.345;1.5\n',
      [
        [1.234, 0.5],
        [2.345, 1.5],
      ],
    ],
    [
      'points with a decimal mark said',
      'a;b\n1.234;1\n2.345;2\n',
      [
        [1.234, 1],
        [2.345, 2],
      ],
      { decimal: '.' },
    ],
    [
      'runs of blanks',
      ' a   b\n 1.5   2\n3\t  4\n',
      [
        [1.5, 2],
        [3, 4],
      ],
      { delimiter: ' ' },
    ],
    ["a separator of one's own", 'a:b\n1:2\n', [[1, 2]], { delimiter: ':' }],
    ["a separator of Excel's", 'sep=|\r\na|b\r\n1|2\r\n', [[1, 2]]],
    [
      'bars beside commas in text',
      'a|t|b\n1|x, y|2\n3|z|4\n',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      'comments',
      '# made\na,b\n1,2\n  # half way, "quoted\n3,4\n# end',
      [
        [1, 2],
        [3, 4],
      ],
      { comment: '#' },
    ],
    ['comments in one column', '% x\na\n1\n% y\n2\n', [[1], [2]], { comment: '%' }],
    [
      'comments of two characters',
      '// x\n1.5,2\n3,4\n',
      [
        [1.5, 2],
        [3, 4],
      ],
      { comment: '//' },
    ],
    ['a quoted cell that begins like a comment', 'a,t\n1,"x\n#y"\n2,z\n', [[1], [2]], { comment: '#' }],
    [
      'booleans',
      'a,b\nTRUE,1\nfalse,2\n',
      [
        [1, 1],
        [0, 2],
      ],
    ],
    [
      'markers of missing cells',
      'a,b\n1,-999\n2,4\n3,unknown\n',
      [[2, 4]],
      { na: ['-999', 'unknown'], missing: 'drop' },
    ],
    ['markers in another spelling', 'a,b\n1,-999.0\n2,4\n', [[2, 4]], { na: ['-999'], missing: 'drop' }],
  ])('reads %s', async (_, text, points, options) => {
    expect((await take(text, options)).points).toEqual(points)
  })

  it.each([
    '',
    'NA',
    'N/A',
    'n/a',
    'NaN',
    '-NaN',
    'nan',
    'NULL',
    'null',
    'None',
    '<NA>',
    '#N/A',
    '#N/A N/A',
    '#NA',
    '-1.#IND',
    '1.#QNAN',
    '-1.#QNAN',
    '1.#IND',
    '#DIV/0!',
    '#VALUE!',
    '#REF!',
    '#NAME?',
    '#NUM!',
    '#NULL!',
    '#WERT!',
    '#NV',
    'NaT',
    '?',
  ])('takes %j for a missing cell', async (cell) => {
    const { table, names } = await take(`a,b\n1,2\n3,${cell}\n4,5\n`, { missing: 'drop' })
    expect(names).toEqual(['a', 'b'])
    expect(table.columns[1]).toMatchObject({ kind: 'number', missing: 1 })
  })

  it('reads UTF-16, with and without the line of Excel', async () => {
    for (const text of ['a;ß\n1;2\n', 'sep=;\r\na;ß\r\n1;2\r\n']) {
      const wide = Buffer.from(`\ufeff${text}`, 'utf16le')
      expect((await take(wide)).names).toEqual(['a', 'ß'])
      expect((await take(wide.swap16())).names).toEqual(['a', 'ß'])
    }
  })

  it.each<[string, string, RegExp]>([
    [
      '1 234',
      'a;b\n1 234;1\n5;2\n',
      /'1 234' in row 1 \(line 2\).*--decimal , reads it as 1234, --decimal \. reads it as 1234/,
    ],
    ['1,234', 'a;b\n1,234;1\n5;2\n', /'1,234' .*--decimal , reads it as 1\.234, --decimal \. reads it as 1234/],
    ["1'234", "a;b\n1'234;1\n5;2\n", /'1'234' in row 1/],
    ['1.234.567', 'a,b\n1.234.567,1\n2.345.678,2\n', /'1\.234\.567' .*--decimal , reads it as 1234567;/],
    ['percent', 'a,b\n12 %,1\n13%,2\n', /'12 %' in row 1 \(line 2\) among its numbers; write it as a plain number/],
    ['currencies', 'a,b\n$12.50,1\n€ 3,2\n', /'\$12\.50' in row 1/],
    ['bounds', 'a,b\n0.7,1\n<0.5,2\n0.6,3\n', /'<0\.5' in row 2 \(line 3\)/],
    ['hexadecimal', 'a,b\n0x1F,1\n0x20,2\n', /'0x1F'/],
    ['a dash for a minus', 'a,b\n–5,1\n4,2\n', /'–5'/],
    ['a few odd cells', 'a,b\n1,1\n2,oops\n3,3\n', /column 'b' .*'oops' in row 2 \(line 3\).*give --na 'oops'/],
    ['a dash for missing', 'a,b\n1,-\n2,3\n3,4\n', /column 'b' .*'-' in row 1 \(line 2\).*--na '-'/],
    ['booleans among numbers', 'a,b\n1,1\n2,True\n3,0\n', /column 'b' .*'True' in row 2/],
    ['a space before a percent in the named column', 'a,b\n1 %,1\n', /'1 %'/],
  ])('refuses %s, with the cell and the remedy', (_, text, message) => expectRefusal(take(text), message))

  it('leaves mixed columns out where others are named, and takes more text than numbers for text', async () => {
    expect((await take('a,b\n1,1\n2,oops\n3,3\n', { columns: 'a' })).names).toEqual(['a'])
    expect((await take('a,b\n1,1\n2,oops\n3,3\n', { id: 'b' })).names).toEqual(['a'])
    expect((await take('a,b\n1,A5\n2,17\n3,B7\n')).leftOut).toEqual([
      { name: 'b', reason: "text, row 1 (line 2) is 'A5'" },
    ])
    expect((await take('a,when,at,ip,v\n1,31.12.2023,12:30,10.0.0.1,1.2.3\n')).left).toEqual(['when', 'at', 'ip', 'v'])
  })

  it('reads the minus sign of typesetting beside decimal commas', async () => {
    const { points } = await take('a;b\n−0,08;68,83\n1.234,5;2\n', { decimal: ',' })
    expect(points.flat()).toEqual([-0.08, 68.83, 1234.5, 2])
  })

  it('reads files that end in .txt, plain or aligned by blanks', async () => {
    const points = [
      [1.5, -2],
      [30, 4],
    ]
    expect((await take('a\tb\n1.5\t-2\n30\t4\n', {}, 'plain.txt')).points).toEqual(points)
    expect((await take('  1.5   -2\n 30.0    4\n', { delimiter: ' ' }, 'aligned.txt')).points).toEqual(points)
  })

  it('refuses separators, marks and comments that cannot be', async () => {
    await expectRefusal(take('a\n1\n', { delimiter: 'ab' }), /delimiter must be one character/)
    await expectRefusal(take('a\n1\n', { delimiter: '"' }), /delimiter must be one character/)
    await expectRefusal(take('a\n1\n', { comment: '' }), /comment must be/)
    await expectRefusal(take('a b\n1 2\n3 4\n'), /no columns to cluster; left out: a b .*; --delimiter space separates/)
    await expectRefusal(take('a,b\n1,2,3\n', {}), /3 cells on line 2, but 2 in the first/)
  })

  it('says when integers of a text file lose digits', async () => {
    const { remarks } = await take('a,b\n9007199254740993,1\n9007199254740992,2\n')
    expect(remarks[1]).toMatch(/^a of .*9007199254740993 in row 1 \(line 2\)$/)
    expect((await take('a,b\n9007199254740992,1\n1e30,2\n')).remarks).toHaveLength(1)
  })
})
