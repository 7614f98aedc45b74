import type { Borders } from './borders.js'
import { CODE, FARTHEST, LARGE, MEAN, NONE, type Sets, SIMILAR, WORDS } from './region-sets.js'
import { inTurns } from './runs.js'

/** Finds the neighbour that each of some small regions joins. Leaves out borders within sets and of none that is small. */
export async function findSimilar(
  sets: Sets,
  small: Uint32Array,
  borders: Borders,
  signal?: AbortSignal,
): Promise<void> {
  forget(sets, small)
  const all = borders.count
  borders.count = 0
  await inTurns(all, 1, (first, end) => compareRegions(sets, borders, first, end), signal)
  if (anyTied(sets, small)) chooseLongest(sets, borders)
}

function forget({ words }: Sets, small: Uint32Array): void {
  for (let at = 0; at < small.length; at++) {
    words[WORDS * small[at] + CODE] = FARTHEST
    words[WORDS * small[at] + SIMILAR] = NONE
  }
}

function anyTied({ words }: Sets, small: Uint32Array): boolean {
  for (let at = 0; at < small.length; at++) if ((words[WORDS * small[at] + CODE] & 1) === 0) return true
  return false
}

/**
 * Compares the regions of borders `first` to `end` − 1, and keeps those that may be needed later. Without branches, which no
 * processor could predict.
 */
function compareRegions({ parents, words }: Sets, borders: Borders, first: number, end: number): void {
  const { ones, others, lengths } = borders
  let { count } = borders
  for (let at = first; at < end; at++) {
    const one = parents[ones[at]]
    const other = parents[others[at]]
    const atOne = WORDS * one
    const atOther = WORDS * other
    const codeOne = words[atOne + CODE]
    const codeOther = words[atOther + CODE]
    // All bits, or none: -1 or 0.
    const needed = notZero(one ^ other) & notZero((codeOne | codeOther) ^ LARGE)
    ones[count] = one
    others[count] = other
    lengths[count] = lengths[at]
    count -= needed
    const code = 2 * colorDistance(words[atOne + MEAN], words[atOther + MEAN]) + 3
    const closerOne = needed & ((code - codeOne) >> 31)
    const closerOther = needed & ((code - codeOther) >> 31)
    const similarOne = words[atOne + SIMILAR]
    const similarOther = words[atOther + SIMILAR]
    const tiedOne = needed & ~notZero(code ^ codeOne) & notZero(similarOne ^ other)
    const tiedOther = needed & ~notZero(code ^ codeOther) & notZero(similarOther ^ one)
    words[atOne + CODE] = choose(closerOne, code, codeOne) + tiedOne
    words[atOne + SIMILAR] = choose(closerOne, other, similarOne)
    words[atOther + CODE] = choose(closerOther, code, codeOther) + tiedOther
    words[atOther + SIMILAR] = choose(closerOther, one, similarOther)
  }
  borders.count = count
}

/** −1 unless the number is 0. */
function notZero(bits: number): number {
  return (bits | -bits) >> 31
}

/** The first number if all bits are set, the second if none is. */
function choose(bits: number, first: number, second: number): number {
  return (first & bits) | (second & ~bits)
}

/** The squared distance of two colours, rgba8 words. */
function colorDistance(a: number, b: number): number {
  const red = (a & 255) - (b & 255)
  const green = ((a >>> 8) & 255) - ((b >>> 8) & 255)
  const blue = ((a >>> 16) & 255) - ((b >>> 16) & 255)
  const alpha = (a >>> 24) - (b >>> 24)
  return (Math.imul(red, red) + Math.imul(green, green) + Math.imul(blue, blue) + Math.imul(alpha, alpha)) | 0
}

/** Of equally similar neighbours chooses those of the longest common border, of equal ones the lowest label. */
function chooseLongest(sets: Sets, borders: Borders): void {
  const { heads, nexts, neighbors, lengths } = equallySimilar(sets, borders)
  const totals = new Uint32Array(heads.length)
  for (let region = 0; region < heads.length; region++) {
    const head = heads[region]
    if (head === 0) continue
    for (let at = head; at !== 0; at = nexts[at]) totals[neighbors[at]] = 0
    for (let at = head; at !== 0; at = nexts[at]) totals[neighbors[at]] += lengths[at]
    let best = neighbors[head]
    for (let at = nexts[head]; at !== 0; at = nexts[at]) {
      const other = neighbors[at]
      if (totals[other] > totals[best] || (totals[other] === totals[best] && other < best)) best = other
    }
    sets.words[WORDS * region + SIMILAR] = best
  }
}

/** Lists of the borders of regions that have several most similar neighbours with these; 0 is no entry. */
function equallySimilar({ parents, words }: Sets, { count, ones, others, lengths }: Borders) {
  const lists = {
    heads: new Uint32Array(parents.length),
    nexts: new Uint32Array(2 * count + 1),
    neighbors: new Uint32Array(2 * count + 1),
    lengths: new Uint32Array(2 * count + 1),
  }
  let size = 1
  const enter = (region: number, neighbor: number, length: number) => {
    lists.nexts[size] = lists.heads[region]
    lists.neighbors[size] = neighbor
    lists.lengths[size] = length
    lists.heads[region] = size++
  }
  for (let at = 0; at < count; at++) {
    const one = ones[at]
    const other = others[at]
    const codeOne = words[WORDS * one + CODE]
    const codeOther = words[WORDS * other + CODE]
    if ((codeOne & codeOther & 1) === 1) continue
    const code = 2 * colorDistance(words[WORDS * one + MEAN], words[WORDS * other + MEAN]) + 2
    if (codeOne === code) enter(one, other, lengths[at])
    if (codeOther === code) enter(other, one, lengths[at])
  }
  return lists
}
