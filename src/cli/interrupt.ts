import { constants } from 'node:os'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Milliseconds for work to stop by itself after a signal; a decoder, for example, cannot be aborted. */
const GRACE = 1000

/** The reason of the abort when a signal ends the work. */
export class Interrupted extends Error {
  /** 128 + the signal's number, as shells report it. */
  readonly exitCode: number

  constructor(readonly signal: (typeof SIGNALS)[number]) {
    super(`interrupted by ${signal}; unfinished outputs were not written`)
    this.exitCode = 128 + constants.signals[signal]
  }
}

/** Runs `work` with an abort signal for Ctrl-C and similar signals; rejects with `Interrupted` soon after one arrives. */
export async function interruptible(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController()
  const interrupted = new Promise<never>((_, reject) => {
    for (const name of SIGNALS) {
      process.on(name, () => {
        const reason = new Interrupted(name)
        controller.abort(reason)
        // Not unref'd: it must fire even when nothing else keeps the process alive.
        setTimeout(() => reject(reason), GRACE)
      })
    }
  })
  try {
    await Promise.race([work(controller.signal), interrupted])
    controller.signal.throwIfAborted()
  } catch (error) {
    // The work may have wrapped the abort in another error.
    throw controller.signal.aborted ? controller.signal.reason : error
  } finally {
    for (const name of SIGNALS) process.removeAllListeners(name)
  }
}
