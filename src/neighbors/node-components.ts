import { EMPTY, FAN, LEAF } from '../kernels/neighbors/point-tree.js'
import { NONE } from '../kernels/shared/none.js'
import type { TreeChunk } from './point-forest.js'

/**
 * The levels of a chunk's tree, and then the component of each node: that of its points, NONE where they have several, and
 * EMPTY where none has one.
 *
 * @param components component of each point of the forest, or NONE
 */
export function nodeComponents(
  { first, rows, top, levels }: Pick<TreeChunk, 'first' | 'rows' | 'top' | 'levels'>,
  components: Uint32Array,
): Uint32Array<ArrayBuffer> {
  const all = new Uint32Array(top + 2 + levels[top + 1])
  all.set(levels)
  const own = all.subarray(top + 2)
  for (let leaf = 0; leaf < levels[1]; leaf++) {
    let component = EMPTY
    for (let row = first + leaf * LEAF; row < first + Math.min(rows, (leaf + 1) * LEAF); row++) {
      if (components[row] !== NONE) component = joint(component, components[row])
    }
    own[leaf] = component
  }
  for (let level = 1; level <= top; level++) {
    for (let node = levels[level]; node < levels[level + 1]; node++) {
      const begin = levels[level - 1] + (node - levels[level]) * FAN
      let component = EMPTY
      for (let child = begin; child < Math.min(levels[level], begin + FAN); child++) {
        if (own[child] !== EMPTY) component = joint(component, own[child])
      }
      own[node] = component
    }
  }
  return all
}

function joint(component: number, other: number): number {
  return component === EMPTY || component === other ? other : NONE
}
