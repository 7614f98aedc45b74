import { createEngine, exportTuning, importTuning, type Matrix, multiply, type Tile } from 'lloyd'
import { describe, expect, test } from 'vitest'
import type { Executor } from '../../src/engine/engine.js'
import { fillMatrix, normalFrom, seededRandom } from '../support/datasets'
import { testEngines } from '../support/engines'

const engines = await testEngines()
function transpose({ data, rows, columns }: Matrix): Matrix {
  return fillMatrix(columns, rows, (row, column) => data[column * columns + row])
}

/** Matrices one below the other. */
function stack(matrices: Matrix[]): Matrix {
  const { rows, columns } = matrices[0]
  return fillMatrix(matrices.length * rows, columns, (row, column) => {
    return matrices[Math.floor(row / rows)].data[(row % rows) * columns + column]
  })
}

/** The product in float64, and for each element the sum of the magnitudes that were added. */
function productOracle(a: Matrix, b: Matrix): { values: Float64Array; magnitudes: Float64Array } {
  const values = new Float64Array(a.rows * b.columns)
  const magnitudes = new Float64Array(a.rows * b.columns)
  for (let row = 0; row < a.rows; row++) {
    for (let k = 0; k < a.columns; k++) {
      for (let column = 0; column < b.columns; column++) {
        const term = a.data[row * a.columns + k] * b.data[k * b.columns + column]
        values[row * b.columns + column] += term
        magnitudes[row * b.columns + column] += Math.abs(term)
      }
    }
  }
  return { values, magnitudes }
}

function expectProduct(actual: Matrix, a: Matrix, b: Matrix, what: string): void {
  expect([actual.rows, actual.columns], what).toEqual([a.rows, b.columns])
  const { values, magnitudes } = productOracle(a, b)
  // A sum of n terms in float32 is off by at most n · 2⁻²⁴ of their magnitudes (N. Higham, 2002, §3.1), about.
  const bound = (a.columns + 2) * 2 ** -24
  for (let i = 0; i < values.length; i++) {
    if (Math.abs(actual.data[i] - values[i]) <= bound * magnitudes[i] + 1e-37) continue
    expect.fail(`${what}: at ${i} there is ${actual.data[i]}, expected ${values[i]}`)
  }
}

describe.each(engines)('multiply on $name', ({ engine, name }) => {
  const slow = /swiftshader/i.test(name)
  const shapes = [
    [1, 1, 1],
    [1, 7, 1],
    [5, 1, 3],
    [17, 13, 29],
    [16, 4, 64],
    [33, 31, 68],
    [127, 64, 131],
    ...(slow
      ? []
      : [
          [257, 129, 256],
          [61, 1031, 260],
        ]),
  ]

  test('gives all four transpositions', async () => {
    const random = seededRandom(4)
    for (const [rows, depth, columns] of shapes) {
      const a = fillMatrix(rows, depth, () => normalFrom(random))
      const b = fillMatrix(depth, columns, () => normalFrom(random))
      for (const transposeA of [false, true]) {
        for (const transposeB of [false, true]) {
          const product = await multiply(engine, transposeA ? transpose(a) : a, transposeB ? transpose(b) : b, {
            transposeA,
            transposeB,
          })
          expectProduct(product, a, b, `${rows} × ${depth} × ${columns}, ${transposeA}, ${transposeB}`)
        }
      }
    }
    expect((engine as Executor).allocatedBytes).toBe(0)
  })

  test('gives batches of products, each way transposed', async () => {
    const random = seededRandom(6)
    for (const [batches, rows, depth, columns] of [
      [3, 5, 7, 4],
      [7, 1, 3, 1],
      [2, 17, 9, 13],
    ]) {
      const [as, bs] = [
        [rows, depth],
        [depth, columns],
      ].map(([height, width]) =>
        Array.from({ length: batches }, () => fillMatrix(height, width, () => normalFrom(random))),
      )
      for (const [transposeA, transposeB] of [
        [false, false],
        [true, false],
        [false, true],
        [true, true],
      ]) {
        const a = stack(as.map((matrix) => (transposeA ? transpose(matrix) : matrix)))
        const b = stack(bs.map((matrix) => (transposeB ? transpose(matrix) : matrix)))
        const { data } = await multiply(engine, a, b, { transposeA, transposeB, batches })
        expect(data.length).toBe(batches * rows * columns)
        for (const [i, matrix] of as.entries()) {
          const part = data.subarray(i * rows * columns, (i + 1) * rows * columns)
          expectProduct({ data: part as Float32Array<ArrayBuffer>, rows, columns }, matrix, bs[i], `batch ${i}`)
        }
      }
    }
    await expect(multiply(engine, [[1], [2], [3]], [[1], [2]], { batches: 2 })).rejects.toThrow(
      'a has 3 rows, which 2 batches do not divide',
    )
  })

  test('leaves its result on the device, and takes it from there', async () => {
    const [a, b] = [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ]
    if (engine.backend === 'cpu') {
      await expect(multiply(engine, a, b, { output: 'gpu' })).rejects.toThrow("output 'gpu' needs an engine on WebGPU")
      return
    }
    const product = await multiply(engine, a, b, { output: 'gpu' })
    expect([...(await multiply(engine, product, [[1], [1]])).data]).toEqual([41, 93])
    product.buffer.destroy()
  })

  test('takes matrices of any shape that the device binds', async () => {
    const random = seededRandom(8)
    for (const [rows, depth, columns] of [
      [1, 5000, 1],
      [3, 3, 70_001],
      [70_001, 1, 2],
    ]) {
      const a = fillMatrix(rows, depth, () => normalFrom(random))
      const b = fillMatrix(depth, columns, () => normalFrom(random))
      const what = `${rows} × ${depth} × ${columns}`
      expectProduct(await multiply(engine, a, b), a, b, what)
      expectProduct(await multiply(engine, transpose(a), b, { transposeA: true }), a, b, what)
    }
    const side = Math.ceil(Math.sqrt((engine as Executor).maxBufferBytes / 4)) + 1
    const column = fillMatrix(side, 1, () => 1)
    const product = multiply(engine, column, column, { transposeB: true })
    await expect(product).rejects.toMatchObject({ code: 'InputError' })
    await expect(product).rejects.toThrow(
      `the product is ${side} × ${side}, ${4 * side * side} bytes; this device binds`,
    )
    expect((engine as Executor).allocatedBytes).toBe(0)
  })

  test('says which sides do not match', async () => {
    await expect(multiply(engine, [[1, 2]], [[1, 2]])).rejects.toThrow(
      'a 1 × 2 matrix cannot be multiplied by one of 1 × 2',
    )
  })
})

test('multiply gives the same with every tile that is forced on it', async () => {
  const random = seededRandom(5)
  const a = fillMatrix(45, 37, () => normalFrom(random))
  const b = fillMatrix(37, 52, () => normalFrom(random))
  const engine = await createEngine({ backend: 'webgpu' })
  const key = 'matrix-product, 64 × 64 × 64'
  const keys = [key, 'matrix-product by elements, 64 × 64 × 64']
  const force = (tile: Tile) =>
    importTuning(engine, { ...exportTuning(engine), tiles: Object.fromEntries(keys.map((key) => [key, tile])) })
  try {
    for (const tile of [
      { rows: 1, columns: 1, subgroups: 0, workgroup: 1 },
      { rows: 3, columns: 5, subgroups: 0, workgroup: 7 },
      { rows: 8, columns: 4, subgroups: 1, workgroup: 16 },
      { rows: 8, columns: 4, subgroups: 1, workgroup: 12 },
      { rows: 16, columns: 8, subgroups: 1, workgroup: 32 },
    ]) {
      force(tile)
      expectProduct(await multiply(engine, a, b), a, b, JSON.stringify(tile))
      expectProduct(await multiply(engine, a, transpose(b), { transposeB: true }), a, b, JSON.stringify(tile))
    }
    force({ rows: 0 })
    await expect(multiply(engine, a, b)).rejects.toThrow(`rows of '${key}' must be an integer from 1 to 32, got 0`)
  } finally {
    engine.destroy()
  }
})
