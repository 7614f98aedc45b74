import source from '../../../shaders/segments/label-tiles.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import unionSource from '../../../shaders/shared/union-find.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { unite } from '../shared/union-find.js'

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
      connectRows(labels, components, { width, left, top, right, bottom })
      findComponents(components, { width, left, top, right, bottom })
    }
  },
})

/** Part of an image `width` pixels wide: the columns from `left` to before `right`, the rows from `top` to before `bottom`. */
export interface Tile {
  width: number
  left: number
  top: number
  right: number
  bottom: number
}

/** Unites the pixels of a tile, of which the rows before `from` are united already, in a forest of parents that fall. */
export function connectRows(labels: Uint32Array, parents: Uint32Array, tile: Tile, from = tile.top): void {
  const { width, left, right, top, bottom } = tile
  for (let y = from; y < bottom; y++) {
    connectRow(labels, parents, y * width + left, y * width + right)
    if (y > top) joinRows(labels, parents, y * width + left, y * width + right, width)
  }
}

/** Gives the pixels from `first` to before `end` of a row the first of their run. */
function connectRow(labels: Uint32Array, parents: Uint32Array, first: number, end: number): void {
  let run = first
  let label = labels[first]
  for (let at = first; at < end; at++) {
    if (labels[at] !== label) {
      label = labels[at]
      run = at
    }
    parents[at] = run
  }
}

/** Unites the runs of a row with those of the row above, once for each pair. */
function joinRows(labels: Uint32Array, parents: Uint32Array, first: number, end: number, width: number): void {
  let joined = false
  for (let at = first; at < end; at++) {
    // A run begins here, in this row or above.
    if (parents[at] === at || labels[at - width] !== labels[at - width - 1]) joined = false
    if (joined || labels[at] !== labels[at - width]) continue
    unite(parents, at, at - width)
    joined = true
  }
}

/** Replaces the parents of a tile, whose rows before `from` are done, by the lowest pixels of their components. */
export function findComponents(parents: Uint32Array, { width, left, top, right, bottom }: Tile, from = top): void {
  for (let y = from; y < bottom; y++) findRow(parents, y * width + left, y * width + right)
}

/** Those before have their roots. */
function findRow(parents: Uint32Array, first: number, end: number): void {
  for (let at = first; at < end; at++) parents[at] = parents[parents[at]]
}
