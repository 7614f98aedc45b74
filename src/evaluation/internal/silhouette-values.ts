import type { Clusters } from './clusters.js'

export interface Silhouette {
  /** The mean over all points in clusters. */
  mean: number
  /** One value from −1 to 1 for each point, in their order; NaN for those that are left out as noise. */
  values: Float32Array<ArrayBuffer>
}

/**
 * Silhouettes (b − a) / max(a, b); 0 for the point of a cluster of one, and where both are 0.
 *
 * @param own a of each member, and `other` its b
 */
export function silhouetteValues(
  { members, owners, sizes, rows }: Clusters,
  own: (member: number) => number,
  other: ArrayLike<number>,
): Silhouette {
  const values = new Float32Array(rows).fill(Number.NaN)
  let sum = 0
  for (let member = 0; member < members.length; member++) {
    const a = own(member)
    const b = other[member]
    const value = sizes[owners[member]] === 1 || (a === 0 && b === 0) ? 0 : (b - a) / Math.max(a, b)
    values[members[member]] = value
    sum += value
  }
  return { mean: sum / members.length, values }
}
