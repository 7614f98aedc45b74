import { beginWait } from './device.js'
import { LloydError } from './error.js'

/** Whether a device is still there, and waiting that ends when it goes. */
export class DeviceLoss {
  /** Resolves when the device is gone. Never rejects. */
  readonly lost: Promise<LloydError>
  /** Why it is gone. */
  failure: LloydError | null = null
  /** Called when the device is lost, by those who wait for it. Not reactions of `lost`, which would pile up. */
  readonly #waiting = new Set<() => void>()
  #lose!: (error: LloydError) => void

  /** `onLost` is called once, before all others hear of it. */
  constructor(
    device: GPUDevice,
    private readonly onLost: () => void,
  ) {
    this.lost = new Promise((resolve) => {
      this.#lose = resolve
    })
    device.lost.then(({ reason, message }) => {
      const why = `${reason || 'unknown'}${message ? `: ${message}` : ''}`
      this.fail(new LloydError('DeviceLostError', `the GPU device was lost (${why}); make a new engine`))
    })
  }

  fail(error: LloydError): void {
    if (this.failure) return
    this.failure = error
    this.onLost()
    this.#lose(error)
    for (const stop of this.#waiting) stop()
  }

  requireAlive(): void {
    if (this.failure) throw this.failure
  }

  /** Settles as `work` does, but no later than the device is lost. */
  async until(work: Promise<unknown>): Promise<void> {
    let stop = () => {}
    const lost = new Promise<void>((resolve) => {
      stop = resolve
    })
    this.#waiting.add(stop)
    const endWait = beginWait()
    try {
      if (!this.failure) await Promise.race([work, lost])
    } catch (error) {
      this.requireAlive()
      throw error
    } finally {
      endWait()
      this.#waiting.delete(stop)
    }
  }
}
