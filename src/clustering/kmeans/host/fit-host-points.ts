import { openSimdHost } from '../../../engine/host/simd-host.js'
import { randomBits } from '../../../kernels/shared/random.js'
import type { Turns } from '../../medoids/turns.js'
import type { KMeansSettings } from '../kmeans.js'
import { fitOnHost, type HostFit } from './host-fit.js'
import { deviationOf, type HostPoints } from './host-points.js'
import { seedOnHost } from './host-seeds.js'
import { fitWithSimd } from './simd-fits.js'

/** Runs of k-means on the host. */
export interface HostRuns extends Pick<KMeansSettings, 'k' | 'tolerance' | 'maxIterations' | 'seed'> {
  runs: number
}

/** The best of some runs on the host, with SIMD where there is any, which changes no result. */
export async function fitHostPoints(points: HostPoints, settings: HostRuns, turns: Turns): Promise<HostFit> {
  const { k, runs, seed, tolerance, maxIterations } = settings
  const threshold = tolerance === 0 ? null : tolerance * deviationOf(points)
  // One cluster has one result.
  const seeds = Array.from({ length: k === 1 ? 1 : runs }, (_, run) => randomBits(seed, run, k))
  const host = await openSimdHost()
  const fit = host && (await fitWithSimd(host, points, k, seeds, { threshold, maxIterations }, turns))
  if (fit) return fit
  let best: HostFit | null = null
  for (const each of seeds) {
    const fit = await fitOnHost(points, seedOnHost(points, k, each), { threshold, maxIterations }, turns)
    if (!best || fit.inertia < best.inertia) best = fit
  }
  return best!
}
