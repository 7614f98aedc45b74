import { nextTask } from '../../engine/next-task.js'

/** Milliseconds after which other tasks get a turn. */
const TURN_MS = 40

/** Turns of other tasks, and aborts, between pieces of work on the host. */
export class Turns {
  #last = performance.now()

  constructor(readonly signal?: AbortSignal) {}

  get due(): boolean {
    return performance.now() - this.#last >= TURN_MS
  }

  async take(): Promise<void> {
    await nextTask()
    this.signal?.throwIfAborted()
    this.#last = performance.now()
  }
}
