import { seededRandom } from '../../oracle/random'

/** Colours of planted groups, with the share of each, and the name that a person would give the group. */
export const PALETTES: readonly { name: RegExp; colors: readonly (readonly [number, number, number, number])[] }[] = [
  {
    name: /^dark, mostly blue$/,
    colors: [
      [0.7, 15, 25, 90],
      [0.3, 30, 40, 120],
    ],
  },
  {
    name: /^mostly green, some brown$/,
    colors: [
      [0.7, 40, 130, 50],
      [0.3, 120, 75, 45],
    ],
  },
  {
    name: /^light, mostly white/,
    colors: [
      [0.8, 246, 246, 246],
      [0.2, 235, 220, 90],
    ],
  },
  {
    name: /mostly red/,
    colors: [
      [0.6, 190, 30, 35],
      [0.4, 150, 20, 30],
    ],
  },
]

/** Images of each palette by turns: of any size and order of pixels, each channel ±12. */
export function plantedImages(count: number, seed: number) {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, at) => {
    const { colors } = PALETTES[at % PALETTES.length]
    const [width, height] = [20 + Math.floor(20 * random()), 20 + Math.floor(20 * random())]
    const first = colors[0][0] + 0.2 * (random() - 0.5)
    const data = new Uint8ClampedArray(4 * width * height)
    for (let pixel = 0; pixel < width * height; pixel++) {
      const [, ...channels] = colors[random() < first ? 0 : 1]
      data.set([...channels.map((value) => value + 24 * (random() - 0.5)), 255], 4 * pixel)
    }
    return { data, width, height }
  })
}

const SHAPES: readonly ((across: number, down: number, period: number) => number)[] = [
  (across, _, period) => (across % period < period / 2 ? 1 : -1),
  (_, down, period) => (down % period < period / 2 ? 1 : -1),
  (across, down, period) => (across % period < period / 2 === down % period < period / 2 ? 1 : -1),
  () => 0,
]

/** Images of upright stripes, level stripes, squares and plain ones by turns: of any size, colour, phase and contrast. */
export function patternedImages(count: number, seed: number) {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, at) => {
    const [width, height] = [48 + Math.floor(48 * random()), 48 + Math.floor(48 * random())]
    const base = [0, 1, 2].map(() => 70 + 110 * random())
    const [left, top, period] = [0, 0, 0].map(() => 4 + Math.floor(3 * random()))
    const contrast = 20 + 30 * random()
    const data = new Uint8ClampedArray(4 * width * height)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const shade = contrast * SHAPES[at % SHAPES.length](x + left, y + top, period) + 6 * (random() - 0.5)
        data.set([...base.map((value) => value + shade), 255], 4 * (y * width + x))
      }
    }
    return { data, width, height }
  })
}
