import source from '../../../shaders/segments/pack-pixels.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { cubeRoot } from '../color/space/oklab.js'

/** The Oklab coordinates of `pixelCount` pixels as words, written from word `first` on. */
export const packPixels = /* @__PURE__ */ defineKernel({
  name: 'pack-pixels',
  sources: [gridSource, source],
  parameters: { first: 'u32', pixelCount: 'u32' },
  bindings: { pixels: 'read u32', transfer: 'read u32', words: 'read_write u32' },
  flags: { ALPHA: false },
  workgroupSize: 64,
  workgroups: ({ pixelCount }, size) => Math.ceil(pixelCount / size),
  twin({ first, pixelCount }, { pixels, transfer, words }, { ALPHA }) {
    for (let i = 0; i < pixelCount; i++) {
      // Neighbours are often alike.
      words[first + i] =
        i > 0 && pixels[i] === pixels[i - 1] ? words[first + i - 1] : wordOf(pixels[i], transfer, ALPHA)
    }
  },
})

function wordOf(pixel: number, transfer: Uint32Array, ALPHA: boolean): number {
  const r = transfer[pixel & 0xff] >>> 9
  const g = transfer[(pixel >>> 8) & 0xff] >>> 9
  const b = transfer[(pixel >>> 16) & 0xff] >>> 9
  const l = cubeRoot(4096 * (1688 * r + 2197 * g + 211 * b))
  const m = cubeRoot(4096 * (868 * r + 2788 * g + 440 * b))
  const s = cubeRoot(4096 * (362 * r + 1154 * g + 2580 * b))
  const dl = l - m
  const ds = s - m
  const light = (31875 * m + 6708 * dl - 130 * ds + 131072) >>> 18
  const greenRed = (63049 * dl + 14363 * ds + (7500 << 14) + 131072) >>> 18
  const blueYellow = (826 * dl - 25777 * ds + (10000 << 14) + 131072) >>> 18
  if (!ALPHA) return (light << 20) | (greenRed << 10) | blueYellow
  const alpha = pixel >>> 24
  const part = (neutral: number, value: number) => Math.floor((neutral * (255 - alpha) + value * alpha) / 1020)
  const word = (part(0, light) << 23) | (part(469, greenRed) << 15) | (part(625, blueYellow) << 7)
  return (word | ((125 * alpha) >>> 8)) >>> 0
}
