import source from '../../shaders/round-palette.wgsl?raw'
import colorSource from '../../shaders/shared/color.wgsl?raw'
import gridSource from '../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../engine/kernel.js'
import { colorCoordinates } from './shared/color.js'

/** Rounds centroids to palette bytes, and gives the coordinates of those bytes. */
export const roundPalette = defineKernel({
  name: 'round-palette',
  sources: [gridSource, colorSource, source],
  parameters: { centroidCount: 'u32', fixedCount: 'u32' },
  bindings: { centroids: 'read u32', palette: 'read_write u32', rounded: 'read_write u32' },
  flags: { ALPHA: false },
  workgroupSize: 64,
  workgroups: ({ centroidCount }, size) => Math.ceil(centroidCount / size),
  twin({ centroidCount, fixedCount }, { centroids, palette, rounded }, { ALPHA }) {
    const coordinates = new Uint32Array(4)
    for (let k = 0; k < centroidCount; k++) {
      if (k >= fixedCount) palette[k] = roundColor(centroids.subarray(4 * k, 4 * k + 4), ALPHA)
      colorCoordinates(palette[k], ALPHA, coordinates)
      rounded.set(coordinates, 4 * k)
    }
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
