import source from '../../../shaders/segments/label-tiles.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import unionSource from '../../../shaders/shared/union-find.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { rootOf, unite } from '../shared/union-find.js'

/** Pixels of a tile, whose components one workgroup finds. */
export const TILE_WIDTH = 32
export const TILE_HEIGHT = 64

/** Number of tiles of an image of `width` × `height` pixels. */
export function tilesOf(width: number, height: number): number {
  return Math.ceil(width / TILE_WIDTH) * Math.ceil(height / TILE_HEIGHT)
}

/**
 * Connected components of equal labels within each of `tileCount` tiles from `firstTile` on: for every pixel the lowest
 * index of a pixel that it is connected to in the tile, through neighbours above, below and beside it.
 */
export const labelTiles = /* @__PURE__ */ defineKernel({
  name: 'label-tiles',
  sources: [gridSource, unionSource, source],
  parameters: { width: 'u32', height: 'u32', firstTile: 'u32', tileCount: 'u32' },
  bindings: { labels: 'read u32', components: 'read_write u32' },
  words: { TILE_WIDTH, TILE_HEIGHT },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ tileCount }) => tileCount,
  twin({ width, height, firstTile, tileCount }, { labels, components }) {
    const across = Math.ceil(width / TILE_WIDTH)
    for (let tile = firstTile; tile < firstTile + tileCount; tile++) {
      const left = (tile % across) * TILE_WIDTH
      const top = Math.floor(tile / across) * TILE_HEIGHT
      const right = Math.min(width, left + TILE_WIDTH)
      const bottom = Math.min(height, top + TILE_HEIGHT)
      for (let y = top; y < bottom; y++) uniteRow(labels, components, y * width + left, y * width + right)
      for (let y = top + 1; y < bottom; y++) {
        uniteAbove(labels, components, y * width + left, y * width + right, width)
      }
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) components[y * width + x] = rootOf(components, y * width + x)
      }
    }
  },
})

/** Gives the pixels from `first` to before `end` of a row the first of their run. */
function uniteRow(labels: Uint32Array, components: Uint32Array, first: number, end: number): void {
  components[first] = first
  for (let at = first + 1; at < end; at++) components[at] = labels[at] === labels[at - 1] ? components[at - 1] : at
}

/** Unites the pixels of a row with those above them, once for each pair of runs. */
function uniteAbove(labels: Uint32Array, components: Uint32Array, first: number, end: number, width: number): void {
  let joined = false
  for (let at = first; at < end; at++) {
    const same = labels[at] === labels[at - width]
    joined &&= labels[at] === labels[at - 1] && labels[at - width] === labels[at - width - 1]
    if (same && !joined) unite(components, at, at - width)
    joined = same
  }
}
