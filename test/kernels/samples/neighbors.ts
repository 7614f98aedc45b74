import { countNeighbors } from '../../../src/kernels/neighbors/count-neighbors.js'
import { joinCores, rootOf } from '../../../src/kernels/neighbors/join-cores.js'
import { lowestLabel } from '../../../src/kernels/neighbors/lowest-label.js'
import { BLOCK } from '../../../src/kernels/neighbors/point-tree.js'
import { NONE } from '../../../src/kernels/shared/none.js'
import { kdOrder } from '../../../src/neighbors/kd-order.js'
import { buildTree } from '../../../src/neighbors/point-forest.js'
import { integers, samplesOf, wholes } from '../sample'

/** Whole coordinates in ±`reach`, in k-d order, with their tree; weights of 0 to 3. */
function treeOf(random: () => number, rows: number, columns: number, reach: number, manhattan: boolean) {
  const given = wholes(random, rows * columns, reach)
  const order = kdOrder(given, columns, 8, 8)
  const points = Float32Array.from({ length: given.length }, (_, at) => {
    return given[order[Math.floor(at / columns)] * columns + (at % columns)]
  })
  const weights = Float32Array.from(integers(random, rows, 4))
  return { points, weights, rows, ...buildTree(points, { columns, manhattan }, weights) }
}

/** Searches in one chunk, or for the queries of a chunk in an earlier one; whole, or only some places of the table. */
function searches(random: () => number, manhattan: boolean) {
  const shapes: [rows: number, columns: number, reach: number, limit: number, queries?: number][] = [
    [1, 2, 9, 0],
    [8, 2, 3, 1],
    [9, 5, 2, 4],
    [65, 2, 20, 2],
    [200, 2, 9, 0],
    [700, 2, 20, 5],
    [700, 2, 20, 1e30],
    [600, 2, 4, 9],
    [530, 5, 3, 12],
    [70, 2, 9, 6, 1],
    [513, 5, 3, 7, 130],
  ]
  return shapes.map(([rows, columns, reach, limit, queryRows], index) => {
    const tree = treeOf(random, rows, columns, reach, manhattan)
    const queries = queryRows ? treeOf(random, queryRows, columns, reach, manhattan) : tree
    const blocks = Math.ceil(queries.rows / BLOCK)
    const stride = Math.ceil(Math.sqrt(blocks))
    const places = stride * Math.ceil(blocks / stride)
    const first = index % 3 === 2 && places > 2 ? 1 : 0
    return {
      parameters: {
        first,
        places: places - 2 * first,
        blocks,
        stride,
        queries: queries.rows,
        rows,
        columns,
        top: tree.top,
        firstQuery: queryRows ? rows + 3 : 0,
        firstPoint: 0,
        limit,
      },
      buffers: {
        queries: queries.points,
        boxes: queries.nodes,
        points: tree.points,
        nodes: tree.nodes,
        levels: tree.levels,
      },
      weights: tree.weights,
      constants: { COLUMNS: columns },
      workgroupSize: index % 2 ? 64 : 16,
    }
  })
}

export default [
  samplesOf(countNeighbors, {
    agreement: 'exact',
    samples: (random, { MANHATTAN }) =>
      searches(random, MANHATTAN).map(({ parameters, buffers, weights, ...rest }, index) => ({
        ...rest,
        parameters: { ...parameters, enough: 1e30 },
        buffers: { ...buffers, weights, counts: Float32Array.from(integers(random, parameters.queries, 3 * index)) },
      })),
  }),
  samplesOf(joinCores, {
    agreement: 'exact',
    samples: (random, { MANHATTAN }) =>
      searches(random, MANHATTAN).map(({ parameters, buffers, weights: _, ...rest }, index) => {
        const all = parameters.firstQuery + parameters.queries
        // Some are no cores, and some are joined already.
        const parents = new Uint32Array(all).map((_, row) => (random() < 0.05 * index ? NONE : row))
        for (let row = 7; row < all; row += 11)
          if (parents[row] !== NONE) parents[row] = parents[row - 7] === NONE ? row : row - 7
        return { ...rest, parameters, buffers: { ...buffers, parents } }
      }),
    // The way to a root depends on which thread came first; the root itself is the lowest of its set.
    arrange({ parents }) {
      for (let row = 0; row < parents.length; row++) {
        if (parents[row] !== NONE) parents[row] = rootOf(parents as Uint32Array, row)
      }
    },
  }),
  samplesOf(lowestLabel, {
    agreement: 'exact',
    samples: (random, { MANHATTAN }) =>
      searches(random, MANHATTAN).map(({ parameters, buffers, weights: _, ...rest }, index) => {
        const all = parameters.firstQuery + parameters.queries
        const labels = integers(random, all, 9).map((label) => (random() < 0.1 * index ? NONE : label))
        const reached = integers(random, parameters.queries, 12).map((label) => (label > 9 ? NONE : label))
        return { ...rest, parameters, buffers: { ...buffers, labels, reached } }
      }),
  }),
]
