import type { Matrix } from 'lloyd'

/** Points of the plane in known groups, and settings that suit them. */
export interface Shape {
  name: string
  points: Matrix
  /** The group of each point; null for points without groups. */
  truth: Int32Array | null
  /** Number of groups that methods look for which must be told. */
  groups: number
  /** Distance of neighbours for DBSCAN. */
  epsilon: number
  /** Least number of points of a cluster for HDBSCAN. */
  minClusterSize: number
}

type Random = () => number
type Sample = (group: number, random: Random) => [x: number, y: number]

/** Uniform numbers in [0, 1) (T. Ettinger's mulberry32, in the public domain). */
export function seededRandom(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let word = Math.imul(state ^ (state >>> 15), state | 1)
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A standard normal number (Box and Muller). */
const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

const moon: Sample = (group, random) => {
  const angle = Math.PI * random()
  const [x, y] = group === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)]
  return [x + 0.05 * normal(random), y + 0.05 * normal(random)]
}

const circle: Sample = (group, random) => {
  const angle = 2 * Math.PI * random()
  const radius = (group === 0 ? 1 : 0.5) + 0.035 * normal(random)
  return [radius * Math.cos(angle), radius * Math.sin(angle)]
}

/** Arms of which equal lengths hold equally many points. */
const spiral: Sample = (group, random) => {
  const turn = Math.sqrt(0.2 + 2 * random())
  const angle = 2 * Math.PI * (turn + group / 2)
  const radius = turn + 0.02 * normal(random)
  return [radius * Math.cos(angle), radius * Math.sin(angle)]
}

const clouds =
  (centers: readonly [x: number, y: number][], spreads: readonly number[]): Sample =>
  (group, random) => {
    const [x, y] = centers[group]
    return [x + spreads[group] * normal(random), y + spreads[group] * normal(random)]
  }

const varied = clouds(
  [
    [-5, 0],
    [2, 4],
    [4, -5],
  ],
  [0.6, 1.7, 0.9],
)
const round = clouds(
  [
    [-4, 3],
    [4, 4],
    [0, -4],
  ],
  [0.9, 0.9, 0.9],
)

const slanted: Sample = (group, random) => {
  const [along, across] = [1.8 * normal(random), 0.3 * normal(random) + 2 * group]
  return [0.8 * along - 0.6 * across, 0.6 * along + 0.8 * across]
}

const uniform: Sample = (_, random) => [random(), random()]

/** Rows take turns among the groups. */
function sample(
  name: string,
  count: number,
  seed: number,
  draw: Sample,
  settings: Omit<Shape, 'name' | 'points' | 'truth'>,
) {
  const random = seededRandom(seed)
  const truth = Int32Array.from({ length: count }, (_, row) => row % settings.groups)
  const data = Float32Array.from([...truth].flatMap((group) => draw(group, random)))
  return { name, points: { data, rows: count, columns: 2 }, truth: draw === uniform ? null : truth, ...settings }
}

/** The shapes of the plate, of `count` points each. */
export function makeShapes(count = 420): Shape[] {
  return [
    sample('moons', count, 1, moon, { groups: 2, epsilon: 0.2, minClusterSize: 50 }),
    sample('circles', count, 2, circle, { groups: 2, epsilon: 0.25, minClusterSize: 50 }),
    sample('spirals', count, 3, spiral, { groups: 2, epsilon: 0.25, minClusterSize: 50 }),
    sample('varied density', count, 4, varied, { groups: 3, epsilon: 0.9, minClusterSize: 50 }),
    sample('slanted', count, 5, slanted, { groups: 3, epsilon: 0.6, minClusterSize: 50 }),
    sample('clouds', count, 6, round, { groups: 3, epsilon: 0.8, minClusterSize: 50 }),
    sample('uniform', count, 7, uniform, { groups: 3, epsilon: 0.1, minClusterSize: 50 }),
  ]
}
