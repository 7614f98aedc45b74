import type { Matrix } from 'lloyd'

/** The mean of numbers. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  return sum / values.length
}

/** I(A; B) over the mean of H(A) and H(B): 1 for the same groups, 0 for independent ones. */
export function normalizedMutualInformation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const total = a.length
  const count = (keys: (i: number) => string) => {
    const counts = new Map<string, number>()
    for (let i = 0; i < total; i++) counts.set(keys(i), (counts.get(keys(i)) ?? 0) + 1)
    return [...counts.values()].map((n) => n / total)
  }
  const entropy = (shares: number[]) => -shares.reduce((sum, p) => sum + p * Math.log(p), 0)
  const [ofA, ofB] = [a, b].map((groups) => entropy(count((i) => String(groups[i]))))
  const ofBoth = entropy(count((i) => `${a[i]} ${b[i]}`))
  return ofA + ofB === 0 ? 1 : (2 * (ofA + ofB - ofBoth)) / (ofA + ofB)
}

/** Area under the ROC curve: how often a positive scores above a negative, ties counting half (Mann and Whitney). */
export function areaUnderRoc(negatives: ArrayLike<number>, positives: ArrayLike<number>): number {
  let wins = 0
  for (let i = 0; i < positives.length; i++) {
    for (let j = 0; j < negatives.length; j++) {
      if (positives[i] > negatives[j]) wins += 1
      else if (positives[i] === negatives[j]) wins += 0.5
    }
  }
  return wins / (positives.length * negatives.length)
}

/** Squared difference, summed over columns, mean over rows. */
export function meanSquaredError(a: Matrix, b: Matrix): number {
  return meanOf(a.data.map((value, at) => (value - b.data[at]) ** 2)) * a.columns
}
