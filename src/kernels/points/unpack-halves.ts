import source from '../../../shaders/points/unpack-halves.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { floatOf } from './pack-halves.js'

/** `count` numbers that were packed as float16. */
export const unpackHalves = /* @__PURE__ */ defineKernel({
  name: 'unpack-halves',
  sources: [gridSource, source],
  parameters: { count: 'u32' },
  bindings: { halves: 'read u32', points: 'read_write f32' },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ count }, size) => Math.ceil(count / 2 / size),
  twin({ count }, { halves, points }) {
    const bits = new Uint32Array(points.buffer, points.byteOffset, points.length)
    for (let i = 0; i < count; i++) bits[i] = floatOf((halves[i >>> 1] >>> (16 * (i & 1))) & 0xffff)
  },
})
