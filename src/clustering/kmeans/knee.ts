/** Minimum bend in ln inertia that shows clusters: uniform points in a square bend by 0.23 at four. */
const MIN_BEND = 0.25
/** Bend that chance produces for points without clusters, in √(clusters / (points − clusters)). */
const CHANCE = 2.2
/** Share of the first inertia below which inertias are rounding errors. */
const ROUNDING = 1e-12

/**
 * The number of clusters at which a curve of inertias has a clear bend, or null: the k with the greatest second
 * difference of ln inertia beyond that of `reference`, if it is above `minBend`. Neither the first nor the last k can
 * be the knee, since the curve on one side is unknown. `k` are consecutive numbers of clusters.
 */
export function findKnee(k: readonly number[], inertia: readonly number[], points: number): number | null {
  const least = inertia[0] * ROUNDING
  if (!(inertia[0] > 0)) return null
  let lowest = Infinity
  // A run that ended in a poor local optimum must not look like the end of a bend.
  const heights = inertia.map((value) => {
    lowest = Math.min(lowest, value)
    return Math.log(Math.max(lowest, least))
  })
  let knee: number | null = null
  let sharpest = 0
  for (let i = 1; i < k.length - 1; i++) {
    const at = (offset: number) => heights[i + offset] - reference(k[i] + offset)
    const bend = at(-1) - 2 * at(0) + at(1)
    if (bend > sharpest && bend > minBend(k[i], points)) {
      sharpest = bend
      knee = k[i]
    }
  }
  return knee
}

/** ln inertia of points spread evenly over a line, up to a constant; in more dimensions it bends less. */
const reference = (k: number) => -2 * Math.log(k)

const minBend = (k: number, points: number) =>
  k < points ? Math.max(MIN_BEND, CHANCE * Math.sqrt(k / (points - k))) : Infinity
