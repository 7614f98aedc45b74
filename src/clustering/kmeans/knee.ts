/** Bends of less, in ln inertia, show no clusters: uniform points in a square bend by 0.23 at four. */
const LEAST_BEND = 0.25
/** How far chance bends the curve of points without clusters, in √(clusters / (points − clusters)). */
const CHANCE = 2.2
/** Inertias of less than this of the first are rounding. */
const ROUNDING = 1e-12

/**
 * The number of clusters at which a curve of inertias has its clear bend, or null: the k with the greatest second
 * difference of ln inertia beyond that of `reference`, if it is above `leastBend`. Neither the first nor the last k can
 * be one, since nothing shows what comes before or follows. Numbers of clusters follow one another.
 */
export function findKnee(k: readonly number[], inertia: readonly number[], points: number): number | null {
  const least = inertia[0] * ROUNDING
  if (!(inertia[0] > 0)) return null
  let lowest = Infinity
  // A run that ended in a poor local optimum is not to look like the end of a bend.
  const heights = inertia.map((value) => {
    lowest = Math.min(lowest, value)
    return Math.log(Math.max(lowest, least))
  })
  let knee: number | null = null
  let sharpest = 0
  for (let i = 1; i < k.length - 1; i++) {
    const at = (offset: number) => heights[i + offset] - reference(k[i] + offset)
    const bend = at(-1) - 2 * at(0) + at(1)
    if (bend > sharpest && bend > leastBend(k[i], points)) {
      sharpest = bend
      knee = k[i]
    }
  }
  return knee
}

/** ln inertia of points spread evenly over a line, but for a constant; over more dimensions it bends less. */
const reference = (k: number) => -2 * Math.log(k)

const leastBend = (k: number, points: number) =>
  k < points ? Math.max(LEAST_BEND, CHANCE * Math.sqrt(k / (points - k))) : Infinity
