/** The clusters that have points, in descending order of size and then ascending, and labels numbered in that order. */
export function sortBySize(labels: Uint32Array, sizes: Uint32Array): { order: number[]; labels: Uint32Array } {
  const order = Array.from(sizes.keys()).filter((cluster) => sizes[cluster] > 0)
  order.sort((a, b) => sizes[b] - sizes[a] || a - b)
  const place = new Uint32Array(sizes.length)
  order.forEach((cluster, at) => {
    place[cluster] = at
  })
  return { order, labels: labels.map((label) => place[label]) }
}
