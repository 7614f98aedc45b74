/** Internal indices by their definitions, in float64. */

type Row = readonly number[]

const distance = (x: Row, y: Row) => Math.hypot(...x.map((value, i) => value - y[i]))
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const mean = (rows: readonly Row[]) => rows[0].map((_, column) => sum(rows.map((row) => row[column])) / rows.length)

export function groupRows(points: readonly Row[], labels: ArrayLike<number>): Row[][] {
  const clusters = [...new Set(Array.from(labels))]
  return clusters.map((cluster) => points.filter((_, row) => labels[row] === cluster))
}

export function oracleSumOfSquares(clusters: readonly Row[][]): number {
  return sum(clusters.map((rows) => sum(rows.map((row) => distance(row, mean(rows)) ** 2))))
}

export function oracleCalinskiHarabasz(clusters: readonly Row[][]): number {
  const all = clusters.flat()
  const between = sum(clusters.map((rows) => rows.length * distance(mean(rows), mean(all)) ** 2))
  const within = oracleSumOfSquares(clusters)
  return (between * (all.length - clusters.length)) / (within * (clusters.length - 1))
}

export function oracleDaviesBouldin(clusters: readonly Row[][]): number {
  const means = clusters.map(mean)
  const spreads = clusters.map((rows, i) => sum(rows.map((row) => distance(row, means[i]))) / rows.length)
  const likeness = (i: number, j: number) => (spreads[i] + spreads[j]) / distance(means[i], means[j])
  return sum(means.map((_, i) => Math.max(...means.map((_, j) => (i === j ? 0 : likeness(i, j)))))) / means.length
}

export function oracleDunn(clusters: readonly Row[][]): number {
  let [within, between] = [0, Infinity]
  for (const [i, rows] of clusters.entries()) {
    for (const x of rows) {
      for (const y of rows) within = Math.max(within, distance(x, y))
      for (const y of clusters.slice(0, i).flat()) between = Math.min(between, distance(x, y))
    }
  }
  return between / within
}

export function oracleSimplified(points: readonly Row[], labels: ArrayLike<number>): number[] {
  const clusters = [...new Set(Array.from(labels))]
  const means = clusters.map((cluster) => mean(points.filter((_, row) => labels[row] === cluster)))
  const size = (cluster: number) => Array.from(labels).filter((label) => label === cluster).length
  return points.map((point, row) => {
    const a = distance(point, means[clusters.indexOf(labels[row])])
    const b = Math.min(...means.filter((_, at) => clusters[at] !== labels[row]).map((other) => distance(point, other)))
    return size(labels[row]) === 1 ? 0 : (b - a) / Math.max(a, b)
  })
}
