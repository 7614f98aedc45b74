/** What the addresses of a traced dispatch say: bytes, sectors, bank conflicts, divergence and barriers. */
import { LANES, type Site } from './rewrite.js'
import type { ThreadLog, TracedDispatch } from './trace-device.js'

/** Bytes that memory and caches pass on at once, on GPUs of NVIDIA; AMD's and Apple's take 64 and more. */
const SECTOR = 32
const BANKS = 32

/** The accesses of an array in device memory. */
export interface ArrayMeasures {
  name: string
  /** Bytes that threads ask for, in a group of neighbours on average. */
  bytes: number
  /** Bytes of the fewest sectors that hold what each access asks for, were it in order; lanes share equal addresses. */
  needed: number
  /** Bytes of the sectors that each access touches. */
  touched: number
  /** Bytes of the fewest sectors that hold the elements of all accesses together. */
  distinct: number
  /** Bytes of the sectors that all accesses together touch: what a cache that keeps them all asks of memory. */
  cached: number
}

export interface DispatchMeasures {
  arrays: ArrayMeasures[]
  /** Accesses of workgroup memory in turn for each that would do without conflicts, ≥ 1; null without such memory. */
  bankTurns: number | null
  /** Accesses of all threads over those that would be if each did as many as the busiest of its neighbours, ≤ 1. */
  busy: number
  /** Barriers that a thread passes. */
  barriers: number
  /** Arithmetic operations of a thread on average. */
  operations: number
  /** Whether threads did more than was logged. */
  cut: boolean
}

export function measureDispatch({ sites, groups }: TracedDispatch): DispatchMeasures {
  const arrays = new Map<string, ArrayMeasures>()
  const totals = { turns: 0, without: 0, accesses: 0, slots: 0 }
  for (const group of groups) {
    const seen = new Map<string, Seen>()
    for (const { site, indices } of together(group, sites)) {
      totals.accesses += indices.length
      totals.slots += LANES
      if (site.kind === 'workgroup') {
        totals.turns += turnsOf(indices, site.bytes)
        totals.without += Math.max(1, site.bytes / 4)
      }
      if (site.kind === 'storage') addSectors(arrays, seen, site, indices)
    }
    for (const [name, { indices, sectors, bytes }] of seen) {
      const array = arrays.get(name)!
      array.distinct += SECTOR * Math.ceil((bytes * indices.size) / SECTOR)
      array.cached += SECTOR * sectors.size
    }
  }
  const measured = [...arrays.values()]
  for (const array of measured) {
    for (const key of ['bytes', 'needed', 'touched', 'distinct', 'cached'] as const) array[key] /= groups.length
  }
  const threads = groups.flat()
  const mean = (of: (thread: ThreadLog) => number) =>
    threads.reduce((sum, thread) => sum + of(thread), 0) / threads.length
  return {
    arrays: measured,
    bankTurns: totals.without > 0 ? totals.turns / totals.without : null,
    busy: totals.slots > 0 ? totals.accesses / totals.slots : 1,
    barriers: mean(
      ({ accesses }) => accesses.filter((word, at) => at % 2 === 0 && sites[word].kind === 'barrier').length,
    ),
    operations: mean(({ operations }) => operations),
    cut: threads.some(({ cut }) => cut),
  }
}

/**
 * The accesses that neighbouring threads do together: the n-th of each of them at a site, for every n. Threads that a
 * branch divides are taken as if they met again at once.
 */
function together(group: readonly ThreadLog[], sites: readonly Site[]): { site: Site; indices: number[] }[] {
  const found = new Map<string, { site: Site; indices: number[] }>()
  for (const { accesses } of group) {
    const counts = new Uint32Array(sites.length)
    for (let at = 0; at < accesses.length; at += 2) {
      const site = accesses[at]
      const key = `${site} ${counts[site]++}`
      const entry = found.get(key)
      if (entry) entry.indices.push(accesses[at + 1])
      else found.set(key, { site: sites[site], indices: [accesses[at + 1]] })
    }
  }
  return [...found.values()]
}

/** What a group of neighbours asked of an array so far. */
interface Seen {
  indices: Set<number>
  sectors: Set<number>
  bytes: number
}

function addSectors(
  arrays: Map<string, ArrayMeasures>,
  seen: Map<string, Seen>,
  { name, bytes }: Site,
  indices: readonly number[],
): void {
  const array = arrays.get(name) ?? { name, bytes: 0, needed: 0, touched: 0, distinct: 0, cached: 0 }
  const all = seen.get(name) ?? { indices: new Set(), sectors: new Set(), bytes }
  arrays.set(name, array)
  seen.set(name, all)
  const distinct = new Set(indices)
  const sectors = new Set<number>()
  for (const index of distinct) {
    all.indices.add(index)
    for (let at = Math.floor((index * bytes) / SECTOR); at * SECTOR < (index + 1) * bytes; at++) sectors.add(at)
  }
  array.bytes += indices.length * bytes
  array.needed += SECTOR * Math.ceil((distinct.size * bytes) / SECTOR)
  array.touched += SECTOR * sectors.size
  for (const sector of sectors) all.sectors.add(sector)
}

/** Turns of the banks of workgroup memory: the most distinct words that one of them has to give. */
function turnsOf(indices: readonly number[], bytes: number): number {
  const words = Math.max(1, bytes / 4)
  const banks = Array.from({ length: BANKS }, () => new Set<number>())
  for (const index of indices) {
    for (let word = 0; word < words; word++) {
      const address = index * words + word
      banks[address % BANKS].add(address)
    }
  }
  return Math.max(...banks.map(({ size }) => size))
}
