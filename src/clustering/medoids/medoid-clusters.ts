import type { Distances } from './distances.js'

/** Share of the cost by which a swap must lower it, well above the rounding of float64 sums. */
const LEAST_GAIN = 2 ** -40

/** What replacing a medoid by a candidate changes. */
export interface Swap {
  candidate: number
  /** Slot of the medoid that is best to go, the lowest of equal ones. */
  slot: number
  change: number
}

/** Points by their nearest and second nearest of up to k medoids, each of which has a slot; all in float64. */
export class MedoidClusters {
  readonly medoids: Uint32Array
  /** Number of medoids so far. */
  count = 0
  /** Slots of the nearest and of the second nearest medoid of each point. A medoid's own is its nearest. */
  readonly nearest: Uint32Array
  readonly #second: Uint32Array
  /** Distances to these; Infinity where there is none. */
  readonly toNearest: Float64Array
  readonly toSecond: Float64Array
  /** The slot of each row, or −1. */
  readonly #slots: Int32Array
  /** Distances to the candidate that was measured last. */
  readonly #measured: Float64Array
  readonly #rises: Float64Array

  constructor(
    readonly distances: Distances,
    readonly weights: ArrayLike<number>,
    k: number,
  ) {
    const points = distances.rows.length
    this.medoids = new Uint32Array(k)
    this.nearest = new Uint32Array(points)
    this.#second = new Uint32Array(points)
    this.toNearest = new Float64Array(points).fill(Infinity)
    this.toSecond = new Float64Array(points).fill(Infinity)
    this.#slots = new Int32Array(distances.candidates).fill(-1)
    this.#measured = new Float64Array(points)
    this.#rises = new Float64Array(k)
  }

  isMedoid(row: number): boolean {
    return this.#slots[row] >= 0
  }

  /** Σ w · d, in the units of the distances. */
  get cost(): number {
    const { toNearest, weights } = this
    let sum = 0
    for (let point = 0; point < toNearest.length; point++) sum += weights[point] * toNearest[point]
    return sum
  }

  /** Σ w · max(0, d₁ − d): what one more medoid would gain; Σ w · d for the first. */
  gainOf(candidate: number): number {
    const { distances, toNearest, weights, count } = this
    const measured = this.#measured
    distances.measure(candidate, measured)
    let sum = 0
    if (count === 0) for (let point = 0; point < measured.length; point++) sum += weights[point] * measured[point]
    else {
      for (let point = 0; point < measured.length; point++) {
        const gain = toNearest[point] - measured[point]
        if (gain > 0) sum += weights[point] * gain
      }
    }
    return sum
  }

  /** Makes a row one more medoid. */
  add(row: number): void {
    this.distances.measure(row, this.#measured)
    const slot = this.count++
    this.medoids[slot] = row
    this.#slots[row] = slot
    for (let point = 0; point < this.nearest.length; point++) this.#include(point, slot, row)
  }

  /** What making a row a medoid in place of the one that is best to go changes (Schubert and Rousseeuw 2021, algorithm 3). */
  swapOf(candidate: number): Swap {
    const { distances, nearest, toNearest, toSecond, weights, count } = this
    const measured = this.#measured
    const rises = this.#rises.fill(0)
    distances.measure(candidate, measured)
    let change = 0
    for (let point = 0; point < measured.length; point++) {
      const distance = measured[point]
      const near = toNearest[point]
      if (distance < near) change += weights[point] * (distance - near)
      else rises[nearest[point]] += weights[point] * (Math.min(distance, toSecond[point]) - near)
    }
    let slot = 0
    for (let other = 1; other < count; other++) if (rises[other] < rises[slot]) slot = other
    return { candidate, slot, change: change + rises[slot] }
  }

  /** Whether a swap lowers a cost by more than rounding. */
  improves({ change }: Swap, cost: number): boolean {
    return change < -LEAST_GAIN * cost
  }

  /** Does the swap that `swapOf` found last. */
  replace({ candidate, slot }: Swap): void {
    const { nearest, toNearest, toSecond } = this
    const { rows } = this.distances
    const second = this.#second
    const measured = this.#measured
    this.#slots[this.medoids[slot]] = -1
    this.#slots[candidate] = slot
    this.medoids[slot] = candidate
    for (let point = 0; point < nearest.length; point++) {
      const distance = measured[point]
      if (nearest[point] === slot) {
        if (distance <= toSecond[point]) toNearest[point] = distance
        else this.#search(point)
      } else if (second[point] === slot) {
        if (distance > toSecond[point]) this.#search(point)
        else {
          toSecond[point] = distance
          if (distance < toNearest[point] || rows[point] === candidate) this.#turn(point)
        }
      } else this.#include(point, slot, candidate)
    }
  }

  /** Enters a medoid that is neither the nearest nor the second of a point. */
  #include(point: number, slot: number, row: number): void {
    const distance = this.#measured[point]
    const own = this.distances.rows[point] === row
    if (distance >= this.toSecond[point] && !own) return
    this.toSecond[point] = distance
    this.#second[point] = slot
    if (distance < this.toNearest[point] || own) this.#turn(point)
  }

  /** Exchanges the nearest and the second. */
  #turn(point: number): void {
    const [slot, distance] = [this.nearest[point], this.toNearest[point]]
    this.nearest[point] = this.#second[point]
    this.toNearest[point] = this.toSecond[point]
    this.#second[point] = slot
    this.toSecond[point] = distance
  }

  #search(point: number): void {
    const { distances, medoids, count } = this
    const own = this.#slots[distances.rows[point]]
    let [nearest, second] = [0, 0]
    let [least, next] = [Infinity, Infinity]
    for (let slot = 0; slot < count; slot++) {
      // A medoid's own comes before all others at distance 0.
      const distance = slot === own ? -1 : distances.between(point, medoids[slot])
      if (distance >= next) continue
      if (distance >= least) {
        next = distance
        second = slot
      } else {
        next = least
        second = nearest
        least = distance
        nearest = slot
      }
    }
    this.nearest[point] = nearest
    this.#second[point] = second
    this.toNearest[point] = Math.max(least, 0)
    this.toSecond[point] = next
  }
}
