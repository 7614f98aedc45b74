/** Implementations of kernels beside their twins: the CPU executor runs them, and the harness holds them to the twins. */
import { createEngine, kmeans } from 'lloyd'
import { afterEach, expect, it, vi } from 'vitest'
import type { Executor } from '../../src/engine/engine.js'
import { implementations } from '../../src/engine/host/implementations.js'
import { KMeansState } from '../../src/kernels/kmeans/kmeans-state.js'
import { packCentroids } from '../../src/kernels/kmeans/pack-centroids.js'
import { allSamples, holdToTwin, runs } from './harness'

const { name } = packCentroids
const of = allSamples.find(({ kernel }) => kernel.name === name)!
const points = Array.from({ length: 300 }, (_, i) => [(Math.imul(i + 1, 2654435761) >>> 24) % 60, i % 7])

/** `pack-centroids` column by column, where its twin goes centroid by centroid; `after` the last, this one is repeated. */
const byColumns =
  (after: (centroidCount: number) => number): typeof packCentroids.twin =>
  ({ centroidCount, columns, groups, chunks }, { centroids, packed, halfNorms, state }) => {
    const norms = new Float64Array(4 * groups)
    for (let column = 0; column < columns; column++) {
      for (let lane = 0; lane < norms.length; lane++) {
        const c = centroids[(lane < centroidCount ? lane : after(centroidCount)) * columns + column]
        packed[column * norms.length + lane] = c
        norms[lane] += c * c
      }
    }
    halfNorms.set(norms.map((norm) => norm / 2))
    state.fill(0, KMeansState.moves, KMeansState.moves + chunks)
  }
const right = byColumns((count) => count - 1)
const wrong = byColumns(() => 0)

afterEach(() => {
  implementations.delete(name)
})

it('the CPU executor runs an implementation, and the twin where there is none or twins names the kernel', async () => {
  const results = []
  const implementation = vi.fn(right)
  for (const { given, twins, calls } of [
    { given: false, twins: [], calls: false },
    { given: true, twins: [], calls: true },
    { given: true, twins: [name], calls: false },
  ]) {
    if (given) implementations.set(name, implementation)
    using engine = await createEngine({ backend: 'cpu', twins })
    const { labels, centroids } = await kmeans(engine, points, { k: 6, seed: 1 })
    results.push({ labels, centroids })
    expect(implementation.mock.calls.length > 0).toBe(calls)
    implementation.mockClear()
  }
  expect(results[1]).toEqual(results[0])
  expect(results[2]).toEqual(results[0])
})

it('the harness runs an implementation, and names where a wrong one differs from the twin', async () => {
  using twinsOnly = await createEngine({ backend: 'cpu' })
  expect(runs(twinsOnly as Executor, of.kernel, {})).toBe(false)
  const hold = async (implementation: typeof right) => {
    implementations.set(name, implementation)
    using engine = await createEngine({ backend: 'cpu' })
    expect(runs(engine as Executor, of.kernel, {})).toBe(true)
    return await holdToTwin(engine as Executor, of, {})
  }
  expect(await hold(right)).toEqual({ ran: 5, failures: [] })
  const { failures } = await hold(wrong)
  expect(failures[0]).toMatch(
    /^pack-centroids, no flags, sample 2 .*, on CPU executor .*: packed\[\d+\] is -?\d+, the twin's is/,
  )
})
