/**
 * HDBSCAN against scikit-learn: test/golden/make-hdbscan.py. The shapes are not part of this repository: LLOYD_SHAPES names
 * the folder that holds fcps/ and sipu/ of the suite.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, gunzipSync } from 'node:zlib'
import { hdbscan, type Matrix, standardize } from 'lloyd'
import { expect, test } from 'vitest'
import { matrixOf, readDataset } from '../../support/datasets'
import { enginesFor, testEngines } from '../../support/engines'

interface Golden {
  table: string
  metric: 'euclidean' | 'manhattan'
  minClusterSize: number
  minSamples: number
  selection: 'eom' | 'leaf'
  epsilon: number
  condensed: number
  sizes: number[]
  labels: number
  probabilities: { sum: number; parts: number[] }
}

/** The cases of a file by their tables. */
function readGolden(name: string): [table: string, cases: Golden[]][] {
  const all: Golden[] = JSON.parse(readFileSync(new URL(`../../golden/${name}`, import.meta.url), 'utf8'))
  return [...new Set(all.map(({ table }) => table))].map((name) => [name, all.filter(({ table }) => table === name)])
}

const VERIFY = Boolean(process.env.LLOYD_VERIFY)
const folder = process.env.LLOYD_SHAPES
const engines = await testEngines()

function readTable(name: string): Matrix {
  const [table, isMoved] = name.split(', ')
  const { points } = readDataset(table as 'iris' | 'wine' | 'digits')
  if (table === 'wine') return standardize(points).points as Matrix
  if (!isMoved) return points
  const { columns } = points
  const data = points.data.map((value, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns]
    return value + ((row * 7919 + column * 104729) % 1000) / 20000
  })
  return { ...points, data }
}

function readShape(name: string): Matrix {
  const suite = ['fcps', 'sipu'].find((each) => readdirSync(join(folder!, each)).includes(`${name}.data.gz`))
  const text = gunzipSync(readFileSync(join(folder!, suite!, `${name}.data.gz`))).toString('utf8')
  return matrixOf(
    text
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number)),
  )
}

async function expectGolden(points: Matrix, { table, ...golden }: Golden): Promise<void> {
  const { condensed, sizes, labels, probabilities, ...options } = golden
  const what = `${table} ${JSON.stringify(options)}`
  for (const { engine, name } of enginesFor(what, engines)) {
    const found = await hdbscan(engine, points, options)
    const counts = new Array(found.clusters).fill(0)
    for (const label of found.labels) if (label >= 0) counts[label]++
    expect(counts, `${what} on ${name}`).toEqual(sizes)
    expect(crc32(new Uint8Array(found.labels.buffer)), `${what} on ${name}`).toBe(labels)
    expect(found.condensed.stability.length, `${what} on ${name}`).toBe(condensed)
    const sum = found.probabilities.reduce((sum, each) => sum + each, 0)
    expect(Math.abs(sum - probabilities.sum), `${what} on ${name}`).toBeLessThan(1e-4 * points.rows)
    for (const [part, expected] of probabilities.parts.entries()) {
      const row = Math.floor((part * (points.rows - 1)) / 16)
      expect(found.probabilities[row], `${what} on ${name}, row ${row}`).toBeCloseTo(expected, 4)
    }
  }
}

const tables = readGolden('hdbscan.json').filter(([name]) => VERIFY || !name.startsWith('digits'))
test.each(tables)('%s', async (name, cases) => {
  const points = readTable(name)
  for (const each of cases) await expectGolden(points, each)
})

test.runIf(folder).each(readGolden('hdbscan-shapes.json'))('%s', { timeout: 300_000 }, async (name, cases) => {
  const points = readShape(name)
  for (const each of cases) await expectGolden(points, each)
})
