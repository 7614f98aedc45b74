/** Pruning: how many centroids a colour is compared with. */
import { createEngine } from 'lloyd'
import { expect, test } from 'vitest'
import { memoryPixels, PixelStore } from '../../src/color/image/pixels.js'
import { createCandidateLists } from '../../src/color/palette/candidate-lists.js'
import { wuSeeds } from '../../src/color/palette/wu.js'
import { Reporter } from '../../src/color/reporter.js'
import { createColorPoints } from '../../src/color/table/color-points.js'
import { colorSpace } from '../../src/color/table/color-space.js'
import { createColorTable } from '../../src/color/table/color-table.js'
import { BufferScope, executorOf } from '../../src/engine/engine.js'
import { State } from '../../src/kernels/color/palette/quantizer-state.js'
import { readPhotograph } from '../oracle/images'

test.each(['kingfisher', 'lights'])('%s: at most 5 of 256 centroids a colour, in the mean', async (name) => {
  const image = await readPhotograph(name)
  const engine = await createEngine({ backend: 'cpu' })
  const executor = executorOf(engine)
  const scope = new BufferScope(executor)
  const pixels = memoryPixels(executor, new PixelStore(scope), image.data, image)
  const table = await createColorTable(executor, scope, [pixels], false, new Reporter(executor))
  const points = await createColorPoints(executor, scope, table, colorSpace('srgb'))
  const seeds = await wuSeeds(await points.readMoments(false), 256, () => points.readSamples(false))
  const state = scope.allocate('state', 4 * State.words)
  const { search, lists, update } = await createCandidateLists(executor, scope, points, state, 256)
  update(scope.upload('centroids', new Uint32Array(seeds)), false)
  const counts = new Uint32Array(await executor.read(lists.candidateCounts))
  const colors = new Uint32Array(await executor.read(table.colors))
  const shift = 8 - search.cellBits
  let sum = 0
  for (const color of colors) {
    const [r, g, b] = [0, 8, 16].map((bits) => ((color >>> bits) & 0xff) >>> shift)
    sum += counts[(((r << search.cellBits) | g) << search.cellBits) | b]
  }
  const mean = sum / colors.length
  expect(mean).toBeGreaterThan(1)
  expect(mean, `${mean} candidates`).toBeLessThanOrEqual(5)
  scope.release()
  engine.destroy()
})
