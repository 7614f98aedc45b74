import type { Distances } from './distances.js'

/** Most distances that are compared to try all sets of medoids. */
const MOST_WORK = 2 ** 16

/** Whether all sets of k rows are few enough to be tried. */
export function hasFewSets({ candidates, rows }: Distances, k: number): boolean {
  let work = candidates * rows.length
  for (let size = 1; size < k && work <= MOST_WORK; size++) work *= (candidates - size) / (size + 1)
  return work <= MOST_WORK
}

/** The set of k rows with the least cost, the first of equal ones; rows ascending. */
export function findBestSet(distances: Distances, weights: ArrayLike<number>, k: number): Uint32Array {
  const { candidates, rows } = distances
  const columns = Array.from({ length: candidates }, (_, candidate) => {
    const column = new Float64Array(rows.length)
    distances.measure(candidate, column)
    return column.map((distance, point) => distance * weights[point])
  })
  const chosen = new Uint32Array(k)
  const best = new Uint32Array(k)
  let least = Infinity
  const choose = (place: number, from: number, nearest: Float64Array) => {
    for (let candidate = from; candidate <= candidates - k + place; candidate++) {
      const column = columns[candidate]
      const nearer = nearest.map((distance, point) => Math.min(distance, column[point]))
      chosen[place] = candidate
      if (place + 1 < k) {
        choose(place + 1, candidate + 1, nearer)
        continue
      }
      const cost = nearer.reduce((sum, distance) => sum + distance, 0)
      if (cost >= least) continue
      least = cost
      best.set(chosen)
    }
  }
  choose(0, 0, new Float64Array(rows.length).fill(Infinity))
  return best
}
