import type { SimdImplementation } from '../engine/host/simd-engine.js'
import type { SharedItems } from '../engine/host/threads.js'
import type { matrixProduct } from '../kernels/linear/matrix-product.js'

/** Bytes of the copies of A and B and of a tile of the product, in `assembly/product.ts`. */
const SCRATCH_BYTES = 2 ** 17 + 2 ** 14 + 128
/** No row of A is of ones. */
const NO_ROW = 2 ** 32 - 1
/** Number of products from which on threads share these. */
const SHARED_BATCHES = 8

/** What threads share: batches (side 0), rows (1) or columns (2). The other matrix is copied by each of them. */
function itemsOf({ columns, depth, batches, firstRow, rowCount }: Record<string, number>): [number, SharedItems] {
  const work = depth * rowCount * columns
  if (batches >= SHARED_BATCHES) return [0, { first: 0, end: batches, work, align: 1 }]
  const all = work * batches
  if (rowCount >= columns) return [1, { first: firstRow, end: firstRow + rowCount, work: all / rowCount, align: 4 }]
  return [2, { first: 0, end: columns, work: all / columns, align: 16 }]
}

export const matrixProductSimd: SimdImplementation<typeof matrixProduct> = (host, parameters, at, { ONES }) => {
  const { rows, columns, depth, batches, firstRow, rowCount } = parameters
  const numbers = [
    ...[at.a + 4 * parameters.aOffset, at.b + 4 * parameters.bOffset],
    ...[parameters.biased ? at.bias + 4 * parameters.biasOffset : 0, at.product + 4 * parameters.productOffset],
    ...[firstRow, firstRow + rowCount, batches, rows, columns, depth],
    ...[parameters.aRow, parameters.aDepth, parameters.aBatch],
    ...[parameters.bDepth, parameters.bColumn, parameters.bBatch],
    ...[ONES ? rows - 1 : NO_ROW, parameters.activation],
  ]
  const [side, items] = itemsOf(parameters)
  host.scratch(4 * numbers.length, (product) => {
    new Uint32Array(host.memory.memory.buffer, product, numbers.length).set(numbers)
    host.share('multiply', items, SCRATCH_BYTES, side, product)
  })
}
