import type { Executor } from './engine.js'

/** A submit shorter than this tells nothing about the device's speed but its overhead. */
const MEASURABLE_MS = 8
/** What a submit should take: well under 150 ms, after which displays stutter and drivers reset. */
const TARGET_MS = 50

/**
 * Cuts work into submits of about TARGET_MS on the device at hand. Work is counted in multiply-adds; the first submits
 * are small, are waited for and double until they say how fast the device is.
 */
export class Pace {
  /** Multiply-adds of one submit. */
  budget = 2 ** 22
  readonly #executor: Executor
  #measured = false
  #queued = 0

  constructor(executor: Executor) {
    this.#executor = executor
    if (executor.backend === 'cpu') this.#measured = true
  }

  /** To be called after commands worth `work` multiply-adds were queued. */
  async spend(work: number): Promise<void> {
    this.#queued += work
    if (this.#queued < this.budget) return
    const queued = this.#queued
    this.#queued = 0
    if (this.#executor.backend === 'cpu') return await this.#executor.idle()
    if (this.#measured) return this.#executor.submit()
    const start = performance.now()
    await this.#executor.idle()
    const elapsed = performance.now() - start
    if (elapsed < MEASURABLE_MS) {
      this.budget *= 4
    } else {
      this.budget = Math.max(2 ** 16, (queued * TARGET_MS) / elapsed)
      this.#measured = true
    }
  }
}

const paces = new WeakMap<Executor, Pace>()

/** The pace of an engine, measured once and kept. */
export function paceOf(executor: Executor): Pace {
  let pace = paces.get(executor)
  if (!pace) {
    pace = new Pace(executor)
    paces.set(executor, pace)
  }
  return pace
}
