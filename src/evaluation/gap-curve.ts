/** The gap of every number of clusters, and its standard error. */
export interface GapCurve {
  gap: number[]
  standardError: number[]
}

/**
 * The gaps between the ln of sums of squares and those of references.
 *
 * @param logW by the numbers of clusters
 * @param references the same for each reference
 */
export function gapCurve(logW: readonly number[], references: readonly (readonly number[])[]): GapCurve {
  const count = references.length
  const gap: number[] = []
  const standardError: number[] = []
  for (const [at, log] of logW.entries()) {
    const logs = references.map((reference) => reference[at])
    const mean = logs.reduce((sum, value) => sum + value, 0) / count
    const variance = logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count
    gap.push(mean - log)
    standardError.push(Math.sqrt(variance * (1 + 1 / count)))
  }
  return { gap, standardError }
}

/** The place of the first gap that is at least the next less its standard error; the last where there is none. */
export function firstSufficient({ gap, standardError }: GapCurve): number {
  const last = gap.length - 1
  for (let at = 0; at < last; at++) if (gap[at] >= gap[at + 1] - standardError[at + 1]) return at
  return last
}
