/** n × d points in [−1, 1) and the k of them that are the first centroids, row-major. */
export interface Problem {
  rows: number
  columns: number
  k: number
  points: Float32Array<ArrayBuffer>
  centroids: Float32Array<ArrayBuffer>
}

/** Another implementation, ready for one problem. */
export interface Peer {
  /** The work of one call of `work`: a Lloyd iteration, or its assignment alone. */
  does: string
  /** One timed iteration or assignment; resolves when its result is complete. */
  work(): Promise<unknown>
  release(): void
}

/** Prepares an implementation; throws if it cannot run. */
export type PeerFactory = (problem: Problem) => Promise<Peer>

/**
 * Lets libraries that know only `navigator.gpu` find the adapter that lloyd uses in Node, by the package `webgpu`. The
 * object is kept for good: Dawn crashes when it is collected.
 */
export async function provideNavigatorGpu(): Promise<void> {
  if (globalThis.navigator?.gpu) return
  const name = 'webgpu' // not a literal: a page's bundler must not look for it
  const dawn = (await import(/* @vite-ignore */ name)) as { create(flags: string[]): GPU; globals: object }
  Object.assign(globalThis, dawn.globals)
  const navigator = globalThis.navigator ?? { userAgent: 'node', platform: 'node' }
  Object.defineProperty(navigator, 'gpu', { value: dawn.create([]), configurable: true })
  if (!globalThis.navigator) Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true })
}

/**
 * Waits for `work` as lloyd waits in Node: with rests between the turns of the event loop, in each of which Dawn's package
 * asks the device, and so takes a core from those that a software adapter computes on. Peers do not do so by themselves
 * (they then take 1.2 to 1.6 times as long on 2 cores); kernels are to be compared.
 */
export async function withRests<T>(work: () => Promise<T>): Promise<T> {
  if (typeof setImmediate === 'undefined') return await work() // a page
  const { nodeProvider } = await import('../../src/engine/node/node-gpu.js')
  const endWait = nodeProvider.beginWait()
  try {
    return await work()
  } finally {
    endWait()
  }
}
