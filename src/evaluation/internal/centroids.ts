import type { Clusters } from './clusters.js'

/**
 * The mean of the points of each cluster, row-major, clusters × columns, in float64. Differences from the cluster's first
 * point are summed, so that equal points have exactly their own mean, and no digits are lost far from 0.
 */
export function centroidsOf(
  data: ArrayLike<number>,
  columns: number,
  { members, owners, sizes }: Pick<Clusters, 'members' | 'owners' | 'sizes'>,
): Float64Array<ArrayBuffer> {
  const firsts = new Uint32Array(sizes.length)
  for (let cluster = 0, first = 0; cluster < sizes.length; first += sizes[cluster++]) firsts[cluster] = members[first]
  const means = new Float64Array(sizes.length * columns)
  for (let member = 0; member < members.length; member++) {
    const cluster = owners[member]
    let at = members[member] * columns
    let first = firsts[cluster] * columns
    for (let mean = cluster * columns, end = mean + columns; mean < end; ) means[mean++] += data[at++] - data[first++]
  }
  for (let cluster = 0, at = 0; cluster < sizes.length; cluster++) {
    const first = firsts[cluster] * columns
    for (let column = 0; column < columns; column++, at++) means[at] = data[first + column] + means[at] / sizes[cluster]
  }
  return means
}

/** For each cluster the sum of the squared distances of its points to the centroid, or of the distances if `rooted`. */
export function spreadsOf(
  data: ArrayLike<number>,
  columns: number,
  { members, owners, sizes }: Pick<Clusters, 'members' | 'owners' | 'sizes'>,
  means: Float64Array,
  rooted = false,
): Float64Array<ArrayBuffer> {
  const spreads = new Float64Array(sizes.length)
  for (let member = 0; member < members.length; member++) {
    let square = 0
    let at = members[member] * columns
    for (let mean = owners[member] * columns, end = mean + columns; mean < end; )
      square += (data[at++] - means[mean++]) ** 2
    spreads[owners[member]] += rooted ? Math.sqrt(square) : square
  }
  return spreads
}
