/**
 * Gaussian mixtures by EM, naive and in float64 (C. Bishop, Pattern Recognition and Machine Learning, 2006, §9.2.2). The
 * first responsibilities are those of the nearest mean. Nothing here comes from src.
 */
export type Kind = 'full' | 'tied' | 'diagonal' | 'spherical'

export interface Mixture {
  weights: number[]
  means: number[][]
  /** A d × d matrix for each component, whatever the kind. */
  covariances: number[][][]
}

export interface Fit extends Mixture {
  /** Of the responsibilities of each iteration. */
  logLikelihoods: number[]
  logLikelihood: number
  labels: number[]
  iterations: number
  converged: boolean
}

export interface FitOptions {
  kind?: Kind
  regularization?: number
  weights?: readonly number[]
  tolerance?: number
  maxIterations?: number
}

export function fitMixture(points: readonly number[][], means: readonly number[][], options: FitOptions = {}): Fit {
  const { weights = points.map(() => 1), tolerance = 1e-3, maxIterations = 100 } = options
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const nearest = points.map((x) => {
    const squares = means.map((mean) => mean.reduce((sum, m, j) => sum + (x[j] - m) ** 2, 0))
    return squares.indexOf(Math.min(...squares))
  })
  let mixture = maximize(points, (n) => means.map((_, k) => (nearest[n] === k ? weights[n] : 0)), options)
  const logLikelihoods: number[] = []
  let converged = false
  let iterations = 0
  while (iterations < maxIterations && !converged) {
    iterations++
    const terms = points.map((x) => logTerms(x, mixture))
    const densities = terms.map(logSum)
    logLikelihoods.push(densities.reduce((sum, density, n) => sum + weights[n] * density, 0))
    mixture = maximize(points, (n) => terms[n].map((term) => weights[n] * Math.exp(term - densities[n])), options)
    const [now, before] = [logLikelihoods[iterations - 1], logLikelihoods[iterations - 2] ?? -Infinity]
    converged = Math.abs(now - before) / total < tolerance
  }
  const terms = points.map((x) => logTerms(x, mixture))
  const logLikelihood = terms.reduce((sum, term, n) => sum + weights[n] * logSum(term), 0)
  const labels = terms.map((term) => term.indexOf(Math.max(...term)))
  return { ...mixture, logLikelihoods, logLikelihood, labels, iterations, converged }
}

/** Equations 9.24 to 9.26, and their forms for restricted covariances. */
function maximize(
  points: readonly number[][],
  responsibilities: (n: number) => number[],
  { kind = 'full', regularization = 1e-6 }: FitOptions,
): Mixture {
  const d = points[0].length
  const r = points.map((_, n) => responsibilities(n))
  const masses = r[0].map((_, k) => r.reduce((sum, row) => sum + row[k], 0))
  const total = masses.reduce((sum, mass) => sum + mass, 0)
  const means = masses.map((mass, k) =>
    Array.from({ length: d }, (_, j) => points.reduce((sum, x, n) => sum + r[n][k] * x[j], 0) / mass),
  )
  const scatters = means.map((mean, k) =>
    square(d, (i, j) => points.reduce((sum, x, n) => sum + r[n][k] * (x[i] - mean[i]) * (x[j] - mean[j]), 0)),
  )
  const covariances = scatters.map((scatter, k) =>
    square(d, (i, j) => {
      const ridge = i === j ? regularization : 0
      if (kind === 'tied') return scatters.reduce((sum, each) => sum + each[i][j], 0) / total + ridge
      if (kind === 'full') return scatter[i][j] / masses[k] + ridge
      if (i !== j) return 0
      if (kind === 'diagonal') return scatter[i][i] / masses[k] + ridge
      return scatter.reduce((sum, row, l) => sum + row[l], 0) / d / masses[k] + ridge
    }),
  )
  return { weights: masses.map((mass) => mass / total), means, covariances }
}

/** log π + log N(x; μ, Σ) of each component, equation 2.43. */
export function logTerms(x: readonly number[], { weights, means, covariances }: Mixture): number[] {
  return weights.map((weight, k) => {
    const difference = x.map((value, j) => value - means[k][j])
    const { solution, logDeterminant } = solve(covariances[k], difference)
    const distance = difference.reduce((sum, value, j) => sum + value * solution[j], 0)
    return Math.log(weight) - 0.5 * (x.length * Math.log(2 * Math.PI) + logDeterminant + distance)
  })
}

export function logSum(terms: readonly number[]): number {
  const most = Math.max(...terms)
  return most + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - most), 0))
}

const square = (d: number, value: (i: number, j: number) => number) =>
  Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => value(i, j)))

/** Gaussian elimination of a positive definite matrix. */
function solve(matrix: readonly number[][], right: readonly number[]) {
  const rows = matrix.map((row, i) => [...row, right[i]])
  const d = right.length
  let logDeterminant = 0
  for (let i = 0; i < d; i++) {
    logDeterminant += Math.log(rows[i][i])
    for (let below = i + 1; below < d; below++) {
      const factor = rows[below][i] / rows[i][i]
      for (let j = i; j <= d; j++) rows[below][j] -= factor * rows[i][j]
    }
  }
  const solution = new Array<number>(d).fill(0)
  for (let i = d - 1; i >= 0; i--) {
    let sum = rows[i][d]
    for (let j = i + 1; j < d; j++) sum -= rows[i][j] * solution[j]
    solution[i] = sum / rows[i][i]
  }
  return { solution, logDeterminant }
}
