import { fitOnHost, type HostFit } from '../clustering/kmeans/host/host-fit.js'
import type { HostPoints } from '../clustering/kmeans/host/host-points.js'
import { seedOnHost } from '../clustering/kmeans/host/host-seeds.js'
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
      const first = seedOnHost(points, k, randomBits(seed, run, k))
      const fit = await fitOnHost(points, first, settings, turns)
      if (!best || fit.inertia < best.inertia) best = fit
    }
    return best!
  }
}
