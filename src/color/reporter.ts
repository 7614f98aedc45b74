import type { Executor } from '../engine/engine.js'
import type { Progress } from '../types.js'

/** A count of the work done of a stage. */
export interface Tally {
  add(count: number): Promise<void>
}

/**
 * Reports progress to the caller and checks its signal. With either, each report first waits for the device, so that
 * reported work is done and an abort takes effect soon; otherwise the queue stays full.
 */
export class Reporter {
  readonly watched: boolean

  constructor(
    private readonly executor: Executor,
    private readonly signal?: AbortSignal,
    private readonly onProgress?: (progress: Progress) => void,
  ) {
    this.watched = Boolean(signal || onProgress)
  }

  /** A reporter for one of `count` equal parts of the stages. */
  part(index: number, count: number): Reporter {
    const tell = this.onProgress
    return new Reporter(
      this.executor,
      this.signal,
      tell && (({ stage, done, total }) => tell({ stage, done: index * total + done, total: count * total })),
    )
  }

  tally(stage: string, total: number): Tally {
    let done = 0
    return {
      add: async (count) => {
        done += count
        await this.report(stage, Math.round(done), total)
      },
    }
  }

  throwIfAborted(): void {
    this.signal?.throwIfAborted()
  }

  async report(stage: string, done: number, total: number): Promise<void> {
    if (this.watched) await this.executor.idle()
    else this.executor.submit()
    this.signal?.throwIfAborted()
    this.onProgress?.({ stage, done, total })
  }
}
