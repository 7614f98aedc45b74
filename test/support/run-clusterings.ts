import type { Engine, KMeansOptions } from 'lloyd'

/** The cases of clustering for Deno and browsers, as JSON. */
export interface ClusteringCase {
  points: number[][]
  options: KMeansOptions
  /** Whether the points are clustered by density and by hierarchies as well. */
  density?: boolean
  /** Whether lists of centroids are used, though the points are few. */
  pruned?: boolean
  /** Whether bounds are used, on any executor. */
  bounded?: boolean
}

/** The results, as JSON. */
export interface ClusteringAnswer {
  centroids: { data: number[]; rows: number; columns: number }
  labels: number[]
  sizes: number[]
  inertia: number
  iterations: number
  converged: boolean
  /** Results of `assign` and `distances` for the points and their centroids. */
  again: number[]
  distances: number[]
  /** Labels and centroids after two rounds of two iterations that a host submits. */
  rounds: { labels: number[]; centroids: number[] }
  /** Labels of `dbscan`, `hdbscan`, six clusters of `agglomerative` and `kmedoids`, and mixtures, where they were asked for. */
  density?: number[][]
  /** Indices of four clusters, and numbers of clusters, where densities were asked for. */
  indices?: number[]
}

/** Runs every case with the functions of `lloyd` on an engine, and records dispatches if it has a device. */
export async function runClusterings(
  lloyd: typeof import('lloyd'),
  engine: Engine,
  cases: readonly ClusteringCase[],
): Promise<ClusteringAnswer[]> {
  const { assign, createKMeans, distances, kmeans } = lloyd
  lloyd.loadHalfPrecision()
  lloyd.loadPruning()
  const answers: ClusteringAnswer[] = []
  for (const { points, options, density, pruned, bounded } of cases) {
    const pruning = pruned
      ? { work: 1, percent: 1000, bounds: bounded ? 1 : 0 }
      : { work: 2 ** 31, percent: 0, bounds: 0 }
    lloyd.importTuning(engine, { ...lloyd.exportTuning(engine), tiles: { pruning } })
    const { centroids, labels, sizes, ...rest } = await kmeans(engine, points, options)
    const [rows, columns] = [points.length, points[0].length]
    const shape = { rows, columns, k: options.k, iterations: 2, seed: 1 }
    const job = await createKMeans(engine, shape)
    // Up to four columns pass through a texture, if there are textures.
    const texture = engine.device && columns <= 4 && rows <= 8192 ? texelsOf(engine.device, points) : null
    job.prepare({ points: texture ?? { data: Float32Array.from(points.flat()), rows, columns } })
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
      ...(density && {
        density: await groupsOf(lloyd, engine, points),
        indices: await indicesOf(lloyd, engine, points),
      }),
    })
    job.destroy()
    texture?.destroy()
  }
  return answers
}

/** Labels of points by density and by hierarchies, and of others by the same clusters. */
async function groupsOf(lloyd: typeof import('lloyd'), engine: Engine, points: number[][]): Promise<number[][]> {
  const dense = await lloyd.dbscan(engine, points, { epsilon: 2, minPoints: 8 })
  const tree = await lloyd.hdbscan(engine, points, { minClusterSize: 20 })
  const groups: ArrayLike<number>[] = [dense.labels, tree.labels]
  for (const options of [{}, { linkage: 'average' }, { connectivity: { neighbors: 9 } }] as const) {
    groups.push(lloyd.cutTree((await lloyd.agglomerative(engine, points, options)).merges, { clusters: 6 }))
  }
  // Whole numbers, whose sums no device rounds.
  groups.push((await lloyd.kmedoids(engine, points, { k: 6, metric: 'manhattan' })).labels)
  for (const covariance of ['full', 'diagonal'] as const) {
    const fit = { components: 6, init: points.slice(0, 6), covariance, maxIterations: 2 }
    groups.push((await lloyd.gaussianMixture(engine, points, fit)).labels)
    const many = points.map((point, row) =>
      Array.from({ length: 15 }, (_, j) => point[j % 3] + ((row * (j + 3) * 7) % 11)),
    )
    groups.push((await lloyd.gaussianMixture(engine, many, { ...fit, init: many.slice(0, 6) })).labels)
  }
  // Few points in many columns, which are all compared.
  const wide = points.slice(0, 300).map((point) => [...point, ...point])
  groups.push((await lloyd.hdbscan(engine, wide, { minClusterSize: 10 })).labels)
  const others = points.slice(0, 100).map((point) => point.map((value) => value + 1))
  const byTree = { training: points, clustering: tree, minSamples: 20 }
  groups.push(await lloyd.predictDbscan(engine, others, { training: points, clustering: dense, epsilon: 2 }))
  groups.push((await lloyd.predictHdbscan(engine, others, byTree)).labels)
  return groups.map((labels) => Array.from(labels))
}

/** Internal indices of clusters of points, and the numbers of clusters that are chosen. */
async function indicesOf(lloyd: typeof import('lloyd'), engine: Engine, points: number[][]): Promise<number[]> {
  const labels = points.map((_, row) => row % 4)
  const indices: number[] = []
  for (const metric of ['euclidean', 'manhattan', 'cosine'] as const) {
    const { mean, values } = await lloyd.silhouette(engine, points, labels, { metric })
    indices.push(mean, ...values)
  }
  indices.push(await lloyd.dunn(engine, points, labels))
  // Few points, none of them equal, in their six groups.
  const few = points
    .slice(0, 120)
    .map((point, row) => point.map((value, column) => value + ((row * (column + 7)) % 31) / 32))
  const groups = few.map((_, row) => row % 6)
  indices.push(await lloyd.dbcv(engine, few, groups), await lloyd.hopkins(engine, few, { samples: 12, seed: 1 }))
  // Six groups: neither five nor six clusters have two optima of about the same sum.
  const counts = { from: 5, to: 6, references: 2, restarts: 1 }
  const { k, standardError, logW } = await lloyd.gap(engine, points, counts)
  const { choices, curves } = await lloyd.chooseClusters(engine, points, { ...counts, init: 'maximin' })
  indices.push(k, ...standardError, ...logW, ...Object.values(choices).map(Number), ...curves.silhouette!.map(Number))
  return indices
}

/** A texture with one texel per point. */
function texelsOf(device: GPUDevice, points: number[][]): GPUTexture {
  const size = [points.length, 1]
  const texture = device.createTexture({ format: 'rgba32float', size, usage: 0x1 | 0x2 }) // COPY_SRC, COPY_DST
  const texels = Float32Array.from(points.flatMap((point) => [0, 1, 2, 3].map((column) => point[column] ?? 0)))
  device.queue.writeTexture({ texture }, texels, { bytesPerRow: 16 * points.length }, size)
  return texture
}

/** The results of the CPU executor with SIMD in any runtime, as JSON. */
export async function runSimd(lloyd: typeof import('lloyd')) {
  await lloyd.loadSimd()
  const engine = await lloyd.createEngine({ backend: 'cpu' })
  const random = (_: unknown, i: number) => (Math.imul(i + 1, 2654435761) >>> 8) / 2 ** 24
  try {
    const points = { data: Float32Array.from({ length: 3000 }, random), rows: 600, columns: 5 }
    const { labels, inertia } = await lloyd.kmeans(engine, points, { k: 12, maxIterations: 4, init: 'random' })
    const pixels = Uint8ClampedArray.from({ length: 4800 }, (_, i) => (i % 4 === 3 ? 255 : 256 * random(_, i)))
    const { palette, indices } = await lloyd.quantize(engine, { data: pixels, width: 40, height: 30 }, { colors: 9 })
    const { description } = engine.adapter
    return { description, labels: [...labels], inertia, palette: [...palette], indices: [...indices] }
  } finally {
    engine.destroy()
  }
}
