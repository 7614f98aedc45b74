import { type Compiled, type Executor, registerExecutor } from '../engine.js'
import {
  type BindingKind,
  type Buffers,
  bindingParts,
  type EngineBuffer,
  type Parameters,
  type Scalar,
  scalarView,
} from '../kernel.js'
import { Pace } from '../pace.js'

/** Commands that only queue, and wait for their turn in the chain. */
const QUEUED = ['clear', 'copy', 'encode', 'submit'] as const
/** Commands that wait for the chain. */
const WAITING = ['done', 'idle', 'read', 'readInto'] as const

/** Commands that wait for one another. */
class Chain {
  #last: Promise<void> = Promise.resolve()

  enqueue(command: () => unknown): void {
    this.#append(this.#last.then(command) as Promise<void>)
  }

  /** Runs a command also where one before it failed. */
  enqueueAnyway(command: () => void): void {
    this.#append(this.#last.finally(command))
  }

  /** Waits for all; a failure is reported once. */
  async settle(): Promise<void> {
    try {
      await this.#last
    } catch (error) {
      this.#last = Promise.resolve()
      throw error
    }
  }

  #append(last: Promise<void>): void {
    this.#last = last
    // A failure is thrown where the chain is awaited; here it only must not count as unhandled.
    last.catch(() => {})
  }
}

/**
 * A WebGPU engine on which some kernels run as their CPU twins: their buffers are read back, computed on and written.
 * Slow on purpose: with it a wrong result is bisected to one kernel. All commands wait for one another in a chain.
 */
export function withTwins(engine: Executor, names: readonly string[]): Executor {
  const commands = new Chain()
  // The methods are those of `engine`, whatever their arguments.
  const methods = engine as unknown as Record<string, (...args: unknown[]) => unknown>
  const queued = QUEUED.map((name) => [name, (...args: unknown[]) => commands.enqueue(() => methods[name](...args))])
  const waiting = WAITING.map((name) => [
    name,
    async (...args: unknown[]) => {
      await commands.settle()
      return await methods[name](...args)
    },
  ])
  const own: Record<PropertyKey, unknown> = {
    ...Object.fromEntries([...queued, ...waiting]),
    write(buffer: EngineBuffer, data: ArrayBufferView<ArrayBuffer>, byteOffset?: number): void {
      const copy = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
      commands.enqueue(() => engine.write(buffer, copy, byteOffset))
    },
    run(
      compiled: Compiled,
      parameters: Parameters<Record<string, Scalar>>,
      buffers: Buffers<Record<string, BindingKind>>,
    ): void {
      const twin = names.includes(compiled.kernel.name)
      commands.enqueue(() =>
        twin ? runTwin(engine, compiled, parameters, buffers) : engine.run(compiled, parameters, buffers),
      )
    },
    twins: names,
    /** Commands that run later: an error is reported by the next wait. */
    async apart(work: () => void): Promise<null> {
      work()
      return null
    },
    release(buffer: EngineBuffer): void {
      commands.enqueueAnyway(() => engine.release(buffer))
    },
  }
  const executor = new Proxy(engine, {
    get(_, key) {
      if (Object.hasOwn(own, key)) return own[key]
      const value: unknown = Reflect.get(engine, key)
      return typeof value === 'function' ? value.bind(engine) : value
    },
  })
  own.pace = new Pace(executor, false)
  registerExecutor(executor)
  return executor
}

async function runTwin(
  engine: Executor,
  { kernel, flags, constants, workgroupSize }: Compiled,
  parameters: Parameters<Record<string, Scalar>>,
  buffers: Buffers<Record<string, BindingKind>>,
): Promise<void> {
  if (kernel.workgroups(parameters, workgroupSize, constants) === 0) return
  const arrays: Record<string, Uint32Array | Int32Array | Float32Array> = {}
  for (const name in kernel.bindings) {
    arrays[name] = scalarView(bindingParts(kernel.bindings[name]).scalar, await engine.read(buffers[name]))
  }
  kernel.twin(parameters, arrays as never, flags)
  for (const name in kernel.bindings) {
    const written = bindingParts(kernel.bindings[name]).access === 'read_write'
    if (written) engine.write(buffers[name], arrays[name] as ArrayBufferView<ArrayBuffer>)
  }
}
