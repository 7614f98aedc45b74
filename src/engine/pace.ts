/** A submit shorter than this tells nothing about the device's speed but its overhead. */
const MEASURABLE_MS = 8
/** What a submit should take: well under 150 ms, after which displays stutter and drivers reset. */
const TARGET_MS = 50
/** Submits that the device has before it, so that it never waits and an abort never waits for many. */
const IN_FLIGHT = 3
/** Submits after which their size is looked at again: other work may have come to the device, or gone from it. */
const WINDOW = 8
/** A submit that takes longer makes that look at once: the work has turned to kernels that are slower for what they do. */
const SLOW_MS = 2 * TARGET_MS
const LEAST = 2 ** 18

/** What a pace asks of an executor: to submit, and to say when that is done, or done without an error. */
export interface Queue {
  done(): Promise<void>
  idle(): Promise<void>
}

/**
 * Cuts work into submits of about TARGET_MS on the device at hand. Work is counted in multiply-adds; the first submits
 * are small, are waited for and grow until they say how fast the device is, and later ones follow its speed.
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

  /** `immediate` as the trait. `most`: what no submit may exceed. */
  constructor(
    private readonly executor: Queue,
    private readonly immediate: boolean,
    private readonly most = Infinity,
  ) {
    this.budget = Math.min(2 ** 22, most)
    this.#measured = immediate
  }

  /** A pace for kernels that slow down by surprise: it is measured apart, and no submit exceeds `most`. */
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
   * To be called after commands worth `work` multiply-adds were queued. The event loop gets a turn every submit. With
   * `bound`, they may turn out to be far fewer, and say nothing about the device's speed.
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
    done.catch(() => {}) // told to whoever waits for it, if the work goes on for so long
    this.#inFlight.push(done)
    if (this.#inFlight.length >= IN_FLIGHT) await this.#inFlight.shift()
  }

  async #measure(queued: number): Promise<void> {
    const elapsed = await this.#time()
    // What a wait costs without work: one browser completes work on a timer of 100 ms.
    const latency = await this.#time()
    const worked = elapsed - latency
    if (worked < MEASURABLE_MS) {
      this.#measured = this.budget === this.most
      this.budget = Math.min(4 * this.budget, this.most)
    } else {
      this.budget = Math.min(Math.max(LEAST, (queued * TARGET_MS) / worked), this.most)
      this.#measured = true
    }
  }

  /** Takes note of a submit that is done: it took from its start, or from the end of the one before it. 0: not known. */
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
    this.budget = Math.min(Math.max(wanted, this.budget / 2, LEAST), 2 * this.budget, this.most)
    this.#window = { work: 0, time: 0, submits: 0 }
  }

  async #time(): Promise<number> {
    const start = performance.now()
    await this.executor.idle()
    return performance.now() - start
  }
}
