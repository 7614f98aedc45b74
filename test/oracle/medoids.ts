/** k-medoids by definition (Kaufman and Rousseeuw, "Finding groups in data", 1990), in float64, over all pairs and all sets. */
import type { OracleDistance } from './dbscan'

type Distances = readonly (readonly number[])[]

export const distanceMatrix = (points: readonly (readonly number[])[], distance: OracleDistance): number[][] =>
  points.map((a) => points.map((b) => Math.max(0, distance(a, b))))

/** Σ w · d to the nearest medoid. */
export const medoidCost = (distances: Distances, medoids: readonly number[], weights?: readonly number[]): number =>
  distances.reduce((sum, row, i) => sum + (weights?.[i] ?? 1) * Math.min(...medoids.map((medoid) => row[medoid])), 0)

/** The least cost after replacing any one medoid by any other row. */
export function bestSwapCost(distances: Distances, medoids: readonly number[], weights?: readonly number[]): number {
  let least = Infinity
  for (const slot of medoids.keys()) {
    for (const candidate of distances.keys()) {
      if (!medoids.includes(candidate)) {
        const exchanged = medoids.map((medoid, at) => (at === slot ? candidate : medoid))
        least = Math.min(least, medoidCost(distances, exchanged, weights))
      }
    }
  }
  return least
}

/** The least cost of all sets of k medoids. */
export function optimalCost(distances: Distances, k: number, weights?: readonly number[]): number {
  const costFrom = (first: number, chosen: readonly number[]): number => {
    if (chosen.length === k) return medoidCost(distances, chosen, weights)
    let least = Infinity
    for (let row = first; row < distances.length; row++) least = Math.min(least, costFrom(row + 1, [...chosen, row]))
    return least
  }
  return costFrom(0, [])
}

/** Adds the medoid that lowers the cost the most, the lowest of equal ones, until there are k. */
export function greedyMedoids(distances: Distances, k: number, weights?: readonly number[]): number[] {
  const chosen: number[] = []
  while (chosen.length < k) {
    let [best, least] = [-1, Infinity]
    for (const row of distances.keys()) {
      if (chosen.includes(row)) continue
      const cost = medoidCost(distances, [...chosen, row], weights)
      if (cost >= least) continue
      least = cost
      best = row
    }
    chosen.push(best)
  }
  return chosen
}
