/**
 * Internal indices of the true groups of 21 shapes, against scikit-learn and SciPy: test/golden/make-evaluation.py. The shapes
 * are not part of this repository: LLOYD_SHAPES names the folder that holds fcps/ and sipu/ of the suite.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import * as lloyd from 'lloyd'
import { expect, test } from 'vitest'
import { matrixOf } from '../support/datasets'
import { testEngines } from '../support/engines'

const folder = process.env.LLOYD_SHAPES
const golden: Record<string, Record<string, number>> = JSON.parse(
  readFileSync(new URL('../golden/evaluation-shapes.json', import.meta.url), 'utf8'),
)
/** Shapes that are measured on a GPU as well. */
const ON_GPU = ['atom', 'compound', 'unbalance']

function readNumbers(name: string, ending: string): number[][] {
  const suite = ['fcps', 'sipu'].find((each) => readdirSync(join(folder!, each)).includes(`${name}.${ending}.gz`))
  const text = gunzipSync(readFileSync(join(folder!, suite!, `${name}.${ending}.gz`))).toString('utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
}

test.runIf(folder).each(Object.keys(golden))('%s', { timeout: 900_000 }, async (name) => {
  const points = matrixOf(readNumbers(name, 'data'))
  const labels = readNumbers(name, 'labels0').flat()
  const engines = await testEngines()
  for (const { engine, name: where } of engines.slice(0, ON_GPU.includes(name) ? 2 : 1)) {
    for (const [index, value] of Object.entries(golden[name])) {
      const found = await measure(engine, index, points, labels)
      // The mean of silhouettes of both signs is no more exact than they are.
      const scale = index in SILHOUETTES ? Math.max(Math.abs(value), 0.01) : Math.abs(value)
      expect(Math.abs(found - value) / scale, `${index} on ${where}: ${found}, not ${value}`).toBeLessThan(1e-5)
    }
  }
})

const SILHOUETTES: Record<string, typeof lloyd.silhouette> = {
  euclidean: lloyd.silhouette,
  manhattan: (engine, points, labels) => lloyd.silhouette(engine, points, labels, { metric: 'manhattan' }),
  cosine: (engine, points, labels) => lloyd.silhouette(engine, points, labels, { metric: 'cosine' }),
  simplified: lloyd.simplifiedSilhouette,
}
const { calinskiHarabasz, daviesBouldin, dbcv, dunn, withinClusterSumOfSquares } = lloyd
const NUMBERS = { calinskiHarabasz, daviesBouldin, dbcv, dunn, withinClusterSumOfSquares }

async function measure(engine: lloyd.Engine, index: string, points: lloyd.Matrix, labels: number[]): Promise<number> {
  if (index in SILHOUETTES) return (await SILHOUETTES[index](engine, points, labels)).mean
  return await NUMBERS[index as keyof typeof NUMBERS](engine, points, labels)
}
