import { drawRows } from '../draw-rows.js'
import type { ClusterRule, RuleCondition } from './description.js'
import { type Groups, membersOf } from './groups.js'
import { type Bins, binFeature, conditionsOf, type Feature, rowsMeeting } from './rule-features.js'
import { countMeeting, growRule, type Split, type Training, type Tree } from './tree.js'

/** Most rows of a cluster, and of the rest, that a tree is grown from. */
const MOST_OWN = 4096
const MOST_REST = 16_384
/** Least rows of the rest, and cells of all samples together by which they are more. */
const LEAST_REST = 1024
const MOST_CELLS = 2 ** 22
/** Least rows of a leaf, as far as the cluster has twice as many. */
const LEAST_LEAF = 5
/** Parts that are held out in turns. */
const PARTS = 5

/** The rule of a cluster against all other rows; null where no column tells them apart. */
export function findRule(
  features: readonly Feature[],
  groups: Groups,
  code: number,
  { depth, seed }: { depth: number; seed: number },
): ClusterRule | null {
  const rows = groups.codes.length
  const size = groups.sizes[code]
  if (depth === 0 || size === rows) return null
  const { training, bins, own } = sampleRows(features, groups, code, seed)
  const tree = (ownRows: number): Tree => ({
    depth,
    leastLeaf: Math.max(1, Math.min(LEAST_LEAF, Math.floor(ownRows / 2))),
  })
  const all = Uint32Array.from({ length: training.rows }, (_, at) => at)
  const path = growRule(training, all, tree(own))
  if (!path) return null
  const conditions = conditionsOf(path, features, bins)
  const meets = rowsMeeting(conditions, features, rows)
  let [met, right] = [0, 0]
  for (let row = 0; row < rows; row++) met += meets[row]
  const members = membersOf(groups, code)
  for (let at = 0; at < size; at++) right += meets[members[at]]
  return {
    conditions,
    text: conditions.map(textOf).join(' and '),
    precision: right / met,
    recall: right / size,
    heldOut: crossFit(training, own, tree),
  }
}

/** Draws rows of a cluster, which come first, and of the rest, and bins their features. */
function sampleRows(features: readonly Feature[], groups: Groups, code: number, seed: number) {
  const [start, size, rows] = [groups.starts[code], groups.sizes[code], groups.codes.length]
  const own = Math.min(size, MOST_OWN)
  const affordable = MOST_CELLS / (features.length * groups.sizes.length)
  const rest = Math.min(rows - size, MOST_REST, Math.max(2 * own, LEAST_REST, Math.floor(affordable)))
  const drawn = new Uint32Array(own + rest)
  const ofCluster = drawRows(size, own, seed)
  const ofRest = drawRows(rows - size, rest, seed)
  for (let at = 0; at < own; at++) drawn[at] = groups.members[start + ofCluster[at]]
  for (let at = 0; at < rest; at++) {
    drawn[own + at] = groups.members[ofRest[at] < start ? ofRest[at] : ofRest[at] + size]
  }
  const training: Training = {
    rows: drawn.length,
    features: features.length,
    bins: new Uint8Array(features.length * drawn.length),
    binCounts: new Uint16Array(features.length),
    own: new Uint8Array(drawn.length).fill(1, 0, own),
    weights: [(rows - size) / rest, size / own],
  }
  const bins = features.map((feature, at): Bins => {
    const limits = binFeature(feature, drawn, own, training.bins.subarray(at * drawn.length, (at + 1) * drawn.length))
    training.binCounts[at] = limits.last.length + 1
    return limits
  })
  return { training, bins, own }
}

/** Precision and recall of rules on the parts that their trees were not grown from, all of them together. */
function crossFit(training: Training, own: number, tree: (own: number) => Tree): ClusterRule['heldOut'] {
  const parts = Math.min(PARTS, own, training.rows - own)
  if (parts < 2) return { precision: null, recall: null }
  // The rows of either class are in random order.
  const partOf = (row: number) => (row < own ? row : row - own) % parts
  const sums = { met: 0, right: 0 }
  for (let part = 0; part < parts; part++) {
    const grown = new Uint32Array(training.rows)
    const held = new Uint32Array(training.rows)
    let [ofGrown, ofHeld, ownGrown] = [0, 0, 0]
    for (let row = 0; row < training.rows; row++) {
      if (partOf(row) === part) held[ofHeld++] = row
      else grown[ofGrown++] = row
      if (partOf(row) !== part && row < own) ownGrown++
    }
    const path: Split[] | null = growRule(training, grown.subarray(0, ofGrown), tree(ownGrown))
    if (!path) continue
    const { all, own: right } = countMeeting(training, held.subarray(0, ofHeld), path)
    sums.met += all
    sums.right += right
  }
  return {
    precision: sums.met === 0 ? null : sums.right / sums.met,
    recall: sums.right / (own * training.weights[1]),
  }
}

const textOf = (condition: RuleCondition) =>
  `${condition.name} ${condition.operator} ${condition.column === null ? condition.value : condition.threshold}`
