/** Silhouettes by their definition (P. J. Rousseeuw 1987), from all distances, in float64. */

type Distance = (x: readonly number[], y: readonly number[]) => number

export function oracleSilhouette(
  points: readonly (readonly number[])[],
  labels: ArrayLike<number>,
  distance: Distance,
): number[] {
  const clusters = [...new Set(Array.from(labels))]
  const meanTo = (i: number, cluster: number) => {
    const others = points.filter((_, j) => j !== i && labels[j] === cluster)
    return others.reduce((sum, other) => sum + distance(points[i], other), 0) / others.length
  }
  return points.map((_, i) => {
    const a = meanTo(i, labels[i])
    const b = Math.min(...clusters.filter((cluster) => cluster !== labels[i]).map((cluster) => meanTo(i, cluster)))
    if (Number.isNaN(a) || Math.max(a, b) === 0) return 0
    return (b - a) / Math.max(a, b)
  })
}
