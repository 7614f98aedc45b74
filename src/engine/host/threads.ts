/**
 * Words of the control block: the job's number × JOB + how many workers take part; workers that are ready; those that are
 * done; and whether one failed.
 */
const Word = { job: 0, ready: 1, done: 2, failed: 3 } as const
/** Above the number of workers. */
const JOB = 64
/** Maximum number of workers; more was not measured. */
const MAX_WORKERS = 7
/** Numbers of a job: the function, its items, their share, and what the function takes. */
const NUMBERS = 64
const NUMBERS_AT = 64
/** Multiply-adds below which a call is not shared: waking a worker takes some 20 µs. */
const SHARED_WORK = 2 ** 19
/** Multiply-adds from which on workers are started, which takes a few ms. */
const START_WORK = 2 ** 27

/** The part of worker_threads that is used. */
interface WorkerThreads {
  Worker: new (
    url: URL,
    options: object,
  ) => { unref(): void; terminate(): unknown; on(event: 'error', f: () => void): void }
}

interface Modules {
  'node:worker_threads': WorkerThreads
  'node:os': { availableParallelism(): number }
}

/** A module of Node or Deno; undefined in pages. */
function builtin<N extends keyof Modules>(name: N): Modules[N] | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } }
  return process?.getBuiltinModule?.(name) as Modules[N] | undefined
}

/** Number of threads that this host has for one engine: 1 in pages. */
export function countThreads(): number {
  if (!builtin('node:worker_threads')) return 1
  return 1 + Math.min(MAX_WORKERS, (builtin('node:os')?.availableParallelism?.() ?? 1) - 1)
}

/** A worker's program: waits for jobs, and does its share of each that it takes part in. */
const workerSource = () => `
import { workerData } from 'node:worker_threads'
const { module, memory, control, names } = workerData
const { exports } = new WebAssembly.Instance(module, { env: { memory } })
const words = new Int32Array(control, 0, 16)
const numbers = new Float64Array(control, ${NUMBERS_AT})
let job = Atomics.load(words, ${Word.job})
const index = Atomics.add(words, ${Word.ready}, 1)
for (;;) {
  Atomics.wait(words, ${Word.job}, job)
  job = Atomics.load(words, ${Word.job})
  if (index >= job % ${JOB}) continue
  try {
    const [name, count, first, end, share, scratch, scratchBytes] = numbers
    const from = first + (index + 1) * share
    const call = [scratch + (index + 1) * scratchBytes, from, Math.min(end, from + share), ...numbers.subarray(7, count)]
    if (from < end) exports[names[name]](...call)
  } catch {
    Atomics.store(words, ${Word.failed}, 1)
  }
  Atomics.add(words, ${Word.done}, 1)
  Atomics.notify(words, ${Word.done})
}`

/** Items of a call that threads share. */
export interface SharedItems {
  first: number
  end: number
  /** Multiply-adds of one item. */
  work: number
  /** Shares are multiples of it. */
  align: number
}

/**
 * Workers that call the functions of a module on its shared memory. They start when there is work for them; until they are
 * ready, and where they cannot start, the caller does all of it, with the same result. They keep no process alive.
 */
export class Threads {
  readonly #names: readonly string[]
  readonly #control = new SharedArrayBuffer(NUMBERS_AT + 8 * NUMBERS)
  readonly #words = new Int32Array(this.#control, 0, 16)
  readonly #numbers = new Float64Array(this.#control, NUMBERS_AT)
  #workers: { terminate(): unknown }[] | null = null
  #work = 0

  constructor(
    private readonly module: WebAssembly.Module,
    private readonly memory: WebAssembly.Memory,
    private readonly exports: Readonly<Record<string, (...numbers: number[]) => number>>,
    private readonly count: number,
  ) {
    this.#names = Object.keys(exports)
  }

  /** The number of threads that share these items now. */
  partsOf({ first, end, work, align }: SharedItems): number {
    const all = (end - first) * work
    this.#work += all
    if (this.#work >= START_WORK) this.#workers ??= this.#start()
    if (all < SHARED_WORK) return 1
    return Math.min(1 + Atomics.load(this.#words, Word.ready), Math.ceil((end - first) / align))
  }

  /**
   * Calls a function for all items, in `parts` threads, each with its part of the scratch memory. Throws where the function
   * does, in whatever thread.
   */
  call(
    name: string,
    { first, end, align }: SharedItems,
    parts: number,
    scratch: number,
    bytes: number,
    rest: number[],
  ): void {
    const share = Math.ceil((end - first) / parts / align) * align
    const words = this.#words
    if (parts > 1) {
      this.#numbers.set([this.#names.indexOf(name), 7 + rest.length, first, end, share, scratch, bytes, ...rest])
      Atomics.store(words, Word.done, 0)
      Atomics.store(words, Word.job, ((Math.trunc(words[Word.job] / JOB) + 1) % 2 ** 24) * JOB + parts - 1)
      Atomics.notify(words, Word.job)
    }
    this.exports[name](scratch, first, Math.min(end, first + share), ...rest)
    for (let done = 0; parts > 1; ) {
      done = Atomics.load(words, Word.done)
      if (done === parts - 1) break
      Atomics.wait(words, Word.done, done, 1)
    }
    if (Atomics.exchange(words, Word.failed, 0)) throw new WebAssembly.RuntimeError(`${name} failed in a worker`)
  }

  end(): void {
    for (const worker of this.#workers ?? []) worker.terminate()
    this.#workers = []
    Atomics.store(this.#words, Word.ready, 0)
  }

  #start(): { terminate(): unknown }[] {
    const { module, memory } = this
    const workerData = { module, memory, control: this.#control, names: this.#names }
    try {
      const { Worker } = builtin('node:worker_threads')!
      const url = new URL(`data:text/javascript,${encodeURIComponent(workerSource())}`)
      return Array.from({ length: this.count - 1 }, () => {
        const worker = new Worker(url, { workerData, execArgv: [] })
        worker.on('error', () => {})
        worker.unref()
        return worker
      })
    } catch {
      return []
    }
  }
}
