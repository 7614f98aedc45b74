import source from '../../../shaders/segments/join-tiles.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import unionSource from '../../../shaders/shared/union-find.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { unite } from '../shared/union-find.js'
import { TILE_HEIGHT, TILE_WIDTH } from './label-tiles.js'

/** Number of pairs of neighbouring pixels of different tiles. */
export function bordersOf(width: number, height: number): number {
  return width * (Math.ceil(height / TILE_HEIGHT) - 1) + height * (Math.ceil(width / TILE_WIDTH) - 1)
}

/**
 * Unites components across the borders of tiles. `parents` is a forest over pixels: a lower pixel of the same set or, for
 * the lowest, the pixel itself. Done are the pairs of pixels from `first` to before `end`: first those across horizontal
 * borders, row by row, then those across vertical ones, column by column.
 */
export const joinTiles = /* @__PURE__ */ defineKernel({
  name: 'join-tiles',
  sources: [gridSource, unionSource, source],
  parameters: { width: 'u32', height: 'u32', first: 'u32', end: 'u32' },
  bindings: { labels: 'read u32', parents: 'read_write atomic<u32>' },
  words: { TILE_WIDTH, TILE_HEIGHT },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ first, end }, size) => Math.ceil((end - first) / size),
  twin({ width, height, first, end }, { labels, parents }) {
    const horizontal = width * (Math.ceil(height / TILE_HEIGHT) - 1)
    for (let pair = first; pair < end; pair++) {
      const isBelow = pair < horizontal
      const [length, step, other] = isBelow ? [width, 1, width] : [height, width, 1]
      const border = Math.floor((isBelow ? pair : pair - horizontal) / length) + 1
      const along = (isBelow ? pair : pair - horizontal) % length
      const at = isBelow ? border * TILE_HEIGHT * width + along : along * width + border * TILE_WIDTH
      const label = labels[at]
      if (labels[at - other] !== label) continue
      // The pair before has joined the same two components of tiles.
      const isFirst = along % (isBelow ? TILE_WIDTH : TILE_HEIGHT) === 0
      if (isFirst || labels[at - step] !== label || labels[at - step - other] !== label) unite(parents, at, at - other)
    }
  },
})
