import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Engine, gaussianMixture, kmedoids, type Matrix, silhouette, simplifiedSilhouette } from 'lloyd'
import { withFolder } from '../peers/lloyd-pass.js'
import { runPython } from '../peers/python.js'
import { seededRandom } from '../shapes/shapes.js'
import { measure, type NodeSuite, type Row, summarize } from '../suite.js'

const script = fileURLToPath(new URL('../peers/mixtures.py', import.meta.url))
const COLUMNS = 8
const GROUPS = 16
const ITERATIONS = 5
const SAMPLE = 500
/** Milliseconds of a run beyond which it is the only one; shorter ones, of fewer points, have warmed it up. */
const LONG = 1000

interface Work {
  method: string
  counts: readonly number[]
  /** Most points for scikit-learn; 0 where it has no such method. */
  peer: number
  run(engine: Engine, points: Matrix, labels: Uint32Array): Promise<unknown>
}

const mixture = (covariance: 'full' | 'diagonal'): Work => ({
  method: `mixture, ${covariance}`,
  counts: [1e3, 1e4, 1e5, 1e6],
  peer: 1e5,
  run(engine, points) {
    const init = { data: points.data.subarray(0, GROUPS * COLUMNS), rows: GROUPS, columns: COLUMNS }
    // Small enough that no run ends sooner.
    const limits = { maxIterations: ITERATIONS, tolerance: 1e-12 }
    return gaussianMixture(engine, points, { components: GROUPS, covariance, init, ...limits })
  },
})

const works: readonly Work[] = [
  mixture('full'),
  mixture('diagonal'),
  {
    method: 'medoids',
    counts: [1e3, 3e3, 1e4, 2e4],
    peer: 0,
    run: (engine, points) => kmedoids(engine, points, { k: GROUPS }),
  },
  {
    method: `medoids of ${SAMPLE} sampled`,
    counts: [1e3, 1e4, 1e5, 3e5],
    peer: 0,
    run: (engine, points) => kmedoids(engine, points, { k: GROUPS, sampleSize: SAMPLE }),
  },
  { method: 'silhouette', counts: [1e3, 3e3, 1e4, 3e4, 1e5], peer: 1e4, run: silhouette },
  { method: 'simplified silhouette', counts: [1e3, 1e4, 1e5, 1e6], peer: 0, run: simplifiedSilhouette },
]

export const mixturesSuite: NodeSuite = {
  withoutImages: true,
  title: `mixtures, medoids and silhouettes over the number of points, ${GROUPS} groups in ${COLUMNS} columns`,
  notes: [
    `mixture: ${ITERATIONS} iterations from given means; medoids: from the start by BUILD until no swap improves`,
    'ms: warm median, from a float32 array to the result; scikit-learn on one thread, by its own clock',
    `µs: the same for each point; of what takes more than ${LONG / 1000} s, one run`,
  ],
  columns: [
    { key: 'method', heading: 'method' },
    { key: 'library', heading: 'library' },
    { key: 'rows', heading: 'points' },
    { key: 'milliseconds', heading: 'ms', decimals: 1 },
    { key: 'deviation', heading: '± MAD', decimals: 1 },
    { key: 'perPoint', heading: 'µs', decimals: 2 },
    { key: 'remark', heading: 'remark' },
  ],
  packages: [],

  async run({ engine, repeats, report, wants }) {
    const library = `lloyd (${engine.backend})`
    const table: Row[] = []
    const add = (method: string, rows: number, of: string, samples: number[]) => {
      const { median, deviation } = summarize(samples)
      const perPoint = (1000 * median) / rows
      table.push({ method, library: of, rows, milliseconds: median, deviation, samples, perPoint })
    }
    await withFolder(async (folder) => {
      for (const { method, counts, peer, run } of works) {
        for (const rows of counts) {
          report(`${method}, ${rows} points`)
          const points = groupedPoints(rows)
          const labels = Uint32Array.from({ length: rows }, (_, row) => row % GROUPS)
          const work = () => run(engine, points, labels)
          if (wants(library)) add(method, rows, library, await timeRuns(repeats, work))
          if (rows > peer || !wants('scikit-learn')) continue
          const samples = await timeScikitLearn(method, points, repeats, folder)
          if (samples) add(method, rows, 'scikit-learn', samples)
          else table.push({ method, library: 'scikit-learn', rows, remark: 'not installed' })
        }
      }
    })
    return table
  },
}

async function timeRuns(repeats: number, work: () => Promise<unknown>): Promise<number[]> {
  const start = performance.now()
  await work()
  const first = performance.now() - start
  return first > LONG ? [first] : (await measure(repeats, work)).samples
}

/** Overlapping groups; row i is of group i % GROUPS. */
function groupedPoints(rows: number): Matrix {
  const random = seededRandom(rows)
  const centers = Array.from({ length: GROUPS * COLUMNS }, () => 4 * random())
  const size = GROUPS * COLUMNS
  const data = new Float32Array(rows * COLUMNS)
  for (let i = 0; i < data.length; i++) data[i] = centers[i % size] + random() + random() + random() - random()
  return { data, rows, columns: COLUMNS }
}

/** Milliseconds of each run of scikit-learn (`LLOYD_PYTHON`, else python3); null where it is not installed. */
async function timeScikitLearn(method: string, { data, columns }: Matrix, repeats: number, folder: string) {
  const source = join(folder, 'points.raw')
  await writeFile(source, data)
  return await runPython<number[]>(script, [method, source, columns, GROUPS, ITERATIONS, repeats])
}
