/** Minimum duration of a submit that measures the device's speed; a shorter one measures its overhead. */
const MEASURABLE_MS = 8
/** Target duration of a submit: well under 150 ms, from which on displays stutter and drivers reset. */
const TARGET_MS = 50
/** Number of queued submits: enough that the device never waits, and few enough that an abort is quick. */
const IN_FLIGHT = 3
/** Number of submits after which their size is adapted, since other work may start or end on the device. */
const WINDOW = 8
/** Duration of a submit from which on the size is adapted at once: the work has reached kernels that are slower. */
const SLOW_MS = 2 * TARGET_MS
/** Minimum size of a submit, in multiply-adds. */
const MIN_BUDGET = 2 ** 18

/** The part of an executor that a pace needs: submits, and waits until they are done, or done without an error. */
export interface Queue {
  done(): Promise<void>
  idle(): Promise<void>
}

/**
 * Cuts work into submits of about TARGET_MS on the device at hand. Work is counted in multiply-adds; the first submits
 * are small, are waited for and grow until they show the speed of the device; later ones follow it.
 */
export class Pace {
  /** Multiply-adds of one submit. */
  budget: number
  #measured: boolean
  #queued = 0
  #bounded = false
  readonly #inFlight: Promise<void>[] = []
  #lastDone = 0
  #window = { work: 0, time: 0, submits: 0 }
  readonly #parts = new Map<number, Pace>()

  /** @param immediate the trait  @param most maximum work of a submit, in multiply-adds */
  constructor(
    private readonly executor: Queue,
    private readonly immediate: boolean,
    private readonly most = Infinity,
  ) {
    this.budget = Math.min(2 ** 22, most)
    this.#measured = immediate
  }

  /** A pace for kernels that may slow down unexpectedly: it is measured separately, and no submit exceeds `most`. */
  upTo(most: number): Pace {
    const pace = this.#parts.get(most) ?? new Pace(this.executor, this.immediate, most)
    this.#parts.set(most, pace)
    return pace
  }

  /**
   * Does work on `count` items in pieces of about one submit: `run` queues the commands for some of them. Pieces are
   * multiples of `align`; each is worth `work` multiply-adds an item, `bound` as in `spend`. An aborted signal ends it
   * before the next piece.
   */
  async cut(
    count: number,
    work: number,
    run: (first: number, count: number) => void,
    { align = 1, bound = false, signal }: { align?: number; bound?: boolean; signal?: AbortSignal } = {},
  ): Promise<void> {
    for (let first = 0; first < count; ) {
      const most = Math.max(align, Math.floor(this.budget / work / align) * align)
      const piece = Math.min(count - first, most)
      run(first, piece)
      await this.spend(piece * work, bound)
      signal?.throwIfAborted()
      first += piece
    }
  }

  /**
   * Accounts for queued commands worth `work` multiply-adds. The event loop gets a turn at every submit. With `bound`,
   * the number is an upper bound, which says nothing about the device's speed.
   */
  async spend(work: number, bound = false): Promise<void> {
    this.#queued += work
    this.#bounded ||= bound
    // Another piece like this one would be too much.
    if (this.#queued + work <= this.budget) return
    const queued = this.#queued
    const bounded = this.#bounded
    this.#queued = 0
    this.#bounded = false
    if (this.immediate) return await this.executor.idle()
    if (!this.#measured) return bounded ? await this.executor.idle() : await this.#measure(queued)
    const submitted = performance.now()
    const done = this.executor.done().then(() => this.#follow(bounded ? 0 : queued, submitted))
    done.catch(() => {}) // reported to a later wait, if the work goes on that long
    this.#inFlight.push(done)
    if (this.#inFlight.length >= IN_FLIGHT) await this.#inFlight.shift()
  }

  async #measure(queued: number): Promise<void> {
    const elapsed = await this.#time()
    // The duration of a wait without work: one browser completes work on a timer of 100 ms.
    const latency = await this.#time()
    const worked = elapsed - latency
    if (worked < MEASURABLE_MS) {
      this.#measured = this.budget === this.most
      this.budget = Math.min(4 * this.budget, this.most)
    } else {
      this.budget = Math.min(Math.max(MIN_BUDGET, (queued * TARGET_MS) / worked), this.most)
      this.#measured = true
    }
  }

  /** Takes note of a finished submit, which began when submitted or when the one before ended; `work` 0 is unknown. */
  #follow(work: number, submitted: number): void {
    const now = performance.now()
    const window = this.#window
    const time = now - Math.max(submitted, this.#lastDone)
    this.#lastDone = now
    if (work === 0) return
    window.work += work
    window.time += time
    window.submits++
    if (window.submits < WINDOW && time < SLOW_MS) return
    const wanted = (TARGET_MS * window.work) / Math.max(window.time, 1)
    this.budget = Math.min(Math.max(wanted, this.budget / 2, MIN_BUDGET), 2 * this.budget, this.most)
    this.#window = { work: 0, time: 0, submits: 0 }
  }

  async #time(): Promise<number> {
    const start = performance.now()
    await this.executor.idle()
    return performance.now() - start
  }
}
