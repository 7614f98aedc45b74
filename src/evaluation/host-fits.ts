import { fitOnHost, type HostFit } from '../clustering/kmeans/host-fit.js'
import { type HostPoints, seedOnHost } from '../clustering/kmeans/host-seeds.js'
import type { KMeansSettings } from '../clustering/kmeans/kmeans.js'
import { Turns } from '../clustering/medoids/turns.js'
import { randomBits } from '../kernels/shared/random.js'

export type CountSettings = Omit<KMeansSettings, 'k' | 'onProgress'>

/** Whether the host clusters as the settings ask for. */
export function fitsOnHost({ init, emptyClusters, batchSize }: CountSettings): boolean {
  return (init === 'auto' || init === 'k-means++') && emptyClusters === 'farthest' && batchSize === undefined
}

/** Finds the best of some runs on the host, one after the other. */
export type HostFits = (points: HostPoints, k: number, runs: number, seed: number) => Promise<HostFit>

export function createHostFits(settings: CountSettings): HostFits {
  const turns = new Turns(settings.signal)
  return async (points, k, runs, seed) => {
    let best: HostFit | null = null
    // One cluster has one result.
    for (let run = 0; run < (k === 1 ? 1 : runs); run++) {
      if (turns.due) await turns.take()
      const fit = fitOnHost(points, seedOnHost(points, k, randomBits(seed, run, k)), settings)
      if (!best || fit.inertia < best.inertia) best = fit
    }
    return best!
  }
}
