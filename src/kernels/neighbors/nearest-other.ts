import source from '../../../shaders/neighbors/nearest-other.wgsl?raw'
import { defineSearch, nodeWords, queriesOf, TreeSearch } from './point-tree.js'

/** More than any edge weighs: the largest float32. */
export const MAX_WEIGHT = 2 ** 128 - 2 ** 104

/**
 * The nearest point of another component for each of some queries, in the graph of mutual reachability: an edge weighs as
 * much as the largest of the measure between its ends and the core measures of both; among equal weights the lower ends
 * are the nearer. What is above the bound of the query's component is not searched; edges lower it.
 *
 * `states`: component of each point, and bits of its core measure. `levels` of the tree ends with the component of each
 * node, NONE where it has several; the last word of a node is the least core measure in it. `found`: for each query its
 * row, the weight, the other end, and the least weight that the bound left out: an edge below it is the nearest for certain.
 * At first the weights are MAX_WEIGHT and the end is NONE; in later chunks what earlier ones gave.
 *
 */
export const nearestOther = /* @__PURE__ */ defineSearch({
  name: 'nearest-other',
  source,
  parameters: { firstQuery: 'u32', firstPoint: 'u32' },
  bindings: {
    states: 'read vec2<u32>',
    bounds: 'read_write atomic<u32>',
    found: 'read_write vec4<u32>',
  },
  flags: {},
  twin(parameters, { states, bounds, found, ...arrays }, { MANHATTAN }) {
    const { columns, top, firstQuery, firstPoint } = parameters
    const search = new TreeSearch(parameters, arrays, MANHATTAN)
    const floatsOf = ({ buffer, byteOffset, length }: Uint32Array) => new Float32Array(buffer, byteOffset, length)
    const [stateFloats, boundFloats, foundFloats] = [states, bounds, found].map(floatsOf)
    for (const item of queriesOf(parameters)) {
      const at = 4 * item
      const own = firstQuery + found[at]
      const component = states[2 * own]
      const core = stateFloats[2 * own + 1]
      const isNearer = (weight: number, other: number) => {
        if (weight !== foundFloats[at + 1]) return weight < foundFloats[at + 1]
        const [low, high] = [Math.min(own, other), Math.max(own, other)]
        const [bestLow, bestHigh] = [Math.min(own, found[at + 2]), Math.max(own, found[at + 2])]
        return low < bestLow || (low === bestLow && high < bestHigh)
      }
      search.begin(found[at])
      while (!search.over) {
        const { node } = search
        const least = Math.max(search.leastMeasure(), core, arrays.nodes[(node + 1) * nodeWords(columns) - 1])
        const isMixed = arrays.levels[top + 2 + node] !== component
        const isHopeful = isMixed && isNearer(least, firstPoint + search.firstRow)
        if (isHopeful && least > boundFloats[component]) {
          foundFloats[at + 3] = Math.min(foundFloats[at + 3], least)
        } else if (isHopeful) {
          if (search.level > 0) {
            search.enter()
            continue
          }
          for (let row = search.firstRow; row < search.endRow; row++) {
            const other = firstPoint + row
            if (states[2 * other] === component) continue
            const weight = Math.max(search.measureTo(row), core, stateFloats[2 * other + 1])
            if (!isNearer(weight, other)) continue
            foundFloats[at + 1] = weight
            found[at + 2] = other
            boundFloats[component] = Math.min(boundFloats[component], weight)
          }
        }
        search.skip()
      }
    }
  },
})
