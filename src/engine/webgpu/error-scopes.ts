import { LloydError } from '../error.js'

/** The error scopes of a device: caught errors are thrown by the next wait, and not shown in the page's console. */
export class ErrorScopes {
  /** Results of scopes that have not been examined yet. */
  #said: Promise<LloydError | null>[] = []

  /** @param onOutOfMemory called when a scope reports that memory ran out */
  constructor(
    private readonly device: GPUDevice,
    private readonly onOutOfMemory: () => void,
  ) {}

  /** Does `work` in a scope. Errors of validation are about `texture`, where that is the caller's. */
  around<T>(filter: 'validation' | 'out-of-memory', work: () => T, texture?: string): T {
    this.device.pushErrorScope(filter)
    try {
      return work()
    } finally {
      const caught = this.device.popErrorScope().then((error) => this.#describe(error, texture))
      this.#said.push(caught.catch(() => null))
    }
  }

  /** Does `work`, and resolves to the first of its errors, which no other wait reports. */
  apart(work: () => void): Promise<LloydError | null> {
    const said = this.#said
    const own: Promise<LloydError | null>[] = []
    this.#said = own
    try {
      work()
    } finally {
      this.#said = said
    }
    return Promise.all(own).then((errors) => errors.find((error) => error !== null) ?? null)
  }

  #describe(error: GPUError | null, texture?: string): LloydError | null {
    if (error === null) return null
    // By name: Node has no global GPUOutOfMemoryError to test against.
    if (error.constructor.name === 'GPUOutOfMemoryError') {
      this.onOutOfMemory()
      return new LloydError('OutOfMemoryError', error.message || 'the device is out of memory')
    }
    return texture
      ? new LloydError('InputError', `${texture}: ${error.message}`)
      : new LloydError('ShaderError', error.message)
  }

  /** Throws the first error since the last check. Concurrent checks all throw it: each may wait for what failed. */
  async check(): Promise<void> {
    const said = [...this.#said]
    const errors = await Promise.all(said)
    const seen = new Set(said)
    this.#said = this.#said.filter((one) => !seen.has(one))
    for (const error of errors) if (error !== null) throw error
  }
}
