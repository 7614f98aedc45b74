/** External indices from their definitions, by loops over points, pairs and permutations. */

/** Pairs of points: in one cluster and class, in one cluster, in one class, all. */
export function oraclePairs(labels: readonly unknown[], truth: readonly unknown[]) {
  const counts = { both: 0, cluster: 0, class: 0, all: 0 }
  for (let a = 0; a < labels.length; a++) {
    for (let b = a + 1; b < labels.length; b++) {
      const [inCluster, inClass] = [labels[a] === labels[b], truth[a] === truth[b]]
      counts.all++
      if (inCluster) counts.cluster++
      if (inClass) counts.class++
      if (inCluster && inClass) counts.both++
    }
  }
  return counts
}

/** Mutual information in nats by the frequencies of labels. */
export function oracleInformation(labels: readonly unknown[], truth: readonly unknown[]): number {
  const share = (test: (at: number) => boolean) => labels.filter((_, at) => test(at)).length / labels.length
  let sum = 0
  for (const cluster of new Set(labels)) {
    for (const kind of new Set(truth)) {
      const both = share((at) => labels[at] === cluster && truth[at] === kind)
      const [a, b] = [share((at) => labels[at] === cluster), share((at) => truth[at] === kind)]
      if (both > 0) sum += both * Math.log(both / (a * b))
    }
  }
  return sum
}

/** Adjusted mutual information, with the mean over all permutations of the points: few of them. */
export function oracleAdjustedInformation(labels: readonly unknown[], truth: readonly unknown[]): number {
  const all = permutations([...truth.keys()]).map((order) =>
    oracleInformation(
      labels,
      order.map((at) => truth[at]),
    ),
  )
  const expected = all.reduce((sum, value) => sum + value) / all.length
  const mean = (oracleInformation(labels, labels) + oracleInformation(truth, truth)) / 2
  return (oracleInformation(labels, truth) - expected) / (mean - expected)
}

/** The one-to-one F-measure by all ways to match classes to clusters; of those with the most points, the greatest. */
export function oracleFMeasure(labels: readonly unknown[], truth: readonly unknown[]): number {
  const classes = [...new Set(truth)]
  const clusters: unknown[] = [...new Set(labels)]
  while (clusters.length < classes.length) clusters.push({})
  let best = { matched: -1, score: 0 }
  for (const order of permutations(clusters)) {
    const found = { matched: 0, score: 0 }
    for (const [at, kind] of classes.entries()) {
      const both = labels.filter((label, row) => label === order[at] && truth[row] === kind).length
      const [size, other] = [truth.filter((each) => each === kind), labels.filter((each) => each === order[at])]
      found.matched += both
      found.score += ((size.length / truth.length) * 2 * both) / (size.length + other.length)
    }
    if (found.matched > best.matched || (found.matched === best.matched && found.score > best.score)) best = found
  }
  return best.score
}

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length === 0) return [[]]
  return list.flatMap((first, at) =>
    permutations([...list.slice(0, at), ...list.slice(at + 1)]).map((rest) => [first, ...rest]),
  )
}
