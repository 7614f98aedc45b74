import source from '../../../shaders/linear/matrix-product.wgsl?raw'
import activationSource from '../../../shaders/shared/activation.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { activate } from '../shared/activation.js'

/** Number of rows of A that a subgroup shares, and of lanes that read one each. */
export const SHARED_ROWS = 8

/**
 * C = f(A·B + bias), in batches; A and B by strides, in elements. VECTOR: with bColumn 1 and columns, bOffset, bDepth,
 * bBatch and productOffset multiples of 4. SUBGROUPS: with subgroups of at least SHARED_ROWS lanes.
 *
 * Constants: ROWS and COLUMNS of C that a thread computes; COLUMNS is a multiple of 4 with VECTOR, ROWS and the size of
 * workgroups are multiples of SHARED_ROWS with SUBGROUPS.
 */
export const matrixProduct = /* @__PURE__ */ defineKernel({
  name: 'matrix-product',
  sources: [activationSource, source],
  parameters: {
    rows: 'u32',
    columns: 'u32',
    depth: 'u32',
    batches: 'u32',
    firstRow: 'u32',
    rowCount: 'u32',
    aOffset: 'u32',
    aRow: 'u32',
    aDepth: 'u32',
    aBatch: 'u32',
    bOffset: 'u32',
    bDepth: 'u32',
    bColumn: 'u32',
    bBatch: 'u32',
    biased: 'u32',
    biasOffset: 'u32',
    productOffset: 'u32',
    activation: 'u32',
  },
  bindings: { a: 'read f32', b: 'read f32', bias: 'read f32', product: 'read_write f32' },
  words: { SHARED_ROWS },
  flags: { ONES: false, VECTOR: false, SUBGROUPS: false },
  elements: { VECTOR: { b: 'vec4<f32>', product: 'vec4<f32>' } },
  enables: { SUBGROUPS: 'subgroups' },
  constants: { ROWS: 8, COLUMNS: 4 },
  registerLoops: true,
  workgroupSize: 32,
  workgroups: ({ rowCount, columns, batches }, size, { ROWS, COLUMNS }) =>
    batches * Math.ceil(rowCount / ROWS) * Math.ceil(columns / (size * COLUMNS)),
  twin(parameters, { a, b, bias, product }, { ONES }) {
    const { rows, columns, depth, batches, firstRow, rowCount, aRow, aDepth, bDepth, bColumn, activation } = parameters
    const sum = new Float64Array(columns)
    for (let batch = 0; batch < batches; batch++) {
      const bStart = parameters.bOffset + batch * parameters.bBatch
      for (let row = firstRow; row < firstRow + rowCount; row++) {
        const aStart = parameters.aOffset + batch * parameters.aBatch + row * aRow
        const ones = ONES && row === rows - 1
        sum.fill(0)
        if (bColumn === 1) {
          for (let k = 0; k < depth; k++) {
            const x = ones ? 1 : a[aStart + k * aDepth]
            const bAt = bStart + k * bDepth
            for (let column = 0; column < columns; column++) sum[column] += x * b[bAt + column]
          }
        } else {
          for (let column = 0; column < columns; column++) {
            const bAt = bStart + column * bColumn
            let dot = 0
            for (let k = 0; k < depth; k++) dot += (ones ? 1 : a[aStart + k * aDepth]) * b[bAt + k * bDepth]
            sum[column] = dot
          }
        }
        const productAt = parameters.productOffset + (batch * rows + row) * columns
        for (let column = 0; column < columns; column++) {
          const addend = parameters.biased ? bias[parameters.biasOffset + column] : 0
          product[productAt + column] = activate(activation, sum[column] + addend)
        }
      }
    }
  },
})
