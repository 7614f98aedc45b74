import source from '../../../shaders/points/import-texels.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** The value of a float16. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25))
}

/**
 * Converts rows of a texture, `rowBytes` apart, to points: the first `columns` channels of each texel; `count`
 * coordinates.
 */
export const importTexels = /* @__PURE__ */ defineKernel({
  name: 'import-texels',
  sources: [gridSource, source],
  parameters: {
    width: 'u32',
    count: 'u32',
    columns: 'u32',
    rowBytes: 'u32',
    channels: 'u32',
    channelBytes: 'u32',
    bgra: 'u32',
  },
  bindings: { rows: 'read u32', points: 'read_write f32' },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ count }, size) => Math.ceil(count / size),
  twin({ width, count, columns, rowBytes, channels, channelBytes, bgra }, { rows, points }) {
    const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength)
    for (let index = 0; index < count; index++) {
      const texel = Math.floor(index / columns)
      const wanted = index % columns
      const channel = bgra && wanted < 3 ? 2 - wanted : wanted
      const at = Math.floor(texel / width) * rowBytes + ((texel % width) * channels + channel) * channelBytes
      if (channelBytes === 1) points[index] = view.getUint8(at) / 255
      else if (channelBytes === 2) points[index] = halfFloat(view.getUint16(at, true))
      else points[index] = view.getFloat32(at, true)
    }
  },
})
