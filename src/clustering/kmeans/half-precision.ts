import { withHalfPoints } from '../../data/halves/half-points.js'
import { storages } from './kmeans.js'

/** For pages: makes `kmeans` take `precision: 'f16'`, as it does in Node and Deno by itself. */
export function loadHalfPrecision(): void {
  storages.f16 = (executor, points, options, work) =>
    withHalfPoints(executor, points, options, async (set, own, deviation) => ({
      ...(await work(set, own)),
      precision: { storage: 'f16', ...deviation },
    }))
}
