import type { CutTreeOptions, Matrix } from 'lloyd'

export type Cut = Pick<CutTreeOptions, 'clusters' | 'height'>

/** The clusters that a cut between two heights leaves. */
export interface Gap {
  clusters: number
  /** The height of the last merges that stay, and that of the next. */
  from: number
  to: number
}

/**
 * The cut at the largest gap between the heights of one merge and the next, the last of equal ones; one cluster where there
 * is none. Where heights fall, as those of centroids may, the highest so far counts.
 */
export function cutByGap({ data, rows: count }: Matrix<Float64Array>): Gap {
  let highest = count > 0 ? data[2] : 0
  let best: Gap = { clusters: 1, from: highest, to: highest }
  for (let merge = 1; merge < count; merge++) {
    const height = data[4 * merge + 2]
    if (height - highest >= best.to - best.from && height > highest) {
      best = { clusters: count + 1 - merge, from: highest, to: height }
    }
    highest = Math.max(highest, height)
  }
  return best
}
