import { LloydError } from '../../engine/error.js'
import { readLabels } from '../labels.js'

/** Label of noise, where an option says so. */
const NOISE = -1

/** Whether rows labelled −1 are a cluster like others, or left out. */
export type NoiseRule = 'cluster' | 'exclude'

/** Clusters of rows, in the order of their labels. */
export interface Clusters {
  /** Their number, and the label of each. */
  count: number
  values: number[]
  sizes: Uint32Array
  /** All rows that are in clusters, cluster after cluster, each in ascending order. */
  members: Uint32Array<ArrayBuffer>
  /** The cluster of each member. */
  owners: Uint32Array<ArrayBuffer>
  /** Number of rows, with those that are left out. */
  rows: number
}

/**
 * Reads the labels of points.
 *
 * @throws LloydError `InputError` for labels that are no integers, or of another number than `rows`
 */
export function readClusters(labels: ArrayLike<number>, rows: number, noise: NoiseRule = 'cluster'): Clusters {
  const { codes, count, values, sizes } = readLabels(labels, { rows })
  const left = noise === 'exclude' ? values.indexOf(NOISE) : -1
  // Integers ascend, so that clusters keep their numbers but for those after the noise.
  const after = left < 0 ? count : left
  const firsts = new Uint32Array(count)
  for (let code = 0, first = 0; code < count; code++) {
    firsts[code] = first
    if (code !== left) first += sizes[code]
  }
  const total = left < 0 ? rows : rows - sizes[left]
  const members = new Uint32Array(total)
  const owners = new Uint32Array(total)
  for (let row = 0; row < rows; row++) {
    const code = codes[row]
    if (code === left) continue
    owners[firsts[code]] = code > after ? code - 1 : code
    members[firsts[code]++] = row
  }
  const kept = (code: number) => code !== left
  return {
    count: left < 0 ? count : count - 1,
    values: (values as number[]).filter((_, code) => kept(code)),
    sizes: sizes.filter((_, code) => kept(code)),
    members,
    owners,
    rows,
  }
}

/** Throws an `InputError` unless there are at least two clusters, and fewer than points in them. */
export function requireSeveral(caller: string, { count, members }: Clusters): void {
  if (count >= 2 && count < members.length) return
  throw new LloydError(
    'InputError',
    `${caller} compares from 2 to n − 1 clusters of n points; the labels make ${count} of ${members.length}`,
  )
}

/** The rows of the members, in their order. */
export function gatherMembers<T extends Float32Array | Float64Array>(
  data: T,
  columns: number,
  members: Uint32Array,
): T {
  const gathered = new (data.constructor as new (length: number) => T)(members.length * columns)
  for (let member = 0, to = 0; member < members.length; member++) {
    for (let from = members[member] * columns, end = from + columns; from < end; ) gathered[to++] = data[from++]
  }
  return gathered
}
