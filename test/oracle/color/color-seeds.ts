/** Seeding by k-means++ and maximin over weighted integer points, naively and in BigInt, without code from `src`. */

const WORD = 2n ** 32n

/** pcg3d (M. Jarzynski and M. Olano, JCGT 9(3), 2020): the first two words as one number of 64 bits, the first above. */
function random64(...counter: [number, number, number]): bigint {
  const wrap = (value: bigint) => ((value % WORD) + WORD) % WORD
  let [x, y, z] = counter.map((value) => wrap(BigInt(value) * 1664525n + 1013904223n))
  const round = () => {
    x = wrap(x + y * z)
    y = wrap(y + z * x)
    z = wrap(z + x * y)
  }
  round()
  ;[x, y, z] = [x ^ (x >> 16n), y ^ (y >> 16n), z ^ (z >> 16n)]
  round()
  return x * WORD + y
}

type Point = readonly number[]

function squaredDistance(a: Point, b: Point): number {
  return a.reduce((sum, value, d) => sum + (value - b[d]) ** 2, 0)
}

export interface SeedOptions {
  init: 'maximin' | 'k-means++'
  seed: number
  restart: number
}

/** Up to `wanted` of the points, which are in the order of ties and draws; `still` are existing seeds. */
export function drawSeeds(
  points: readonly Point[],
  weights: readonly number[],
  still: readonly Point[],
  wanted: number,
  { init, seed, restart }: SeedOptions,
): number[][] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const mean = points[0].map((_, d) => {
    const sum = points.reduce((part, point, i) => part + weights[i] * point[d], 0)
    return Math.floor(Number((2n * BigInt(sum) + BigInt(total)) / (2n * BigInt(total))))
  })
  const trials = 2 + Math.floor(Math.log(wanted))
  const chosen: number[][] = []
  let distances = points.map((point) =>
    still.length > 0 ? Math.min(...still.map((entry) => squaredDistance(point, entry))) : squaredDistance(point, mean),
  )
  if (init === 'k-means++' && still.length === 0) distances = points.map(() => 1)
  for (let round = 0; round < wanted; round++) {
    const alone = still.length === 0 && round === 0
    const closer = (index: number) =>
      distances.map((distance, i) => {
        const own = squaredDistance(points[i], points[index])
        return alone ? own : Math.min(distance, own)
      })
    let next = -1
    if (init === 'maximin') {
      distances.forEach((distance, i) => {
        if (weights[i] > 0 && distance > (next < 0 ? 0 : distances[next])) next = i
      })
    } else {
      const shares = distances.map((distance, i) => BigInt(distance) * BigInt(weights[i]))
      const sum = shares.reduce((part, share) => part + share, 0n)
      let least = -1n
      for (let trial = 0; sum > 0n && trial < (alone ? 1 : trials); trial++) {
        let rest = (random64(seed, restart, 16 * round + trial) * sum) / WORD ** 2n
        const index = shares.findIndex((share) => {
          rest -= share
          return rest < 0n
        })
        const potential = closer(index).reduce((part, distance, i) => part + BigInt(distance) * BigInt(weights[i]), 0n)
        if (least >= 0n && potential >= least) continue
        least = potential
        next = index
      }
    }
    if (next < 0) break
    distances = closer(next)
    chosen.push([...points[next]])
  }
  return chosen.length + still.length > 0 ? chosen : [mean]
}
