import { agglomerative, dbscan, type Engine, hdbscan, type Matrix } from 'lloyd'
import { type DensityPeer, startDensityPeer } from '../peers/density.js'
import { withFolder } from '../peers/lloyd-pass.js'
import { seededRandom } from '../shapes/shapes.js'
import { type NodeSuite, type Row, summarize } from '../suite.js'

/** Mean number of points within epsilon. */
const NEIGHBORS = 20
const MIN_POINTS = 10
const MIN_CLUSTER_SIZE = 20
const GROUPS = 20
/** Milliseconds beyond which a library runs once, without a run that does not count. */
const LONG = 5000

interface Peer {
  library: string
  call(points: Matrix): string
  most: number
}

interface Work {
  method: string
  columns: number
  counts: readonly number[]
  /** Of groups, or uniform. */
  isGrouped?: boolean
  peers: readonly Peer[]
  run(engine: Engine, points: Matrix): Promise<{ clusters?: number }>
}

const dbscanOf = (columns: number, counts: readonly number[]): Work => ({
  method: 'dbscan',
  columns,
  counts,
  peers: [
    {
      library: 'scikit-learn',
      call: (points) => `dbscan ${epsilonOf(points)} ${MIN_POINTS}`,
      most: 1e6,
    },
  ],
  run: (engine, points) => dbscan(engine, points, { epsilon: epsilonOf(points), minPoints: MIN_POINTS }),
})

const hdbscanOf = (columns: number, counts: readonly number[], isGrouped = false): Work => ({
  method: isGrouped ? 'hdbscan, groups' : 'hdbscan',
  columns,
  counts,
  isGrouped,
  peers: ['scikit-learn', 'hdbscan', 'fast_hdbscan'].map((library) => ({
    library,
    call: () => `${library} ${MIN_CLUSTER_SIZE}`,
    most: 1e5,
  })),
  run: (engine, points) => hdbscan(engine, points, { minClusterSize: MIN_CLUSTER_SIZE }),
})

const linkageOf = (linkage: 'single' | 'ward' | 'average'): Work => ({
  method: linkage,
  columns: 8,
  counts: [1e3, 1e4],
  peers: [{ library: 'fastcluster', call: () => linkage, most: 1e4 }],
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
  hdbscanOf(2, [1e5], true),
  hdbscanOf(3, [1e5], true),
  hdbscanOf(16, [2e4], true),
  linkageOf('single'),
  linkageOf('ward'),
  linkageOf('average'),
]

export const densitySuite: NodeSuite = {
  withoutImages: true,
  title: 'clusters by density and hierarchies over the number of points, uniform in a cube',
  notes: [
    `dbscan: about ${NEIGHBORS} points within epsilon, minPoints ${MIN_POINTS}; hdbscan: clusters of at least ${MIN_CLUSTER_SIZE} points`,
    `groups: ${GROUPS} normal ones of deviation 1, their means uniform in a cube of side 10`,
    'ms: warm median, from a float32 array to the result, of runs in turns; others by their own clock, on one thread, but ' +
      'hdbscan and fast_hdbscan on all cores',
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
          const points = work.isGrouped ? groupedPoints(rows, work.columns) : uniformPoints(rows, work.columns)
          const peers = work.peers.filter(({ library, most }) => rows <= most && wants(library))
          const python = peers.length > 0 ? await startDensityPeer(points, folder) : null
          try {
            table.push(...(await timeInTurns({ engine, repeats, wants }, { ...work, peers }, points, python)))
          } finally {
            python?.close()
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
  python: DensityPeer | null,
): Promise<Row[]> {
  const { rows, columns } = points
  const { method } = work
  const own = timer(async () => {
    const start = performance.now()
    const { clusters = null } = await work.run(engine, points)
    return { milliseconds: performance.now() - start, clusters }
  }, 1)
  const library = `lloyd (${engine.backend})`
  const others = work.peers.map((peer) => ({
    library: peer.library,
    timer: timer(() => python?.run(peer.call(points)) ?? null, 0),
  }))
  for (let run = 0; run <= repeats; run++) {
    if (wants(library)) await own.turn()
    for (const other of others) await other.timer.turn()
  }
  const lines: Row[] = []
  for (const other of [{ library, timer: own }, ...others]) {
    const { samples, clusters, package: of = other.library } = other.timer.result()
    if (samples.length === 0) {
      if (other.timer !== own && python) lines.push({ method, columns, library: of, rows, remark: 'not installed' })
      continue
    }
    const { median, deviation } = summarize(samples)
    const line: Row = { method, columns, library: of, rows, milliseconds: median, deviation, samples }
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
  package?: string
}

/** Times runs of work until one of them, of which the first `least` never counts, was long. */
function timer(work: () => Promise<Run | null> | null, least: 0 | 1) {
  const times: number[] = []
  let last: Run | null = null
  return {
    async turn() {
      if (times.slice(least).some((time) => time > LONG)) return
      const run = await work()
      if (!run) return
      last = run
      times.push(run.milliseconds)
    },
    result: () => ({
      samples: times.length > 1 ? times.slice(1) : times,
      clusters: last?.clusters ?? null,
      package: last?.package,
    }),
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

function groupedPoints(rows: number, columns: number): Matrix {
  const random = seededRandom(rows)
  const means = Float32Array.from({ length: GROUPS * columns }, () => 10 * random())
  const data = new Float32Array(columns * rows)
  for (let at = 0; at < data.length; at++) {
    const mean = means[(Math.floor(at / columns) % GROUPS) * columns + (at % columns)]
    data[at] = mean + Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  }
  return { data, rows, columns }
}
