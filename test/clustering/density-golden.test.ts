/** DBSCAN against scikit-learn, and the heights of HDBSCAN's hierarchy against SciPy: test/golden/make-density.py. */
import { readFileSync } from 'node:fs'
import { dbscan, hdbscan, standardize } from 'lloyd'
import { expect, test } from 'vitest'
import { readDataset } from '../support/datasets'
import { enginesFor, testEngines } from '../support/engines'

interface Golden {
  table: 'iris' | 'wine' | 'digits'
  metric: 'euclidean' | 'manhattan' | 'cosine'
  epsilon: number
  minPoints: number
  labels: string
  heights: { sum: number; parts: number[] }
}

const golden: Golden[] = JSON.parse(readFileSync(new URL('../golden/density.json', import.meta.url), 'utf8'))
const engines = await testEngines()

for (const { table, metric, epsilon, minPoints, labels, heights } of golden) {
  test.runIf(process.env.LLOYD_VERIFY || table !== 'digits')(`${table}, ${metric}`, async () => {
    const { points: given } = readDataset(table)
    const points = table === 'wine' ? standardize(given).points : given
    for (const { engine, name } of enginesFor(table + metric, engines)) {
      const found = await dbscan(engine, points, { metric, epsilon, minPoints })
      const cores = new Set(found.corePoints)
      const letters = [...found.labels].map((label, row) =>
        label < 0 ? '.' : String.fromCharCode((cores.has(row) ? 65 : 97) + label),
      )
      expect(letters.join(''), name).toBe(labels)

      const { merges } = await hdbscan(engine, points, { metric, minSamples: minPoints })
      const distances = merges.data.filter((_, at) => at % 4 === 2)
      const near = (value: number) => expect.closeTo(value, -Math.log10(2e-5 * value))
      expect(
        distances.reduce((sum, height) => sum + height),
        name,
      ).toEqual(near(heights.sum))
      const parts = heights.parts.map((_, part) => distances[Math.floor((part * (distances.length - 1)) / 16)])
      expect(parts, name).toEqual(heights.parts.map(near))
    }
  })
}
