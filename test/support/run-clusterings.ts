import type { Engine, KMeansOptions } from 'lloyd'

/** What is clustered in Deno and in browsers, as JSON takes it there. */
export interface ClusteringCase {
  points: number[][]
  options: KMeansOptions
}

/** What came out, as JSON brings it back. */
export interface ClusteringAnswer {
  centroids: { data: number[]; rows: number; columns: number }
  labels: number[]
  sizes: number[]
  inertia: number
  iterations: number
  converged: boolean
  /** Of `assign` and `distances` for the points and their centroids. */
  again: number[]
  distances: number[]
  /** Labels and centroids after two rounds of two iterations that a host submits. */
  rounds: { labels: number[]; centroids: number[] }
}

/** Does every case with the functions of `lloyd` on an engine, and what is recorded for a host where it has a device. */
export async function runClusterings(
  lloyd: typeof import('lloyd'),
  engine: Engine,
  cases: readonly ClusteringCase[],
): Promise<ClusteringAnswer[]> {
  const { assign, createKMeans, distances, kmeans } = lloyd
  const answers: ClusteringAnswer[] = []
  for (const { points, options } of cases) {
    const { centroids, labels, sizes, ...rest } = await kmeans(engine, points, options)
    const [rows, columns] = [points.length, points[0].length]
    const shape = { rows, columns, k: options.k, iterations: 2, seed: 1 }
    const job = await createKMeans(engine, shape)
    job.prepare({ points: { data: Float32Array.from(points.flat()), rows, columns } })
    for (let round = 0; round < 2; round++) {
      const encoder = engine.device?.createCommandEncoder()
      if (!encoder) job.run()
      else {
        job.record(encoder)
        engine.device!.queue.submit([encoder.finish()])
      }
    }
    answers.push({
      ...rest,
      centroids: { ...centroids, data: [...centroids.data] },
      labels: [...labels],
      sizes: [...sizes],
      again: [...(await assign(engine, points, centroids))],
      distances: [...(await distances(engine, points, centroids)).data],
      rounds: { labels: [...(await job.readLabels())], centroids: [...(await job.readCentroids()).data] },
    })
    job.destroy()
  }
  return answers
}
