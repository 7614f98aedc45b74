import source from '../../../shaders/network/gather-batch.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import normalSource from '../../../shaders/shared/normal.wgsl?raw'
import randomSource from '../../../shaders/shared/random.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { randomNormal, randomUnit } from '../shared/random.js'

/**
 * Gathers `count` rows of points, (x − mean) · factor, from position `first` of `order`, or from row `first` on; with
 * noise. `lanes` threads share a row.
 */
export const gatherBatch = /* @__PURE__ */ defineKernel({
  name: 'gather-batch',
  sources: [gridSource, randomSource, normalSource, source],
  parameters: { count: 'u32', columns: 'u32', lanes: 'u32', first: 'u32', amount: 'f32', seed: 'u32', step: 'u32' },
  bindings: {
    points: 'read f32',
    order: 'read u32',
    mean: 'read f32',
    factor: 'read f32',
    clean: 'read_write f32',
    noisy: 'read_write f32',
  },
  flags: { ORDERED: false, GAUSSIAN: false, MASKING: false },
  workgroupSize: 64,
  workgroups: ({ count, lanes }, size) => Math.ceil((count * lanes) / size),
  twin(
    { count, columns, first, amount, seed, step },
    { points, order, mean, factor, clean, noisy },
    { ORDERED, GAUSSIAN, MASKING },
  ) {
    for (let index = 0; index < count * columns; index++) {
      const column = index % columns
      const place = first + Math.floor(index / columns)
      const row = ORDERED ? order[place] : place
      const x = Math.fround(points[row * columns + column] - mean[column]) * factor[column]
      clean[index] = x
      if (GAUSSIAN) noisy[index] = x + amount * randomNormal(index, step, seed)
      else if (MASKING) noisy[index] = randomUnit(index, step, seed) < Math.fround(amount) ? 0 : x
    }
  },
})
