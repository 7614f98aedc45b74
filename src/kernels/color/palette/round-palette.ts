import source from '../../../../shaders/color/palette/round-palette.wgsl?raw'
import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import oklabSource from '../../../../shaders/color/space/oklab.wgsl?raw'
import oklabColorSource from '../../../../shaders/color/space/oklab-color.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import u64Source from '../../../../shaders/shared/u64.wgsl?raw'
import u64OrderSource from '../../../../shaders/shared/u64-order.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { oklabColor } from '../space/oklab-color.js'

/** Rounds centroids to palette bytes. */
export const roundPalette = /* @__PURE__ */ defineKernel({
  name: 'round-palette',
  sources: [gridSource, u64Source, u64OrderSource, colorSource, oklabSource, oklabColorSource, source],
  parameters: { centroidCount: 'u32', fixedCount: 'u32' },
  bindings: { centroids: 'read vec4<u32>', transfer: 'read u32', palette: 'read_write u32' },
  flags: { ALPHA: false, OKLAB: false },
  workgroupSize: 64,
  workgroups: ({ centroidCount }, size) => Math.ceil(centroidCount / size),
  twin({ centroidCount, fixedCount }, { centroids, palette }, { ALPHA, OKLAB }) {
    const round = OKLAB ? oklabColor : roundColor
    for (let k = fixedCount; k < centroidCount; k++) palette[k] = round(centroids.subarray(4 * k, 4 * k + 4), ALPHA)
  },
})

function roundColor(c: Uint32Array, alpha: boolean): number {
  if (!alpha) return pack((c[0] + 64) >>> 7, (c[1] + 64) >>> 7, (c[2] + 64) >>> 7, 255)
  const a = (c[3] + 64) >>> 7
  if (a === 0) return 0
  const straight = (v: number) => Math.min(255, Math.floor((510 * v + c[3]) / (2 * c[3])))
  return pack(straight(c[0]), straight(c[1]), straight(c[2]), a)
}

function pack(r: number, g: number, b: number, a: number): number {
  return (r | (g << 8) | (b << 16) | (a << 24)) >>> 0
}
