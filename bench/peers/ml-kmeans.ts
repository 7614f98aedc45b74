import type { Peer, Problem } from './peer.js'

/** ml-kmeans, plain JavaScript: one Lloyd iteration, the next one at each call. */
export async function createMlKmeansPeer({ rows, columns, k, points, centroids }: Problem): Promise<Peer> {
  // Here and not at the top: where its CommonJS dependencies do not load, only this peer's row says so.
  const { kmeansGenerator } = await import('ml-kmeans')
  const rowsOf = (data: Float32Array, count: number) =>
    Array.from({ length: count }, (_, row) => Array.from(data.subarray(row * columns, (row + 1) * columns)))
  const data = rowsOf(points, rows)
  const options = { initialization: rowsOf(centroids, k), tolerance: 0, maxIterations: 1_000_000 }
  const iterations = kmeansGenerator(data, k, options)
  return {
    does: 'iteration',
    async work() {
      if (iterations.next().done) throw new Error('it converged')
    },
    release() {},
  }
}
