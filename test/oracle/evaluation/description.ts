/** Effect sizes from their definitions. */

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
export const meanOf = (values: readonly number[]) => sum(values) / values.length
const squaresOf = (values: readonly number[]) => sum(values.map((value) => (value - meanOf(values)) ** 2))
export const deviationOf = (values: readonly number[]) => Math.sqrt(squaresOf(values) / values.length)

/** Linear interpolation between order statistics, as by NumPy. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = share * (sorted.length - 1)
  const low = Math.floor(at)
  return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low])
}

/** Cohen's d with pooled deviation, times Hedges' correction. */
export function hedges(own: readonly number[], rest: readonly number[]): number {
  const freedom = own.length + rest.length - 2
  const pooled = Math.sqrt((squaresOf(own) + squaresOf(rest)) / freedom)
  return ((meanOf(own) - meanOf(rest)) / pooled) * (1 - 3 / (4 * freedom - 1))
}

/** Cliff's delta over all pairs. */
export function cliff(own: readonly number[], rest: readonly number[]): number {
  return sum(own.map((a) => sum(rest.map((b) => Math.sign(a - b))))) / (own.length * rest.length)
}
