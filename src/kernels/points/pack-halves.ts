import source from '../../../shaders/points/pack-halves.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** Factor of working coordinates, which are at most 1.5, that takes them to the range of float16. */
export const HALF_SCALE = 2 ** 15

/**
 * The float16 nearest to a number that has the bits of a float32 below 65 520, ties to even; below the smallest normal
 * float16, that one or 0.
 */
export function halfOf(bits: number): number {
  const magnitude = bits & 0x7fffffff
  let half = (magnitude + 0xfff + ((magnitude >>> 13) & 1) - 0x38000000) >>> 13
  if (magnitude < 0x38800000) half = magnitude > 0x38000000 ? 0x400 : 0
  return half === 0 ? 0 : half | ((bits >>> 16) & 0x8000)
}

/** The bits of the float32 that equals a float16, which is 0 or normal. */
export function floatOf(half: number): number {
  const magnitude = half & 0x7fff
  return magnitude === 0 ? 0 : (((half & 0x8000) << 16) | ((magnitude << 13) + 0x38000000)) >>> 0
}

/**
 * Points as float16, two to a word, in working coordinates times HALF_SCALE; `deviations`: what rounding added. `count`
 * coordinates.
 */
export const packHalves = /* @__PURE__ */ defineKernel({
  name: 'pack-halves',
  sources: [gridSource, source],
  parameters: { count: 'u32', columns: 'u32', firstWord: 'u32', scale: 'f32' },
  bindings: { points: 'read f32', shift: 'read f32', halves: 'read_write u32', deviations: 'read_write f32' },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ count }, size) => Math.ceil(count / 2 / size),
  twin({ count, columns, firstWord, scale }, { points, shift, halves, deviations }) {
    const value = new Float32Array(1)
    const bits = new Uint32Array(value.buffer)
    for (let i = 0, column = 0; i < count; i++) {
      value[0] = Math.fround(points[i] - shift[column]) * scale * HALF_SCALE
      const x = value[0]
      const half = halfOf(bits[0])
      const word = firstWord + (i >>> 1)
      halves[word] = i % 2 === 0 ? half : halves[word] | (half << 16)
      bits[0] = floatOf(half)
      deviations[i] = value[0] - x
      if (++column === columns) column = 0
    }
  },
})
