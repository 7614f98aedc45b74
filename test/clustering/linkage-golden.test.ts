/** Hierarchies against SciPy: test/golden/make-linkage.py. */
import { readFileSync } from 'node:fs'
import { type AgglomerativeOptions, agglomerative, cutTree, standardize } from 'lloyd'
import { expect, test } from 'vitest'
import { readDataset } from '../support/datasets'
import { enginesFor, testEngines } from '../support/engines'

interface Golden extends Required<Pick<AgglomerativeOptions, 'linkage' | 'metric'>> {
  table: 'iris' | 'wine' | 'digits'
  /** Their sum, and every sixteenth part of them in ascending order. */
  heights?: { sum: number; parts: number[] }
  /** A letter for each row, by the number of clusters. */
  cuts: Record<string, string>
}

const golden: Golden[] = JSON.parse(readFileSync(new URL('../golden/linkage.json', import.meta.url), 'utf8'))
const engines = await testEngines()

for (const { table, metric, linkage, heights, cuts } of golden) {
  test.runIf(process.env.LLOYD_VERIFY || table !== 'digits')(`${table}, ${linkage}, ${metric}`, async () => {
    const { points: given } = readDataset(table)
    const points = table === 'wine' ? standardize(given).points : given
    for (const { engine, name } of enginesFor(table + linkage + metric, engines)) {
      const { merges } = await agglomerative(engine, points, { linkage, metric })
      for (const [clusters, letters] of Object.entries(cuts)) {
        const labels = [...cutTree(merges, { clusters: Number(clusters) })]
        expect(labels.map((label) => String.fromCharCode(97 + label)).join(''), name).toBe(letters)
      }
      if (!heights) continue
      const found = merges.data.filter((_, at) => at % 4 === 2).sort()
      const last = found[found.length - 1]
      expect(found.reduce((sum, height) => sum + height) / heights.sum, name).toBeCloseTo(1, 5)
      for (const [part, height] of heights.parts.entries()) {
        const place = Math.floor((part * (found.length - 1)) / 16)
        expect(Math.abs(found[place] - height), `${name}: ${place}`).toBeLessThan(1e-5 * last)
      }
    }
  })
}
