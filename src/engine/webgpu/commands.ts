import type { Kernel } from '../kernel.js'
import { BUFFER_COPY_DST, BUFFER_UNIFORM } from '../usage.js'
import type { ErrorScopes } from './error-scopes.js'
import { PARAMETER_STRIDE, writeParameters } from './parameters.js'

/** Maximum number of dispatches in one submit. */
const PARAMETER_SLOTS = 256

/** The commands of one submit, with the parameters of its dispatches, which are written together. */
export class Commands {
  readonly parameterBuffer: GPUBuffer
  readonly #parameterBytes = new DataView(new ArrayBuffer(PARAMETER_STRIDE * PARAMETER_SLOTS))
  #parameterCount = 0
  #encoder: GPUCommandEncoder | null = null
  #pass: GPUComputePassEncoder | null = null

  constructor(
    private readonly device: GPUDevice,
    private readonly scopes: ErrorScopes,
  ) {
    this.parameterBuffer = device.createBuffer({
      label: 'lloyd.parameters',
      size: this.#parameterBytes.byteLength,
      usage: BUFFER_UNIFORM | BUFFER_COPY_DST,
    })
  }

  /** The encoder for copies; ends the pass. */
  encoder(): GPUCommandEncoder {
    this.#pass?.end()
    this.#pass = null
    this.#encoder ??= this.device.createCommandEncoder({ label: 'lloyd' })
    return this.#encoder
  }

  /** The pass for dispatches. */
  pass(): GPUComputePassEncoder {
    this.#pass ??= this.encoder().beginComputePass({ label: 'lloyd' })
    return this.#pass
  }

  /** The offset for the parameters of a dispatch; queued commands are submitted where no room is left. */
  putParameters(kernel: Kernel, parameters: Record<string, number>): number {
    if (this.#parameterCount === PARAMETER_SLOTS) this.submit()
    const offset = this.#parameterCount++ * PARAMETER_STRIDE
    writeParameters(kernel, parameters, this.#parameterBytes, offset)
    return offset
  }

  submit(): void {
    if (!this.#encoder) return
    const encoder = this.encoder()
    const { queue } = this.device
    const submit = () => {
      const used = this.#parameterCount * PARAMETER_STRIDE
      if (used > 0) queue.writeBuffer(this.parameterBuffer, 0, this.#parameterBytes.buffer, 0, used)
      queue.submit([encoder.finish()])
    }
    this.scopes.around('validation', () => this.scopes.around('out-of-memory', submit))
    this.#encoder = null
    this.#parameterCount = 0
  }

  /** Drops the queued commands. */
  drop(): void {
    this.#encoder = null
    this.#pass = null
  }
}
