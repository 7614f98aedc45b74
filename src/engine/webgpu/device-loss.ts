import { LloydError } from '../error.js'
import { beginWait } from './device.js'

/** Milliseconds after an error within which a device may report that it is lost. */
const SOON_MS = 1000

/** The loss of a device, and waits that end with it. */
export class DeviceLoss {
  /** Resolves when the device is gone. Never rejects. */
  readonly lost: Promise<LloydError>
  /** The reason of the loss; null before. */
  failure: LloydError | null = null
  /** Callbacks of waits for the loss of the device; reactions to the promise `lost` would pile up. */
  readonly #waiting = new Set<() => void>()
  #lose!: (error: LloydError) => void

  /** @param onLost called once, before all other reactions */
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

  /**
   * Settles as `work` does, but no later than the loss of the device. A failure of the work may be the first sign of
   * the loss, as when the GPU process crashes: then it rejects with the error of the loss.
   */
  async until(work: Promise<unknown>): Promise<void> {
    work.catch(() => {}) // nobody waits for it any more where the device is lost
    let stop = () => {}
    const lost = new Promise<void>((resolve) => {
      stop = resolve
    })
    this.#waiting.add(stop)
    const endWait = beginWait()
    try {
      if (!this.failure) await Promise.race([work, lost])
    } catch (error) {
      throw await this.explain(error)
    } finally {
      endWait()
      this.#waiting.delete(stop)
    }
  }

  /** The loss of the device where that caused the error, which may be reported a moment later; else the error. */
  async explain(error: unknown): Promise<unknown> {
    // The driver's own words are behind a refused shader.
    const refused = error instanceof LloydError && error.code === 'ShaderError' && Object(error.cause).cause
    if (error instanceof LloydError && !refused) return error
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, SOON_MS, error)
    })
    const explained = await Promise.race([this.lost, late])
    clearTimeout(timer)
    return explained
  }
}
