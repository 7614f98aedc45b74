/**
 * k-means from the textbook (S. Lloyd, "Least squares quantization in PCM", 1982), in float64 on coordinates rounded to
 * float32. Nothing is imported from `src`, so that agreement is significant. Bounds on the errors of float32 let tests
 * require equality wherever it must hold, and only there.
 */

export interface OracleMatrix {
  data: ArrayLike<number>
  rows: number
  columns: number
}

export interface OracleOptions {
  /** Number of clusters; by default that of `centroids`. */
  k?: number
  /** The first centroids. */
  centroids: OracleMatrix
  weights?: ArrayLike<number>
  maxIterations?: number
  tolerance?: number
  /** 'split' has no oracle, since results may differ. */
  emptyClusters?: 'farthest' | 'keep'
}

export interface OracleFit {
  centroids: { data: Float64Array; rows: number; columns: number }
  labels: Uint32Array
  inertia: number
  iterations: number
  converged: boolean
  sizes: Uint32Array
  /** Σ‖μᵗ − μᵗ⁻¹‖ of each iteration. */
  shifts: number[]
}

export interface OracleAssignment {
  /** The nearest centroid of each point, the first among equals. */
  labels: Uint32Array
  /** Squared distance to it. */
  squared: Float64Array
  /** Difference between the squared distances to the second nearest and the nearest; infinite with one centroid. */
  margins: Float64Array
}

/** The coordinates rounded to float32, in float64. */
function rounded({ data }: OracleMatrix): Float64Array {
  return Float64Array.from(data, Math.fround)
}

function squaredDistance(a: Float64Array, aRow: number, b: Float64Array, bRow: number, columns: number): number {
  let sum = 0
  for (let t = 0, i = aRow * columns, j = bRow * columns; t < columns; t++, i++, j++) sum += (a[i] - b[j]) ** 2
  return sum
}

export function assignOracle(points: OracleMatrix, centroids: OracleMatrix): OracleAssignment {
  return nearest(rounded(points), rounded(centroids), points.columns)
}

function nearest(x: Float64Array, c: Float64Array, columns: number): OracleAssignment {
  const rows = x.length / columns
  const labels = new Uint32Array(rows)
  const squared = new Float64Array(rows).fill(Number.POSITIVE_INFINITY)
  const margins = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    let second = Number.POSITIVE_INFINITY
    for (let j = 0; j < c.length / columns; j++) {
      const distance = squaredDistance(x, i, c, j, columns)
      if (distance < squared[i]) {
        second = squared[i]
        squared[i] = distance
        labels[i] = j
      } else if (distance < second) second = distance
    }
    margins[i] = second - squared[i]
  }
  return { labels, squared, margins }
}

/** Σ w‖x − c‖², for every point x and the centroid c of its label. */
export function inertiaOf(
  points: OracleMatrix,
  centroids: OracleMatrix,
  labels: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  const [x, c] = [rounded(points), rounded(centroids)]
  let sum = 0
  for (let i = 0; i < points.rows; i++) {
    sum += weightOf(weights, i) * squaredDistance(x, i, c, labels[i], points.columns)
  }
  return sum
}

const weightOf = (weights: ArrayLike<number> | undefined, i: number) => (weights ? Math.fround(weights[i]) : 1)

export function sizesOf(labels: ArrayLike<number>, k: number): Uint32Array {
  const sizes = new Uint32Array(k)
  for (let i = 0; i < labels.length; i++) sizes[labels[i]]++
  return sizes
}

/** The weighted mean of each cluster; the previous centroid if a cluster has no weight. */
function means(
  x: Float64Array,
  labels: ArrayLike<number>,
  previous: Float64Array,
  columns: number,
  weights?: ArrayLike<number>,
): Float64Array {
  const sums = new Float64Array(previous.length)
  const totals = new Float64Array(previous.length / columns)
  for (let i = 0; i < labels.length; i++) {
    const weight = weightOf(weights, i)
    totals[labels[i]] += weight
    for (let t = 0; t < columns; t++) sums[labels[i] * columns + t] += weight * x[i * columns + t]
  }
  return sums.map((sum, at) => {
    const total = totals[Math.floor(at / columns)]
    return total > 0 ? sum / total : previous[at]
  })
}

/**
 * Empty clusters, in ascending order, take the remaining point with the largest unweighted squared distance to its
 * centroid before the update (the first among equals); at distance 0 the cluster stays empty.
 */
function relocate(labels: Uint32Array, squared: Float64Array, k: number): void {
  const sizes = sizesOf(labels, k)
  const left = squared.slice()
  for (let cluster = 0; cluster < k; cluster++) {
    if (sizes[cluster] > 0) continue
    let farthest = 0
    for (let i = 1; i < left.length; i++) if (left[i] > left[farthest]) farthest = i
    if (left[farthest] <= 0) return
    labels[farthest] = cluster
    left[farthest] = -1
  }
}

/** √(mean over columns of the population variance), which makes the tolerance independent of scale. */
export function spreadOf(points: OracleMatrix): number {
  const x = rounded(points)
  let total = 0
  for (let t = 0; t < points.columns; t++) {
    let mean = 0
    for (let i = 0; i < points.rows; i++) mean += x[i * points.columns + t] / points.rows
    for (let i = 0; i < points.rows; i++) total += (x[i * points.columns + t] - mean) ** 2 / points.rows
  }
  return Math.sqrt(total / points.columns)
}

export function lloydOracle(points: OracleMatrix, options: OracleOptions): OracleFit {
  const { centroids, k = centroids.rows, weights, maxIterations = 300, tolerance = 1e-4 } = options
  const { columns } = points
  const x = rounded(points)
  const limit = tolerance * spreadOf(points)
  const shifts: number[] = []
  let current = rounded(centroids)
  let before: Uint32Array | null = null
  let converged = false
  while (shifts.length < maxIterations && !converged) {
    const { labels, squared } = nearest(x, current, columns)
    if (options.emptyClusters !== 'keep') relocate(labels, squared, k)
    const next = means(x, labels, current, columns, weights)
    let shift = 0
    for (let j = 0; j < k; j++) shift += Math.sqrt(squaredDistance(next, j, current, j, columns))
    shifts.push(shift)
    converged = tolerance > 0 ? shift <= limit : before !== null && labels.every((label, i) => label === before![i])
    before = labels
    current = next
  }
  const { labels, squared } = nearest(x, current, columns)
  const inertia = squared.reduce((sum, distance, i) => sum + weightOf(weights, i) * distance, 0)
  return {
    centroids: { data: current, rows: k, columns },
    labels,
    inertia,
    iterations: shifts.length,
    converged,
    sizes: sizesOf(labels, k),
    shifts,
  }
}

/** Unit roundoff of float32, rounding to nearest. */
const U = 2 ** -24
/** Maximum loss of an operation whose results below the smallest normal number are flushed to zero, as WGSL permits. */
const FLUSH = 2 ** -126

/**
 * Higham's γ_n = nu / (1 − nu): the maximum relative change of a product, or a sum of positive terms, by n roundings.
 */
export const gamma = (n: number) => (n * U) / (1 - n * U)

/** The interval of each column that contains all points and centroids. */
function boxOf(x: Float64Array, c: Float64Array, columns: number): { low: Float64Array; high: Float64Array } {
  const low = new Float64Array(columns).fill(Number.POSITIVE_INFINITY)
  const high = new Float64Array(columns).fill(Number.NEGATIVE_INFINITY)
  for (const values of [x, c]) {
    for (let at = 0; at < values.length; at++) {
      low[at % columns] = Math.min(low[at % columns], values[at])
      high[at % columns] = Math.max(high[at % columns], values[at])
    }
  }
  return { low, high }
}

/** ‖a‖ of each row, where a_t is the greatest distance of its t-th coordinate from any origin within the box. */
function reaches(values: Float64Array, { low, high }: ReturnType<typeof boxOf>): Float64Array {
  const columns = low.length
  return Float64Array.from({ length: values.length / columns }, (_, row) => {
    let sum = 0
    for (let t = 0; t < columns; t++) {
      const value = values[row * columns + t]
      sum += Math.max(value - low[t], high[t] - value) ** 2
    }
    return Math.sqrt(sum)
  })
}

/**
 * Bound on the error of float32 for the squared distance D of one point and one centroid.
 *
 * Let x' = fl(x − m), c' = fl(c − m) for an origin m within the box of the data: x' − c' differs from x − c by e with
 * |e_t| ≤ u(a_t + b_t), where a_t ≥ |x_t − m_t| and b_t ≥ |c_t − m_t|. Write S = (‖a‖ + ‖b‖)², which is at least
 * Σ(a_t + b_t)² (Minkowski) and at least D. By Cauchy and Schwarz ‖x' − c'‖² is within 2u√(DS) + u²S of D; without an origin
 * it is D.
 *
 * - The direct difference: a term undergoes three roundings and at most d − 1 additions in any order, so that the sum
 *   is within γ_{d+2} of the exact one (Higham, Accuracy and Stability, §3.1 and §4.2); all terms are positive.
 * - The expanded form ‖c'‖² − 2x'·c': 2d products (doubling is exact) added in any order, split or interleaved: within
 *   γ_{2d+2} Σ(b_t² + 2a_t b_t) ≤ γ_{2d+2} S. It lacks ‖x'‖², which is the same for all centroids.
 *
 * A fused multiply-add only omits a rounding. Hence E = γ_{p+2} S + 2u√(DS) + u²S + 16(d + 1) 2⁻¹²⁶ covers both,
 * where p is 2d, or 3d where ‖x'‖² is added for the distance itself. The factor 1.001 covers (1 + u)² and float64 here.
 */
function distanceError(
  squared: number,
  pointReach: number,
  centroidReach: number,
  columns: number,
  products: number,
): number {
  const s = (pointReach + centroidReach) ** 2
  return 1.001 * (gamma(products + 2) * s + 2 * U * Math.sqrt(squared * s) + U * U * s + 16 * (columns + 1) * FLUSH)
}

/** Squared distances and their errors, row by row. */
function* errorRows(points: OracleMatrix, centroids: OracleMatrix, products = 2 * points.columns) {
  const { columns } = points
  const [x, c] = [rounded(points), rounded(centroids)]
  const box = boxOf(x, c, columns)
  const [pointReach, centroidReach] = [reaches(x, box), reaches(c, box)]
  const squared = new Float64Array(centroids.rows)
  const errors = new Float64Array(centroids.rows)
  for (let i = 0; i < points.rows; i++) {
    for (let j = 0; j < centroids.rows; j++) {
      squared[j] = squaredDistance(x, i, c, j, columns)
      errors[j] = distanceError(squared[j], pointReach[i], centroidReach[j], columns, products)
    }
    yield { squared, errors }
  }
}

/**
 * A threshold for each point: if the margin of `assignOracle` exceeds it, every float32 computation must find its
 * label. The nearest centroid p is found when D_j − D_p > E_j + E_p for all others j. With the second nearest q that is
 * margin > E_j + E_p − (D_j − D_q); the bound is the greatest of these. −∞ where there is one centroid.
 */
export function floatBound(points: OracleMatrix, centroids: OracleMatrix): Float64Array {
  const { labels, squared, margins } = assignOracle(points, centroids)
  const bounds = new Float64Array(points.rows).fill(Number.NEGATIVE_INFINITY)
  let i = 0
  for (const row of errorRows(points, centroids)) {
    for (let j = 0; j < centroids.rows; j++) {
      if (j === labels[i]) continue
      const bound = row.errors[j] + row.errors[labels[i]] - (row.squared[j] - squared[i] - margins[i])
      bounds[i] = Math.max(bounds[i], bound)
    }
    i++
  }
  return bounds
}

export interface LabelSet {
  /** The labels of each point that some float32 computation may find: a single one if its margin exceeds its bound. */
  possible: number[][]
  /** Number of points with a single possible label. */
  certain: number
}

/** Label j is possible where D_j − E_j does not exceed the least D + E. */
export function possibleLabels(points: OracleMatrix, centroids: OracleMatrix): LabelSet {
  const possible: number[][] = []
  for (const { squared, errors } of errorRows(points, centroids)) {
    let least = Number.POSITIVE_INFINITY
    for (let j = 0; j < squared.length; j++) least = Math.min(least, squared[j] + errors[j])
    const labels: number[] = []
    for (let j = 0; j < squared.length; j++) if (squared[j] - errors[j] <= least) labels.push(j)
    possible.push(labels)
  }
  return { possible, certain: possible.filter(({ length }) => length === 1).length }
}

/** A description of the first wrong label, or null. */
export function labelMistake({ possible }: LabelSet, labels: ArrayLike<number>): string | null {
  if (labels.length !== possible.length) return `${labels.length} labels for ${possible.length} points`
  const wrong = possible.findIndex((choices, i) => !choices.includes(labels[i]))
  return wrong < 0 ? null : `point ${wrong} has label ${labels[wrong]}, expected ${possible[wrong].join(' or ')}`
}

/** Within what limits a float32 distance lies: `low` and `high` are rows × k. A root may be off by 8 ulp. */
export function distanceLimits(points: OracleMatrix, centroids: OracleMatrix) {
  const low = new Float64Array(points.rows * centroids.rows)
  const high = low.slice()
  let at = 0
  for (const { squared, errors } of errorRows(points, centroids, 3 * points.columns)) {
    for (let j = 0; j < centroids.rows; j++, at++) {
      low[at] = Math.sqrt(Math.max(0, squared[j] - errors[j])) * (1 - 16 * U)
      high[at] = Math.sqrt(squared[j] + errors[j]) * (1 + 16 * U)
    }
  }
  return { low, high }
}

export interface OracleUpdate {
  centroids: Float64Array
  /** Bound on the error of a float32 update for each coordinate; infinite if near ties leave the members open. */
  bounds: Float64Array
  /** Number of clusters whose members are beyond doubt. */
  certain: number
}

/**
 * One update from the nearest labels, empty clusters kept.
 *
 * A float32 update is p + fl(Σ w(x − p)) / fl(Σ w) from some origin p in the box of the data: Σ w|x − p| ≤ W r for the
 * width r of the box's column. Partial sums are a tree over leaves of at most 1 024 points, so that a term meets at
 * most m = min(n, 1 024) + 32 additions; difference, product and a division of 2.5 ulp add 8 roundings, the weights'
 * own sum m more. The final addition rounds a value of the size of the mean, and the origin may be rounded too.
 */
export function updateOracle(
  points: OracleMatrix,
  previous: OracleMatrix,
  { possible }: LabelSet,
  weights?: ArrayLike<number>,
): OracleUpdate {
  const { columns } = points
  const [x, c] = [rounded(points), rounded(previous)]
  const { labels } = nearest(x, c, columns)
  const centroids = means(x, labels, c, columns, weights)
  const { low, high } = boxOf(x, c, columns)
  const open = new Set(possible.filter(({ length }) => length > 1).flat())
  const sizes = sizesOf(labels, previous.rows)
  const bounds = centroids.map((mean, at) => {
    const cluster = Math.floor(at / columns)
    if (open.has(cluster)) return Number.POSITIVE_INFINITY
    const additions = Math.min(sizes[cluster], 1024) + 32
    const width = high[at % columns] - low[at % columns]
    const roundings = (weights ? 2 : 1) * additions + 8
    return (gamma(roundings) + 2 * U) * width + 2 * U * Math.abs(mean) + 4096 * FLUSH
  })
  return { centroids, bounds, certain: previous.rows - open.size }
}

/**
 * Bound on the error of the inertia if float32 squares direct differences and partial sums hold up to 128 terms:
 * γ_{d+128} of it, and the effect of a rounded origin on the distance of every point (see `distanceError`).
 */
export function inertiaBound(
  points: OracleMatrix,
  centroids: OracleMatrix,
  labels: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  const { columns } = points
  const [x, c] = [rounded(points), rounded(centroids)]
  const box = boxOf(x, c, columns)
  const [pointReach, centroidReach] = [reaches(x, box), reaches(c, box)]
  let bound = 0
  for (let i = 0; i < points.rows; i++) {
    const squared = squaredDistance(x, i, c, labels[i], columns)
    const s = (pointReach[i] + centroidReach[labels[i]]) ** 2
    const origin = 2 * U * Math.sqrt(squared * s) + U * U * s
    bound += weightOf(weights, i) * (gamma(columns + 128) * squared + origin + 16 * (columns + 1) * FLUSH)
  }
  return 1.001 * bound
}
