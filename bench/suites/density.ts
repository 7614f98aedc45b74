import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { dbscan, hdbscan, type Matrix } from 'lloyd'
import { withFolder } from '../peers/lloyd-pass.js'
import { pythonCommand } from '../peers/python.js'
import { seededRandom } from '../shapes/shapes.js'
import { measure, type NodeSuite, type Row, summarize } from '../suite.js'

const script = fileURLToPath(new URL('../peers/dbscan.py', import.meta.url))
const COUNTS = [1e3, 3e3, 1e4, 3e4, 1e5, 2e5, 1e6]
/** Most points for HDBSCAN. */
const MOST = 2e5
/** Mean number of points within epsilon. */
const NEIGHBORS = 20
const MIN_POINTS = 10

export const densitySuite: NodeSuite = {
  withoutImages: true,
  title: `clusters by density over the number of points, uniform in a square`,
  notes: [
    `dbscan: about ${NEIGHBORS} points within epsilon, minPoints ${MIN_POINTS}; hdbscan: clusters of at least 20 points`,
    'ms: warm median, from a float32 array to labels; scikit-learn on one thread, by its own clock',
    'µs: the same for each point',
  ],
  columns: [
    { key: 'method', heading: 'method' },
    { key: 'library', heading: 'library' },
    { key: 'rows', heading: 'points' },
    { key: 'milliseconds', heading: 'ms', decimals: 1 },
    { key: 'deviation', heading: '± MAD', decimals: 1 },
    { key: 'perPoint', heading: 'µs', decimals: 2 },
    { key: 'clusters', heading: 'clusters' },
    { key: 'remark', heading: 'remark' },
  ],
  packages: [],

  async run({ engine, repeats, report, wants }) {
    const library = `lloyd (${engine.backend})`
    const table: Row[] = []
    const add = (method: string, rows: number, of: string, samples: number[], clusters: number) => {
      const { median, deviation } = summarize(samples)
      const perPoint = (1000 * median) / rows
      table.push({ method, library: of, rows, milliseconds: median, deviation, samples, perPoint, clusters })
    }
    await withFolder(async (folder) => {
      for (const rows of COUNTS) {
        report(`${rows} points`)
        const points = uniformPoints(rows)
        const epsilon = Math.sqrt(NEIGHBORS / (Math.PI * rows))
        const options = { epsilon, minPoints: MIN_POINTS }
        if (wants(library)) {
          const { clusters } = await dbscan(engine, points, options)
          add(
            'dbscan',
            rows,
            library,
            (await measure(repeats, () => dbscan(engine, points, options))).samples,
            clusters,
          )
        }
        if (wants('scikit-learn')) {
          const peer = await timeScikitLearn(points, epsilon, rows > MOST ? 1 : repeats, folder)
          if (peer) add('dbscan', rows, 'scikit-learn', peer.samples, peer.clusters)
          else table.push({ method: 'dbscan', library: 'scikit-learn', rows, remark: 'not installed' })
        }
        if (rows > MOST || !wants(library)) continue
        const size = { minClusterSize: 20 }
        const { clusters } = await hdbscan(engine, points, size)
        add('hdbscan', rows, library, (await measure(repeats, () => hdbscan(engine, points, size))).samples, clusters)
      }
    })
    return table
  },
}

function uniformPoints(rows: number): Matrix {
  const random = seededRandom(rows)
  return { data: Float32Array.from({ length: 2 * rows }, () => random()), rows, columns: 2 }
}

/** What scikit-learn takes (`LLOYD_PYTHON`, else python3); null where it is not installed. */
async function timeScikitLearn({ data, columns }: Matrix, epsilon: number, repeats: number, folder: string) {
  const source = join(folder, 'points.raw')
  await writeFile(source, data)
  const parameters = [script, source, columns, epsilon, MIN_POINTS, repeats].map(String)
  try {
    const { stdout } = await promisify(execFile)(pythonCommand(), parameters)
    return JSON.parse(stdout) as { samples: number[]; clusters: number }
  } catch (error) {
    if (/ENOENT|ModuleNotFoundError/.test(String(error))) return null
    throw error
  }
}
