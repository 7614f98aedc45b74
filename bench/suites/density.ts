import { agglomerative, dbscan, type Engine, hdbscan, type Matrix } from 'lloyd'
import { type DensityPeer, startDensityPeer } from '../peers/density.js'
import { withFolder } from '../peers/lloyd-pass.js'
import { seededRandom } from '../shapes/shapes.js'
import { type NodeSuite, type Row, summarize } from '../suite.js'

/** Mean number of points within epsilon. */
const NEIGHBORS = 20
const MIN_POINTS = 10
const MIN_CLUSTER_SIZE = 20
/** Milliseconds beyond which a library runs once, without a run that does not count. */
const LONG = 5000

interface Work {
  method: string
  columns: number
  counts: readonly number[]
  peer: { library: string; call(points: Matrix): string; most: number }
  run(engine: Engine, points: Matrix): Promise<{ clusters?: number }>
}

const dbscanOf = (columns: number, counts: readonly number[]): Work => ({
  method: 'dbscan',
  columns,
  counts,
  peer: {
    library: 'scikit-learn',
    call: (points) => `dbscan ${epsilonOf(points)} ${MIN_POINTS}`,
    most: 1e6,
  },
  run: (engine, points) => dbscan(engine, points, { epsilon: epsilonOf(points), minPoints: MIN_POINTS }),
})

const hdbscanOf = (columns: number, counts: readonly number[]): Work => ({
  method: 'hdbscan',
  columns,
  counts,
  peer: { library: 'scikit-learn', call: () => `hdbscan ${MIN_CLUSTER_SIZE}`, most: 1e5 },
  run: (engine, points) => hdbscan(engine, points, { minClusterSize: MIN_CLUSTER_SIZE }),
})

const linkageOf = (linkage: 'single' | 'ward' | 'average'): Work => ({
  method: linkage,
  columns: 8,
  counts: [1e3, 1e4],
  peer: { library: 'fastcluster', call: () => linkage, most: 1e4 },
  async run(engine, points) {
    await agglomerative(engine, points, { linkage })
    return {}
  },
})

const works: readonly Work[] = [
  dbscanOf(2, [1e3, 3e3, 1e4, 3e4, 1e5, 2e5, 1e6]),
  dbscanOf(3, [1e3, 1e4, 1e5, 1e6]),
  hdbscanOf(2, [1e3, 1e4, 1e5, 2e5]),
  hdbscanOf(3, [1e4, 1e5]),
  hdbscanOf(16, [5e3, 2e4]),
  linkageOf('single'),
  linkageOf('ward'),
  linkageOf('average'),
]

export const densitySuite: NodeSuite = {
  withoutImages: true,
  title: 'clusters by density and hierarchies over the number of points, uniform in a cube',
  notes: [
    `dbscan: about ${NEIGHBORS} points within epsilon, minPoints ${MIN_POINTS}; hdbscan: clusters of at least ${MIN_CLUSTER_SIZE} points`,
    'ms: warm median, from a float32 array to the result, of runs in turns; others on one thread, by their own clock',
    `µs: the same for each point; ratio: medians, other / lloyd; of what takes more than ${LONG / 1000} s, one run`,
  ],
  columns: [
    { key: 'method', heading: 'method' },
    { key: 'columns', heading: 'columns' },
    { key: 'library', heading: 'library' },
    { key: 'rows', heading: 'points' },
    { key: 'milliseconds', heading: 'ms', decimals: 1 },
    { key: 'deviation', heading: '± MAD', decimals: 1 },
    { key: 'perPoint', heading: 'µs', decimals: 2 },
    { key: 'ratio', heading: 'ratio', decimals: 2 },
    { key: 'clusters', heading: 'clusters' },
    { key: 'remark', heading: 'remark' },
  ],
  packages: [],

  async run({ engine, repeats, report, wants }) {
    const table: Row[] = []
    await withFolder(async (folder) => {
      for (const work of works) {
        for (const rows of work.counts) {
          report(`${work.method}, ${rows} × ${work.columns}`)
          const points = uniformPoints(rows, work.columns)
          const peer =
            rows <= work.peer.most && wants(work.peer.library) ? await startDensityPeer(points, folder) : null
          try {
            table.push(...(await timeInTurns({ engine, repeats, wants }, work, points, peer)))
          } finally {
            peer?.close()
          }
        }
      }
    })
    return table
  },
}

interface Contest {
  engine: Engine
  repeats: number
  wants(library: string): boolean
}

/** Runs both by turns. The first run of each warms it up; that of a peer counts if it is long. */
async function timeInTurns(
  { engine, repeats, wants }: Contest,
  work: Work,
  points: Matrix,
  peer: DensityPeer | null,
): Promise<Row[]> {
  const { rows, columns } = points
  const own = timer(async () => {
    const start = performance.now()
    const { clusters = null } = await work.run(engine, points)
    return { milliseconds: performance.now() - start, clusters }
  }, 1)
  const other = timer(() => peer?.run(work.peer.call(points)) ?? null, 0)
  const library = `lloyd (${engine.backend})`
  for (let run = 0; run <= repeats; run++) {
    if (wants(library)) await own.turn()
    if (peer) await other.turn()
  }
  const lines: Row[] = []
  for (const [of, { samples, clusters }] of [
    [library, own.result()] as const,
    [work.peer.library, other.result()] as const,
  ]) {
    if (samples.length === 0) {
      if (of !== library && peer)
        lines.push({ method: work.method, columns, library: of, rows, remark: 'not installed' })
      continue
    }
    const { median, deviation } = summarize(samples)
    const line: Row = { method: work.method, columns, library: of, rows, milliseconds: median, deviation, samples }
    line.perPoint = (1000 * median) / rows
    const [first] = lines
    if (first) line.ratio = median / Number(first.milliseconds)
    lines.push({ ...line, clusters })
  }
  return lines
}

interface Run {
  milliseconds: number
  clusters: number | null
}

/** Times runs of work until one of them, of which the first `least` never counts, was long. */
function timer(work: () => Promise<Run | null> | null, least: 0 | 1) {
  const times: number[] = []
  let clusters: number | null = null
  return {
    async turn() {
      if (times.slice(least).some((time) => time > LONG)) return
      const run = await work()
      if (!run) return
      clusters = run.clusters
      times.push(run.milliseconds)
    },
    result: () => ({ samples: times.length > 1 ? times.slice(1) : times, clusters }),
  }
}

/** The distance within which a point of a square or a cube has NEIGHBORS, on average. */
function epsilonOf({ rows, columns }: Matrix): number {
  return columns === 2 ? Math.sqrt(NEIGHBORS / (Math.PI * rows)) : Math.cbrt((3 * NEIGHBORS) / (4 * Math.PI * rows))
}

function uniformPoints(rows: number, columns: number): Matrix {
  const random = seededRandom(rows)
  const data = new Float32Array(columns * rows)
  for (let at = 0; at < data.length; at++) data[at] = random()
  return { data, rows, columns }
}
