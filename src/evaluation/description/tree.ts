/** Binned rows of a decision tree for one cluster against the rest. */
export interface Training {
  /** Number of rows, and of features. */
  rows: number
  features: number
  /** Bin of every row in every feature: feature × rows + row. */
  bins: Uint8Array
  /** Number of bins of every feature. */
  binCounts: Uint16Array
  /** 1 for rows of the cluster. */
  own: Uint8Array
  /** The number of rows of the table that a row of the cluster, and another, stands for. */
  weights: [rest: number, own: number]
}

/** Rows with a bin of at most `bin` in a feature, or above. */
export interface Split {
  feature: number
  bin: number
  above: boolean
}

export interface Tree {
  depth: number
  /** Least number of rows of a leaf. */
  leastLeaf: number
}

/** A node by the splits that lead to it, with the numbers of its rows of the cluster and of others. */
interface Node {
  path: Split[]
  rows: Uint32Array
  own: number
}

/** Within this share of the best F, a rule of fewer conditions is better. */
const AS_GOOD = 0.99

/**
 * Grows a tree by the splits that reduce Gini's impurity most, with both classes of equal weight (L. Breiman, J. Friedman,
 * R. Olshen and C. Stone, "Classification and Regression Trees", 1984), and returns the path to the node with the largest F
 * measure for the cluster, or the shortest that is nearly as good; null where no split reduces the impurity.
 */
export function growRule(training: Training, rows: Uint32Array, { depth, leastLeaf }: Tree): Split[] | null {
  const total = countOwn(training, rows)
  if (total === 0 || total === rows.length) return null
  const root = { path: [], rows, own: total }
  const scored: { path: Split[]; score: number }[] = []
  const grow = (node: Node, left: number): void => {
    if (node.path.length > 0) scored.push({ path: node.path, score: scoreOf(training, node, total) })
    if (left === 0 || node.own === 0 || node.own === node.rows.length) return
    const split = bestSplit(training, node, [rows.length - total, total], leastLeaf)
    if (split) for (const child of divide(training, node, split)) grow(child, left - 1)
  }
  grow(root, depth)
  const best = scored.reduce((most, { score }) => Math.max(most, score), 0)
  const good = scored.filter(({ score }) => score > 0 && score >= AS_GOOD * best)
  return good.reduce<Split[] | null>((short, { path }) => (!short || path.length < short.length ? path : short), null)
}

function countOwn({ own }: Training, rows: Uint32Array): number {
  let count = 0
  for (let at = 0; at < rows.length; at++) count += own[rows[at]]
  return count
}

/** The F measure of the rows of a node as a prediction of the cluster, of which `total` rows are in training. */
function scoreOf({ weights }: Training, { rows, own }: Node, total: number): number {
  const right = own * weights[1]
  return (2 * right) / (right + (rows.length - own) * weights[0] + total * weights[1])
}

/** The split with the largest decrease of impurity; of equal ones, that of the first feature and bin. */
function bestSplit(
  training: Training,
  node: Node,
  totals: [number, number],
  leastLeaf: number,
): Omit<Split, 'above'> | null {
  const [perRest, perOwn] = [1 / totals[0], 1 / totals[1]]
  const all = { rest: (node.rows.length - node.own) * perRest, own: node.own * perOwn }
  // Σ p² of a side times its weight: the more, the purer.
  const purity = (rest: number, own: number) => (rest * rest + own * own) / (rest + own)
  let least = purity(all.rest, all.own) * (1 + 1e-9)
  let found = null as { feature: number; bin: number; to: number } | null
  const counts = new Uint32Array(512)
  for (let feature = 0; feature < training.features; feature++) {
    countBins(training, node.rows, feature, counts)
    const last = training.binCounts[feature] - 1
    for (let bin = 0, rest = 0, own = 0; bin < last; bin++) {
      const isEmpty = counts[2 * bin] + counts[2 * bin + 1] === 0
      // Splits at bins that have none of these rows are one: it lies in their middle.
      if (isEmpty && found?.feature === feature && found.to === bin - 1) found.to = bin
      if (isEmpty) continue
      rest += counts[2 * bin]
      own += counts[2 * bin + 1]
      const below = rest + own
      if (below < leastLeaf) continue
      if (node.rows.length - below < leastLeaf) break
      const [a, b] = [rest * perRest, own * perOwn]
      const sum = purity(a, b) + purity(all.rest - a, all.own - b)
      if (sum > least) {
        least = sum
        found = { feature, bin, to: bin }
      }
    }
  }
  return found && { feature: found.feature, bin: (found.bin + found.to) >> 1 }
}

/** Counts rows of the rest and of the cluster in every bin of a feature, side by side. */
function countBins({ bins, own, rows }: Training, of: Uint32Array, feature: number, counts: Uint32Array): void {
  counts.fill(0)
  const first = feature * rows
  for (let at = 0; at < of.length; at++) counts[2 * bins[first + of[at]] + own[of[at]]]++
}

function divide(training: Training, { path, rows }: Node, { feature, bin }: Omit<Split, 'above'>): Node[] {
  return [false, true].map((above) => {
    const split = { feature, bin, above }
    const side = rows.filter((row) => meets(training, row, split))
    return { path: [...path, split], rows: side, own: countOwn(training, side) }
  })
}

const meets = ({ bins, rows }: Training, row: number, { feature, bin, above }: Split) =>
  bins[feature * rows + row] > bin === above

/** Numbers of the rows that meet all splits, and of those of the cluster among them, as rows of the table. */
export function countMeeting(
  training: Training,
  rows: Uint32Array,
  path: readonly Split[],
): { all: number; own: number } {
  const counts = [0, 0]
  for (let at = 0; at < rows.length; at++) {
    if (path.every((split) => meets(training, rows[at], split))) counts[training.own[rows[at]]]++
  }
  const own = counts[1] * training.weights[1]
  return { all: counts[0] * training.weights[0] + own, own }
}
