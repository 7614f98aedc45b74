import source from '../../../shaders/network/spread.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** Spreads the number of each window over its pixels: to all, with MEAN divided, or with MAX to the first maximum. */
export const spread = /* @__PURE__ */ defineKernel({
  name: 'spread',
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
  bindings: { small: 'read f32', original: 'read f32', large: 'read_write f32' },
  flags: { MAX: false, MEAN: false },
  workgroupSize: 64,
  workgroups: ({ count }, size) => Math.ceil(count / size),
  twin(parameters, { small, original, large }, { MAX, MEAN }) {
    const { count, smallHeight, smallWidth, largeHeight, largeWidth, channels, size } = parameters
    for (let index = 0; index < count; index++) {
      const channel = index % channels
      const pixel = Math.floor(index / channels)
      const image = Math.floor(pixel / (largeHeight * largeWidth))
      const smallY = Math.floor((Math.floor(pixel / largeWidth) % largeHeight) / size)
      const smallX = Math.floor((pixel % largeWidth) / size)
      let value = small[((image * smallHeight + smallY) * smallWidth + smallX) * channels + channel]
      const endY = Math.min((smallY + 1) * size, largeHeight)
      const endX = Math.min((smallX + 1) * size, largeWidth)
      if (MEAN) value /= (endY - smallY * size) * (endX - smallX * size)
      else if (MAX) {
        for (let y = smallY * size; y < endY; y++) {
          for (let x = smallX * size; x < endX; x++) {
            const other = ((image * largeHeight + y) * largeWidth + x) * channels + channel
            if (original[other] > original[index] || (original[other] === original[index] && other < index)) value = 0
          }
        }
      }
      large[index] = value
    }
  },
})
