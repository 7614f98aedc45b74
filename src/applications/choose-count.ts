import { sampleRows } from '../clustering/kmeans/seeding.js'
import type { Engine } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import { type ClusterChoice, chooseClusters } from '../evaluation/choose-clusters.js'
import type { Matrix } from '../types.js'

/** Most rows by which a number of clusters is chosen; of more, as many random ones. */
const COMPARED_ROWS = 2000
/** The gap and mixtures cost a hundred times as much, and prefer many small clusters among so many rows. */
const CRITERIA = ['silhouette', 'elbow'] as const

/** A number of clusters, and why. Plain data. */
export interface CountChoice {
  k: number
  reason: string
  /** What `chooseClusters` measured; null where the number was given or nothing could be compared. */
  curves: ClusterChoice['curves'] | null
}

/** Refuses a number of clusters above that of the rows; `of` says what these are. */
export function requireCount(
  option: string,
  given: number | undefined,
  { rows, of }: { rows: number; of: string },
): void {
  if (given === undefined || given <= rows) return
  throw new LloydError('InputError', `${option} must be at most the number of ${of}, ${rows}, got ${given}`)
}

/** The number of clusters: as given, as far as so many rows differ, or as `chooseClusters` chooses; `from` where it chooses none. */
export async function chooseCount(
  engine: Engine,
  points: Matrix,
  given: number | undefined,
  { from, to, seed, signal }: { from: number; to: number; seed: number; signal?: AbortSignal },
): Promise<CountChoice> {
  const distinct = distinctRows(points, given ?? to)
  const differing = distinct === 1 ? 'all are alike' : `only ${distinct} differ`
  if (given !== undefined) {
    const reason = distinct < given ? `${given} as given, but ${differing}` : 'as given'
    return { k: Math.min(given, distinct), reason, curves: null }
  }
  if (to < from) return { k: 1, reason: `too few to compare: ${points.rows}`, curves: null }
  if (distinct <= from) return { k: distinct, reason: differing, curves: null }
  const compared = points.rows > COMPARED_ROWS ? takeRows(points, sampleRows(points.rows, COMPARED_ROWS, seed)) : points
  const options = { from, to: Math.min(to, distinct - 1), criteria: CRITERIA, seed, signal }
  const { k, summary, curves } = await chooseClusters(engine, compared, options)
  // What is counted, the caller says.
  return { k: k ?? from, reason: summary.replace(/^\d+ clusters?: |\.$/g, ''), curves }
}

/** Number of different rows, at most one more than `most`. */
function distinctRows({ data, rows, columns }: Matrix, most: number): number {
  const seen = new Set<string>()
  for (let row = 0; row < rows && seen.size <= most; row++) {
    seen.add(data.subarray(row * columns, (row + 1) * columns).join())
  }
  return seen.size
}

function takeRows({ data, columns }: Matrix, chosen: ArrayLike<number>): Matrix {
  const taken = new Float32Array(chosen.length * columns)
  for (let at = 0; at < chosen.length; at++) {
    taken.set(data.subarray(chosen[at] * columns, (chosen[at] + 1) * columns), at * columns)
  }
  return { data: taken, rows: chosen.length, columns }
}
