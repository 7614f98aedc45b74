import { countNeighbors } from '../../../src/kernels/neighbors/count-neighbors.js'
import { joinCores } from '../../../src/kernels/neighbors/join-cores.js'
import { lowestLabel } from '../../../src/kernels/neighbors/lowest-label.js'
import { MAX_WEIGHT, nearestOther } from '../../../src/kernels/neighbors/nearest-other.js'
import { nearestPoints } from '../../../src/kernels/neighbors/nearest-points.js'
import { BLOCK, nodeWords } from '../../../src/kernels/neighbors/point-tree.js'
import { scanPoints } from '../../../src/kernels/neighbors/scan-points.js'
import { NONE } from '../../../src/kernels/shared/none.js'
import { rootOf } from '../../../src/kernels/shared/union-find.js'
import { kdSort } from '../../../src/neighbors/kd-order.js'
import { nodeComponents } from '../../../src/neighbors/node-components.js'
import { buildTree } from '../../../src/neighbors/point-forest.js'
import { integers, samplesOf, wholes } from '../sample'

/** Coordinates in ±`reach`, whole or, if that is not, eighths, in k-d order, with their tree; weights of 0 to 3. */
function treeOf(random: () => number, rows: number, columns: number, reach: number, manhattan: boolean) {
  const parts = Number.isInteger(reach) ? 1 : 8
  const points = wholes(random, rows * columns, parts * reach).map((value) => value / parts)
  kdSort(points, columns, 8, 8)
  const weights = Float32Array.from(integers(random, rows, 4))
  return { points, weights, rows, ...buildTree(points, { columns, manhattan }, weights) }
}

/** Searches in one chunk, or, unless only `own` ones are wanted, for the queries of a chunk in an earlier one; whole, or only some places of the table. */
function searches(random: () => number, manhattan: boolean, own = false) {
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
    // A distance is more than its square.
    [600, 2, 2.5, 0.3],
  ]
  const chosen = own ? shapes.filter(([, , , , queries]) => !queries) : shapes
  return chosen.map(([rows, columns, reach, limit, queryRows], index) => {
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
        points: tree.points,
        nodes: tree.nodes,
        levels: tree.levels,
      },
      weights: tree.weights,
      constants: { COLUMNS: columns, TILE: columns > 2 ? 2 : 4 },
      workgroupSize: columns > 2 ? 64 : 16,
    }
  })
}

const bits = new Uint32Array(1)
function bitsOf(value: number): number {
  new Float32Array(bits.buffer)[0] = value
  return bits[0]
}

/** Sorts the lists of a group of queries, whose entries are four measures and four places. */
function sortLanes(lists: Uint32Array): void {
  for (let lane = 0; lane < 4; lane++) {
    const measures = lists.filter((_, at) => at % 8 === lane).sort()
    for (let entry = 0; entry < measures.length; entry++) lists[8 * entry + lane] = measures[entry]
  }
}

/** A tree with the least core measure of every node, and the component of those that have only one. */
function withComponents(
  { nodes, levels }: { nodes: Float32Array; levels: Uint32Array },
  { rows, columns, top }: { rows: number; columns: number; top: number },
  states: Uint32Array,
  cores: Uint32Array,
) {
  const own = nodes.slice()
  const components: number[] = []
  for (let level = 0; level <= top; level++) {
    for (let index = 0; index < levels[level + 1] - levels[level]; index++) {
      const [first, end] = [index * 8 ** (level + 1), Math.min(rows, (index + 1) * 8 ** (level + 1))]
      const below = [...Array(end - first).keys()].map((row) => first + row)
      own[(levels[level] + index + 1) * nodeWords(columns) - 1] = Math.min(...below.map((row) => cores[row]))
      const found = new Set(below.map((row) => states[2 * row]))
      components.push(found.size === 1 ? [...found][0] : NONE)
    }
  }
  return { nodes: own, levels: Uint32Array.of(...levels, ...components) }
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
    samples: (random, { MANHATTAN, NEAR }) =>
      searches(random, MANHATTAN, NEAR).map(({ parameters, buffers, weights: _, ...rest }, index) => {
        const all = parameters.firstQuery + parameters.queries
        // Some are no cores, and some are joined already.
        const parents = new Uint32Array(all).map((_, row) => (random() < 0.05 * index ? NONE : row))
        for (let row = 7; row < all; row += 11)
          if (parents[row] !== NONE) parents[row] = parents[row - 7] === NONE ? row : row - 7
        const components = parents.map((parent, row) => (parent === NONE ? NONE : rootOf(parents, row)))
        const levels = nodeComponents({ ...parameters, first: 0, levels: buffers.levels }, components)
        const step = index % 2 ? 3 : 1
        const places = Math.ceil(parameters.queries / (step * BLOCK))
        const table = step > 1 ? { first: 0, blocks: places, stride: 1, places } : {}
        return {
          ...rest,
          parameters: { ...parameters, ...table, step },
          buffers: { ...buffers, levels, components, parents },
        }
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
        const levels = nodeComponents({ ...parameters, first: 0, levels: buffers.levels }, labels)
        return { ...rest, parameters, buffers: { ...buffers, levels, labels, reached } }
      }),
  }),
  samplesOf(nearestPoints, {
    agreement: 'exact',
    samples: (random, { MANHATTAN, AFTER }) =>
      searches(random, MANHATTAN).map(({ parameters, buffers, weights: _, constants, workgroupSize }, index) => {
        const kept = constants.COLUMNS > 2 ? 5 : 12
        const count = parameters.queries
        // Of an earlier pass the 12th or so, and of an earlier chunk some lists that are full already.
        const floors = Uint32Array.from({ length: 2 * count }, (_, at) => (at % 2 ? 3 : bitsOf(index % 4)))
        const nearest = Uint32Array.from({ length: 2 * kept * count }, (_, at) => {
          if ((at >> 1) % (3 * kept) >= kept || !AFTER) return NONE
          return at % 2 ? 5000 + at : bitsOf(index)
        })
        return {
          parameters: { ...parameters, kept },
          buffers: { ...buffers, floors, nearest },
          constants: { ...constants, KEPT: kept },
          workgroupSize,
        }
      }),
  }),
  samplesOf(nearestOther, {
    agreement: 'exact',
    samples: (random, { MANHATTAN }) =>
      searches(random, MANHATTAN).map(({ parameters, buffers, weights: _, ...rest }, index) => {
        const { rows, columns, top, firstQuery } = parameters
        const all = firstQuery + parameters.queries
        // Few large components of neighbours, or as many as points; in some samples no core distances.
        const cores = integers(random, all, index % 3 ? 20 : 1)
        const states = Uint32Array.from({ length: 2 * all }, (_, at) => {
          const place = at >> 1
          return at % 2 ? bitsOf(cores[place]) : place - (place % [1, 90, 400][index % 3])
        })
        const { nodes, levels } = withComponents(buffers, { rows, columns, top }, states, cores)
        const queries = [...Array(parameters.queries).keys()].filter(() => random() < 0.8)
        const found = Uint32Array.from(queries.flatMap((row) => [row, bitsOf(MAX_WEIGHT), NONE, bitsOf(MAX_WEIGHT)]))
        const bounds = Uint32Array.from({ length: all }, () => bitsOf(random() < 0.5 ? MAX_WEIGHT : 60))
        const blocks = Math.ceil(queries.length / BLOCK)
        return {
          ...rest,
          parameters: { ...parameters, first: 0, queries: queries.length, blocks, stride: 1, places: blocks },
          buffers: { ...buffers, nodes, levels, states, bounds, found: found.length > 0 ? found : new Uint32Array(4) },
        }
      }),
    // What is above the bound of its component in the end may have been left out, or found before the bound fell.
    arrange({ found, bounds, states }, { parameters, buffers }) {
      const { firstQuery } = parameters as Record<string, number>
      for (let at = 0; at < found.length; at += 4) {
        const component = (states ?? buffers.states)[2 * (firstQuery + found[at])]
        if (found[at + 1] !== bounds[component]) found.fill(0, at + 1, at + 3)
        found[at + 3] = 0
      }
    },
  }),
  samplesOf(scanPoints, {
    agreement: 'exact',
    samples: (random, { OTHERS }) =>
      [
        { points: 1, queries: 2, columns: 1 },
        { points: 70, queries: 70, columns: 6, first: 3, count: 9 },
        { points: 161, queries: 263, columns: 9, firstOfSlice: 8 },
      ].map(({ points, queries, columns, firstOfSlice = 0, ...part }, index) => {
        const kept = 3
        const [sliceGroups, queryGroups] = [Math.ceil(points / 4), Math.ceil(queries / 4)]
        const width = columns + (OTHERS ? 2 : 0)
        const { first, count } = { first: 0, count: queryGroups, ...part }
        // Some lists have entries of earlier slices, and some floors of earlier passes.
        const lists = Uint32Array.from({ length: 8 * kept * queryGroups }, (_, at) =>
          at % 8 < 4 ? bitsOf(index === 2 && at % 3 ? 30 + Math.floor(at / 8) : MAX_WEIGHT) : NONE,
        )
        for (let at = 0; at < lists.length; at += 8 * kept) sortLanes(lists.subarray(at, at + 8 * kept))
        const floors = Uint32Array.from({ length: 8 * queryGroups }, (_, at) =>
          at % 8 < 4 ? bitsOf(index > 0 ? (at % 4) * 4 - 1 : -1) : at % 20,
        )
        return {
          parameters: {
            columns,
            first,
            count,
            queryGroups,
            firstOfSlice,
            sliceGroups,
            end: firstOfSlice + points,
            kept,
          },
          buffers: {
            queries: wholes(random, 4 * queryGroups * width, 4).map(Math.abs),
            slice: wholes(random, 4 * sliceGroups * width, 4).map(Math.abs),
            floors,
            nearest: lists,
          },
          constants: { KEPT: kept, PART: Math.floor(columns / 3), LAST: columns % 3 },
          workgroupSize: 64,
        }
      }),
  }),
]
