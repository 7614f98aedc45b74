/**
 * The mean mutual information of two random partitions with clusters of given sizes, in nats (N. X. Vinh, J. Epps and J.
 * Bailey, JMLR 11, 2010, eq. 24a). The number of points that two clusters share is hypergeometric. Its probabilities follow
 * from that of the mode by their ratios, on both sides until they no longer count, and are divided by their sum, which
 * takes no factorials and loses no digits to their logarithms. Clusters of one size are counted together.
 */
export function expectedInformation(a: Uint32Array, b: Uint32Array, points: number): number {
  let sum = 0
  const columns = numbersOfSizes(b)
  for (const [sizeA, countA] of numbersOfSizes(a)) {
    for (const [sizeB, countB] of columns) sum += countA * countB * meanTerm(sizeA, sizeB, points)
  }
  return sum / points
}

function numbersOfSizes(sizes: Uint32Array): [size: number, count: number][] {
  const counts = new Map<number, number>()
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1)
  return [...counts].sort(([x], [y]) => x - y)
}

/** Probabilities below this share of the mode's change no digit of a mean. */
const LEAST = 2 ** -80

/** The mean of n log(n N / (a b)), n the number that clusters of a and b of N points share. */
function meanTerm(a: number, b: number, points: number): number {
  const mode = Math.floor(((a + 1) * (b + 1)) / (points + 2))
  const rest = points - a - b
  const level = Math.log(points) - Math.log(a) - Math.log(b)
  let total = 0
  let sum = 0
  for (let n = mode, share = 1; share > LEAST; n++) {
    total += share
    if (n > 0) sum += share * n * (Math.log(n) + level)
    share *= ((a - n) * (b - n)) / ((n + 1) * (rest + n + 1))
  }
  for (let n = mode, share = 1; ; ) {
    share *= (n * (rest + n)) / ((a - n + 1) * (b - n + 1))
    n--
    if (!(share > LEAST)) break
    total += share
    if (n > 0) sum += share * n * (Math.log(n) + level)
  }
  return sum / total
}
