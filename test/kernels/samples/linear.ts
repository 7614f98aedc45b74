import { matrixProduct, SHARED_ROWS } from '../../../src/kernels/linear/matrix-product.js'
import { sumSlices } from '../../../src/kernels/linear/sum-slices.js'
import { sumValues } from '../../../src/kernels/linear/sum-values.js'
import { floats, type Sample, samplesOf, wholes } from '../sample'

interface ProductShape {
  rows: number
  columns: number
  depth: number
  batches?: number
  /** Number of computed rows of the product, from the first on. */
  part?: [first: number, count: number]
  /** Number of elements before each of A, B, the bias and the product. */
  offset?: number
  /** Whether A and B are stored transposed; B only read by elements. */
  transposed?: boolean
  biased?: number
  activation: number
  tile?: { ROWS: number; COLUMNS: number }
  workgroupSize?: number
}

/** A product of whole numbers, whose sums are exact in any order. */
function productOf(
  random: () => number,
  { ONES, VECTOR }: { ONES: boolean; VECTOR: boolean },
  shape: ProductShape,
): Sample<typeof matrixProduct.parameters, typeof matrixProduct.bindings> {
  const { rows, depth, batches = 1, offset = 0, biased = 0, activation, tile, workgroupSize } = shape
  const columns = VECTOR ? 4 * Math.ceil(shape.columns / 4) : shape.columns
  const [firstRow, rowCount] = shape.part ?? [0, rows]
  const stored = ONES ? rows - 1 : rows
  const transposed = shape.transposed ?? false
  const acrossB = transposed && !VECTOR
  return {
    parameters: {
      rows,
      columns,
      depth,
      batches,
      firstRow,
      rowCount,
      aOffset: offset,
      aRow: transposed ? 1 : depth,
      aDepth: transposed ? stored : 1,
      aBatch: stored * depth,
      bOffset: offset,
      bDepth: acrossB ? 1 : columns,
      bColumn: acrossB ? depth : 1,
      bBatch: columns * depth,
      biased,
      biasOffset: offset + 1,
      productOffset: offset,
      activation,
    },
    buffers: {
      a: wholes(random, offset + Math.max(1, batches * stored * depth), 3),
      b: wholes(random, offset + batches * columns * depth, 3),
      // One far from 0, where exp would overflow.
      bias: wholes(random, offset + 1 + columns, 3).fill(200, offset + columns),
      product: floats(random, offset + batches * rows * columns + 4),
    },
    constants: tile,
    workgroupSize,
  }
}

export default [
  samplesOf(matrixProduct, {
    agreement: { within: 2 ** -16, reason: 'WGSL lets tanh be 10⁻⁵ off; sums are of whole numbers and exact' },
    samples: (random, flags, lanes) => {
      // SwiftShader's subgroups have 4 lanes, which no product uses.
      if (flags.SUBGROUPS && lanes < SHARED_ROWS) return []
      return [
        { rows: 1, columns: 1, depth: 1, activation: 0 },
        { rows: 2, columns: 3, depth: 1, activation: 4, biased: 1 },
        { rows: 17, columns: 37, depth: 9, batches: 3, offset: 8, transposed: true, biased: 1, activation: 1 },
        { rows: 8, columns: 128, depth: 4, activation: 2 },
        { rows: 26, columns: 129, depth: 2, part: [5, 20] as [number, number], activation: 3, biased: 1 },
        { rows: 33, columns: 70, depth: 3, activation: 5, tile: { ROWS: 16, COLUMNS: 4 }, workgroupSize: 8 },
        { rows: 9, columns: 70, depth: 65, batches: 2, transposed: true, activation: 0 },
      ].map((shape) => productOf(random, flags, shape))
    },
  }),
  samplesOf(sumSlices, {
    agreement: 'exact',
    samples: (random) =>
      [
        [1, 1, 0],
        [63, 7, 2],
        [64, 2, 0],
        [65, 40, 5],
        [300, 3, 1],
      ].map(([count, slices, offset]) => ({
        parameters: { count, slices, offset },
        buffers: { slices: wholes(random, slices * count, 1000), sums: floats(random, offset + count + 1) },
      })),
  }),
  samplesOf(sumValues, {
    agreement: 'exact',
    samples: (random) =>
      [
        [1, 1, 0],
        [1, 64, 3],
        [63, 64, 0],
        [1000, 64, 2],
        [777, 65, 1],
        [5000, 1, 0],
      ].map(([count, groups, first]) => ({
        parameters: { count, groups, first },
        buffers: { values: wholes(random, count, 50), sums: floats(random, first + groups + 1) },
      })),
  }),
]
