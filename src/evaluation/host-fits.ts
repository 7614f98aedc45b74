import { fitHostPoints } from '../clustering/kmeans/host/fit-host-points.js'
import type { HostFit } from '../clustering/kmeans/host/host-fit.js'
import type { HostPoints } from '../clustering/kmeans/host/host-points.js'
import type { KMeansSettings } from '../clustering/kmeans/kmeans.js'
import { Turns } from '../clustering/medoids/turns.js'

export type CountSettings = Omit<KMeansSettings, 'k' | 'onProgress'>

/** Whether the host clusters as the settings ask for. */
export function fitsOnHost({ init, emptyClusters, batchSize }: CountSettings): boolean {
  return (init === 'auto' || init === 'k-means++') && emptyClusters === 'farthest' && batchSize === undefined
}

/** Finds the best of some runs of k clusters on the host. */
export type HostFits = (points: HostPoints, k: number, runs: number, seed: number) => Promise<HostFit>

export function createHostFits(settings: CountSettings): HostFits {
  const turns = new Turns(settings.signal)
  return (points, k, runs, seed) => fitHostPoints(points, { ...settings, k, runs, seed }, turns)
}
