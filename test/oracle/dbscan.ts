/**
 * DBSCAN from the textbook (Ester, Kriegel, Sander and Xu 1996), in float64: neighbourhoods by all distances, clusters grown
 * from one core point after another, and border points given the lowest label that reaches them.
 */

export type OracleDistance = (a: readonly number[], b: readonly number[]) => number

export const euclidean: OracleDistance = (a, b) => Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0))
export const manhattan: OracleDistance = (a, b) => a.reduce((sum, x, i) => sum + Math.abs(x - b[i]), 0)
export const cosine: OracleDistance = (a, b) => {
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, i) => sum + value * y[i], 0)
  return 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}

export interface OracleDbscan {
  labels: number[]
  corePoints: number[]
  clusters: number
}

export function oracleDbscan(
  points: readonly (readonly number[])[],
  {
    epsilon,
    minPoints,
    distance = euclidean,
    weights,
  }: { epsilon: number; minPoints: number; distance?: OracleDistance; weights?: readonly number[] },
): OracleDbscan {
  const neighbors = points.map((a) => [...points.keys()].filter((j) => distance(a, points[j]) <= epsilon))
  const isCore = neighbors.map((list) => list.reduce((sum, j) => sum + (weights?.[j] ?? 1), 0) >= minPoints)
  const labels = points.map(() => -1)
  let clusters = 0
  for (const start of points.keys()) {
    if (!isCore[start] || labels[start] >= 0) continue
    const waiting = [start]
    labels[start] = clusters
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      for (const next of neighbors[at]) {
        if (!isCore[next] || labels[next] >= 0) continue
        labels[next] = clusters
        waiting.push(next)
      }
    }
    clusters++
  }
  for (const row of points.keys()) {
    const reached = isCore[row] ? [] : neighbors[row].filter((j) => isCore[j]).map((j) => labels[j])
    if (reached.length > 0) labels[row] = Math.min(...reached)
  }
  return { labels, corePoints: [...points.keys()].filter((row) => isCore[row]), clusters }
}
