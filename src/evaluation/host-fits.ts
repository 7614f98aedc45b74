import { fitOnHost, type HostFit } from '../clustering/kmeans/host-fit.js'
import { type HostPoints, seedOnHost } from '../clustering/kmeans/host-seeds.js'
import type { KMeansSettings } from '../clustering/kmeans/kmeans.js'
import type { Executor } from '../engine/engine.js'
import { randomBits } from '../kernels/shared/random.js'

export type CountSettings = Omit<KMeansSettings, 'k' | 'onProgress'>

/** Time after which the event loop gets a turn. */
const TURN_MS = 30

/** Whether the host clusters as the settings ask for. */
export function fitsOnHost({ init, emptyClusters, batchSize }: CountSettings): boolean {
  return (init === 'auto' || init === 'k-means++') && emptyClusters === 'farthest' && batchSize === undefined
}

/** Finds the best of some runs on the host, one after the other. */
export type HostFits = (points: HostPoints, k: number, runs: number, seed: number) => Promise<HostFit>

export function createHostFits(
  executor: Executor,
  settings: Pick<CountSettings, 'tolerance' | 'maxIterations' | 'signal'>,
): HostFits {
  let turn = performance.now()
  return async (points, k, runs, seed) => {
    let best: HostFit | null = null
    // One cluster has one result.
    for (let run = 0; run < (k === 1 ? 1 : runs); run++) {
      if (performance.now() - turn > TURN_MS) {
        await executor.idle()
        settings.signal?.throwIfAborted()
        turn = performance.now()
      }
      const fit = fitOnHost(points, seedOnHost(points, k, randomBits(seed, run, k)), settings)
      if (!best || fit.inertia < best.inertia) best = fit
    }
    return best!
  }
}
