import type { SimdImplementation } from '../engine/host/simd-engine.js'
import type { matrixProduct } from '../kernels/linear/matrix-product.js'
import { activate, ELEMENTWISE } from '../kernels/shared/activation.js'

/** Bytes of the copy of A and of a tile of the product, in `assembly/product.ts`. */
const SCRATCH_BYTES = 2 ** 16 + 128
/** No row of A is of ones. */
const NO_ROW = 2 ** 32 - 1

export const matrixProductSimd: SimdImplementation<typeof matrixProduct> = (host, parameters, at, { ONES }) => {
  const { rows, columns, depth, batches, firstRow, rowCount, aRow, aDepth, bDepth, bColumn, activation } = parameters
  const { exports, memory } = host
  const items = { first: firstRow, end: firstRow + rowCount, work: columns * depth, align: 4 }
  const onesRow = ONES ? rows - 1 : NO_ROW
  host.scratch(32 * depth * Math.ceil(columns / 8), (packed) => {
    for (let batch = 0; batch < batches; batch++) {
      const a = at.a + 4 * (parameters.aOffset + batch * parameters.aBatch)
      const b = at.b + 4 * (parameters.bOffset + batch * parameters.bBatch)
      const product = at.product + 4 * (parameters.productOffset + batch * rows * columns)
      if (batch === 0 || parameters.bBatch > 0) exports.packColumns(b, packed, depth, columns, bDepth, bColumn)
      host.share('multiplyRows', items, SCRATCH_BYTES, a, packed, product, columns, depth, aRow, aDepth, onesRow)
      if (parameters.biased) {
        exports.addBias(product, at.bias + 4 * parameters.biasOffset, firstRow, items.end, columns)
      }
      const start = product + 4 * firstRow * columns
      const kind = ELEMENTWISE[activation]
      if (kind === 'linear') continue
      if (kind === 'relu') exports.scaleNegative(start, start + 4 * rowCount * columns, 0)
      else if (kind === 'leaky-relu') exports.scaleNegative(start, start + 4 * rowCount * columns, 0.01)
      else activateAll(new Float32Array(memory.memory.buffer, start, rowCount * columns), activation)
    }
  })
}

function activateAll(values: Float32Array, activation: number): void {
  for (let i = 0; i < values.length; i++) values[i] = activate(activation, values[i])
}
