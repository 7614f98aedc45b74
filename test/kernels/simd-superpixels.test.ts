/** Superpixels with SIMD on shapes that only it divides: strips of columns, sums that overflow their words, many cells. */
import { createEngine } from 'lloyd'
import { expect, it } from 'vitest'
import { superpixelGrid, superpixelTiles } from '../../src/color/segments/superpixel-grid.js'
import type { Executor } from '../../src/engine/engine.js'
import { assignSuperpixels } from '../../src/kernels/segments/assign-superpixels.js'
import { placeCenters } from '../../src/kernels/segments/place-centers.js'
import { CENTER_WORDS, SUM_WORDS } from '../../src/kernels/segments/superpixel.js'
import { seededRandom } from '../oracle/random'
import { holdToTwin } from './harness'
import { samplesOf } from './sample'

const random = seededRandom(3)

/** Rows of tiles from the second on, with words of any bits and the first centres. */
function assignmentOfPixels(ALPHA: boolean, width: number, height: number, segments: number) {
  const grid = superpixelGrid(width, height, segments, 10)
  const { workgroupSize, ...tiles } = superpixelTiles(grid, { narrowWorkgroups: true })
  const cells = grid.columns * grid.rows
  const words = Uint32Array.from({ length: width * height }, () => {
    const field = (most: number) => Math.floor(most * random())
    if (ALPHA) return ((field(499) << 23) | (field(251) << 15) | (field(251) << 7) | field(125)) >>> 0
    return ((field(1993) << 20) | (field(1001) << 10) | field(1001)) >>> 0
  })
  const centers = new Uint32Array(CENTER_WORDS * cells)
  placeCenters.twin(grid, { words, centers }, { ALPHA })
  const [sums, labels] = [new Uint32Array(SUM_WORDS * cells).fill(7), new Uint32Array(width * height)]
  const tileRows = grid.rows * tiles.tilesDown - 1
  return {
    parameters: { ...grid, ...tiles, firstTileRow: 1, tileRows },
    buffers: { words, centers, sums, labels },
    workgroupSize,
  }
}

it.each([
  { ALPHA: false, LABELS: false },
  { ALPHA: true, LABELS: false },
  { ALPHA: false, LABELS: true },
  { ALPHA: true, LABELS: true },
])('assign-superpixels, %j: several strips, overflowing sums, many small cells', async (flags) => {
  const samples = () =>
    [
      [2051, 129, 1],
      [9, 8193, 1],
      [150, 61, 4500],
    ].map(([width, height, segments]) => assignmentOfPixels(flags.ALPHA, width, height, segments)) as never
  using engine = (await createEngine({ backend: 'cpu' })) as Executor
  const of = samplesOf(assignSuperpixels, { agreement: 'exact', samples })
  expect(await holdToTwin(engine, of, flags)).toMatchObject({ failures: [] })
  expect(engine.allocatedBytes).toBe(0)
})
