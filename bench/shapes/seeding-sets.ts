import type { Matrix } from 'lloyd'
import { seededRandom } from './shapes.js'

/** Points on which seedings are compared, and the number of clusters. */
export interface SeedingSet {
  name: string
  points: Matrix
  k: number
  /** Number of seeds: more where inertias differ by more from seed to seed. */
  seeds: number
}

type Random = () => number

const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** `side`² Gaussians of standard deviation 1, 10 apart, with as many points each. */
const grid = (side: number, each: number) => ({
  name: `grid of ${side * side} Gaussians`,
  rows: side * side * each,
  columns: 2,
  ...{ k: side * side, seeds: 300 },
  draw(random: Random, row: number) {
    const cell = row % (side * side)
    return [10 * (cell % side) + normal(random), 10 * Math.floor(cell / side) + normal(random)]
  },
})

/** Gaussians of standard deviation 1 at random in a cube, of sizes that `sizeOf` draws. */
const clouds = (name: string, [rows, columns, k, seeds]: number[], sizeOf: (random: Random) => number) => {
  let centers: number[][] = []
  return {
    ...{ name, rows, columns, k, seeds },
    draw(random: Random, row: number) {
      if (row === 0) centers = Array.from({ length: k }, () => Array.from({ length: columns }, () => 20 * random()))
      return centers[sizeOf(random)].map((center) => center + normal(random))
    },
  }
}

/** Kinds of points on which seedings differ; the photograph comes from the suite. */
const KINDS = [
  grid(5, 200),
  grid(10, 100),
  grid(17, 50),
  clouds('equal Gaussians', [10_000, 8, 64, 100], (random) => Math.floor(64 * random())),
  clouds('Gaussians of Zipf sizes', [10_000, 8, 64, 40], (random) => Math.min(63, Math.floor(65 ** random() - 1))),
  // Three of 2000 points and five of 100, as in "Unbalance" of P. Fränti's benchmark.
  clouds('unbalanced Gaussians', [6_500, 2, 8, 100], (random) => {
    const at = 6_500 * random()
    return at < 6_000 ? Math.floor(at / 2_000) : 3 + Math.floor((at - 6_000) / 100)
  }),
  {
    name: 'heavy tails (t, 2 degrees of freedom)',
    ...{ rows: 10_000, columns: 3, k: 50, seeds: 40 },
    draw(random: Random) {
      const width = Math.sqrt(-Math.log(1 - random()))
      return [normal(random) / width, normal(random) / width, normal(random) / width]
    },
  },
  {
    name: 'uniform square',
    ...{ rows: 10_000, columns: 2, k: 64, seeds: 40 },
    draw: (random: Random) => [random(), random()],
  },
  {
    name: 'uniform cube',
    ...{ rows: 10_000, columns: 16, k: 32, seeds: 40 },
    draw: (random: Random) => Array.from({ length: 16 }, random),
  },
]

export function makeSeedingSets(): SeedingSet[] {
  return KINDS.map(({ name, rows, columns, k, seeds, draw }, kind) => {
    const random = seededRandom(kind + 1)
    const data = new Float32Array(rows * columns)
    for (let row = 0; row < rows; row++) data.set(draw(random, row), row * columns)
    return { name, points: { data, rows, columns }, k, seeds }
  })
}
