import source from '../../../shaders/network/pool.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** The sum, with MEAN the mean or with MAX the maximum, of every window of size × size pixels. */
export const pool = /* @__PURE__ */ defineKernel({
  name: 'pool',
  sources: [gridSource, source],
  parameters: {
    count: 'u32',
    smallHeight: 'u32',
    smallWidth: 'u32',
    largeHeight: 'u32',
    largeWidth: 'u32',
    channels: 'u32',
    size: 'u32',
  },
  bindings: { large: 'read f32', small: 'read_write f32' },
  flags: { MAX: false, MEAN: false },
  workgroupSize: 64,
  workgroups: ({ count }, size) => Math.ceil(count / size),
  twin({ count, smallHeight, smallWidth, largeHeight, largeWidth, channels, size }, { large, small }, { MAX, MEAN }) {
    for (let index = 0; index < count; index++) {
      const channel = index % channels
      const pixel = Math.floor(index / channels)
      const image = Math.floor(pixel / (smallHeight * smallWidth))
      const firstY = (Math.floor(pixel / smallWidth) % smallHeight) * size
      const firstX = (pixel % smallWidth) * size
      const endY = Math.min(firstY + size, largeHeight)
      const endX = Math.min(firstX + size, largeWidth)
      let result = MAX ? -Infinity : 0
      for (let y = firstY; y < endY; y++) {
        for (let x = firstX; x < endX; x++) {
          const value = large[((image * largeHeight + y) * largeWidth + x) * channels + channel]
          result = MAX ? Math.max(result, value) : result + value
        }
      }
      small[index] = MEAN ? result / ((endY - firstY) * (endX - firstX)) : result
    }
  },
})
