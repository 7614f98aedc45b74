import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { kmeans, readImage } from 'lloyd'
import { mean, standardDeviation } from 'simple-statistics'
import { withFolder } from '../peers/lloyd-pass.js'
import { runPython } from '../peers/python.js'
import { makeSeedingSets, type SeedingSet } from '../shapes/seeding-sets.js'
import type { NodeSuite, Row } from '../suite.js'

const script = fileURLToPath(new URL('../peers/seeding.py', import.meta.url))
const ITERATIONS = 300
const INITS = ['auto', 'k-means||'] as const
/** Every so many pixels of a photograph is a point. */
const STEP = 25

export const seedingSuite: NodeSuite = {
  title: 'inertia of k-means by seeding',
  notes: [
    `inertia: mean of fits from one start each, until nothing moves or ${ITERATIONS} iterations`,
    'ratio: to the mean of scikit-learn, k-means++ with n_init 1; ± the standard error of the ratio',
    `photographs: every ${STEP}th pixel`,
  ],
  columns: [
    { key: 'points', heading: 'points' },
    { key: 'rows', heading: 'n' },
    { key: 'columns', heading: 'd' },
    { key: 'k', heading: 'k' },
    { key: 'seeds', heading: 'seeds' },
    { key: 'seeding', heading: 'seeding' },
    { key: 'inertia', heading: 'inertia', decimals: 2 },
    { key: 'ratio', heading: 'ratio', decimals: 4 },
    { key: 'error', heading: '±', decimals: 4 },
  ],
  packages: [],

  async run({ engine, images, report, wants }) {
    const table: Row[] = []
    const photographs = await Promise.all(images.map(photographSet))
    await withFolder(async (folder) => {
      for (const set of [...makeSeedingSets(), ...photographs]) {
        const { name, points, k, seeds } = set
        report(`${name}, scikit-learn`)
        const peer = wants('scikit-learn') ? await fitScikitLearn(set, folder) : null
        const add = (seeding: string, inertias: number[]) => {
          const ratio = peer && mean(inertias) / mean(peer)
          const error = peer && ratio! * Math.hypot(relativeError(inertias), relativeError(peer))
          const { rows, columns } = points
          table.push({
            points: name,
            rows,
            columns,
            k,
            seeds,
            seeding,
            inertia: mean(inertias),
            ratio,
            error,
            inertias,
          })
        }
        for (const init of INITS) {
          report(`${name}, ${init}`)
          const inertias: number[] = []
          for (let seed = 0; seed < seeds; seed++) {
            const options = { k, init, seed, maxIterations: ITERATIONS, tolerance: 0 }
            inertias.push((await kmeans(engine, points, options)).inertia)
          }
          add(init, inertias)
        }
        if (peer) add('scikit-learn', peer)
      }
    })
    return table
  },
}

/** The standard error of a mean over the mean. */
const relativeError = (values: number[]) => standardDeviation(values) / Math.sqrt(values.length) / mean(values)

/** Pixels of a photograph as points of red, green and blue. */
async function photographSet(path: string): Promise<SeedingSet> {
  const { data, width, height } = await readImage(path)
  const rows = Math.floor((width * height) / STEP)
  const pixels = Float32Array.from({ length: 3 * rows }, (_, i) => data[4 * STEP * Math.floor(i / 3) + (i % 3)])
  return { name: path.replace(/.*[/\\]/, ''), points: { data: pixels, rows, columns: 3 }, k: 64, seeds: 40 }
}

async function fitScikitLearn({ points: { data, columns }, k, seeds }: SeedingSet, folder: string) {
  const source = join(folder, 'points.raw')
  await writeFile(source, data)
  return await runPython<number[]>(script, [source, columns, k, ITERATIONS, seeds])
}
