/**
 * Words of the control block: the job's number × JOB + its parts that nobody has taken; workers that are ready; parts that
 * workers have done; and whether one failed.
 */
const Word = { job: 0, ready: 1, done: 2, failed: 3 } as const
/** Above the number of parts. */
const JOB = 64
/** Maximum number of workers; more was not measured. */
const MAX_WORKERS = 7
/** Numbers of a job: the function, its items, their share, and what the function takes. */
const NUMBERS = 64
const NUMBERS_AT = 64
/** Multiply-adds below which a call is not shared: waking a worker takes some 20 µs. */
const SHARED_WORK = 2 ** 19
/** Parts of a thread, so that one that is late does less, and least multiply-adds of each of these. */
const [THREAD_PARTS, PART_WORK] = [4, 2 ** 23]
/** Multiply-adds from which on workers are started, which takes a few ms. */
const START_WORK = 2 ** 27
/** A worker is taken for dead that needs so much longer for a part than a hundred times what the caller needs. */
const PATIENCE_MS = 30_000

interface Thread {
  terminate(): unknown
}

/** The part of worker_threads that is used. */
interface WorkerThreads {
  Worker: new (url: URL, options: object) => Thread & { unref(): void; on(event: 'error', f: () => void): void }
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

/** Number of threads that this host has for one engine: 1 in pages that are not cross-origin isolated. */
export function countThreads(): number {
  return 1 + Math.min(MAX_WORKERS, countCores() - 1)
}

function countCores(): number {
  if (builtin('node:worker_threads')) return builtin('node:os')?.availableParallelism?.() ?? 1
  const { crossOriginIsolated, Worker } = globalThis
  return crossOriginIsolated && Worker ? (navigator.hardwareConcurrency ?? 1) : 1
}

/** A worker's program: takes parts of jobs, and waits where there are none. A function, since bundlers keep such texts. */
const program = () => `const work = ({ module, memory, control, names }) => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const words = new Int32Array(control, 0, 16)
  const numbers = new Float64Array(control, ${NUMBERS_AT})
  const thread = 1 + Atomics.add(words, ${Word.ready}, 1)
  for (;;) {
    const job = Atomics.load(words, ${Word.job})
    if (job % ${JOB} === 0) {
      Atomics.wait(words, ${Word.job}, job)
      continue
    }
    const [name, count, first, end, share, scratch, scratchBytes, ...rest] = numbers
    if (Atomics.compareExchange(words, ${Word.job}, job, job - 1) !== job) continue
    const part = job % ${JOB}
    const from = first + part * share
    try {
      if (from < end) exports[names[name]](scratch + thread * scratchBytes, from, Math.min(end, from + share), ...rest.slice(0, count))
    } catch {
      Atomics.store(words, ${Word.failed}, 1)
    }
    Atomics.add(words, ${Word.done}, 1)
    Atomics.notify(words, ${Word.done})
  }
}
`

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
  /** The thread of a page may not wait. */
  readonly #waits = mayWait(this.#words)
  #workers: Thread[] | null = null
  #url = ''
  #work = 0

  /** `onRefused` hears that a worker did not start. */
  constructor(
    private readonly module: WebAssembly.Module,
    private readonly memory: WebAssembly.Memory,
    private readonly exports: Readonly<Record<string, (...numbers: number[]) => number>>,
    private readonly count: number,
    private readonly onRefused = () => {},
  ) {
    this.#names = Object.keys(exports)
  }

  /** The number of parts of these items now. */
  partsOf({ first, end, work, align }: SharedItems): number {
    const all = (end - first) * work
    this.#work += all
    if (this.#work >= START_WORK) this.#workers ??= this.#start()
    if (all < SHARED_WORK) return 1
    const threads = 1 + Atomics.load(this.#words, Word.ready)
    const most = Math.max(threads, Math.min(THREAD_PARTS * threads, Math.floor(all / PART_WORK)))
    return threads > 1 ? Math.min(most, Math.ceil((end - first) / align)) : 1
  }

  /**
   * Calls a function for all items, in `parts` parts, each thread with its part of the scratch memory: the first here, and the
   * others in the workers, or here as well where these are late. Throws where the function does, in whatever thread, and where a
   * worker does not end.
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
    const take = (part: number) => {
      const from = first + part * share
      if (from < end) this.exports[name](scratch, from, Math.min(end, from + share), ...rest)
    }
    if (parts === 1) {
      take(0)
      return
    }
    const begin = performance.now()
    this.#offer([this.#names.indexOf(name), rest.length, first, end, share, scratch, bytes, ...rest], parts - 1)
    let own = 0
    try {
      for (let part = 0; part >= 0; part = this.#takePart()) {
        own++
        take(part)
      }
    } finally {
      // None is left but where one failed here.
      const left = Atomics.and(this.#words, Word.job, -JOB) % JOB
      this.#join(name, parts - own - left, PATIENCE_MS + 100 * (performance.now() - begin))
    }
    if (Atomics.load(this.#words, Word.failed)) throw new WebAssembly.RuntimeError(`${name} failed in a worker`)
  }

  end(): void {
    for (const worker of this.#workers ?? []) worker.terminate()
    if (this.#url) URL.revokeObjectURL(this.#url)
    this.#workers = []
    this.#url = ''
    Atomics.store(this.#words, Word.ready, 0)
  }

  /** Offers parts 1 to `parts` of a job. */
  #offer(numbers: number[], parts: number): void {
    const words = this.#words
    this.#numbers.set(numbers)
    Atomics.store(words, Word.done, 0)
    Atomics.store(words, Word.failed, 0)
    Atomics.store(words, Word.job, ((Math.trunc(words[Word.job] / JOB) + 1) % 2 ** 24) * JOB + parts)
    Atomics.notify(words, Word.job)
  }

  /** The number of a part that nobody has taken, or −1. */
  #takePart(): number {
    for (;;) {
      const job = Atomics.load(this.#words, Word.job)
      if (job % JOB === 0) return -1
      if (Atomics.compareExchange(this.#words, Word.job, job, job - 1) === job) return job % JOB
    }
  }

  /** Waits for parts in workers; in a page's own thread without sleeping. */
  #join(name: string, parts: number, patience: number): void {
    const begin = performance.now()
    for (;;) {
      const done = Atomics.load(this.#words, Word.done)
      if (done === parts) return
      if (performance.now() - begin > patience) {
        this.end()
        throw new WebAssembly.RuntimeError(`${name} did not end in a worker; make a new engine with createEngine()`)
      }
      if (this.#waits) Atomics.wait(this.#words, Word.done, done, 100)
    }
  }

  #start(): Thread[] {
    const { module, memory } = this
    const data = { module, memory, control: this.#control, names: this.#names }
    const start = builtin('node:worker_threads') ? this.#startInNode : this.#startInPage
    try {
      return Array.from({ length: this.count - 1 }, () => start.call(this, data))
    } catch {
      this.onRefused()
      return []
    }
  }

  #startInNode(workerData: object): Thread {
    const { Worker } = builtin('node:worker_threads')!
    const source = `import { workerData } from 'node:worker_threads'\n${program()}work(workerData)`
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
      workerData,
      execArgv: [],
    })
    worker.on('error', this.onRefused)
    worker.unref()
    return worker
  }

  #startInPage(data: object): Thread {
    const source = `${program()}onmessage = ({ data }) => work(data)`
    this.#url ||= URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
    const worker = new globalThis.Worker(this.#url)
    worker.onerror = (event) => {
      event.preventDefault()
      this.onRefused()
    }
    worker.postMessage(data)
    return worker
  }
}

function mayWait(words: Int32Array<SharedArrayBuffer>): boolean {
  try {
    return Atomics.wait(words, Word.done, -1, 0) === 'not-equal'
  } catch {
    return false
  }
}
