import {
  assign,
  conv2d,
  convTranspose2d,
  createAutoencoder,
  createEngine,
  type Engine,
  exportTuning,
  importTuning,
  kmeans,
  type Tuning,
  tuneKMeans,
  tuneMultiply,
} from 'lloyd'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { candidateTiles, shapeClass } from '../../src/clustering/kmeans/tiles.js'
import { candidateTiles as productCandidates } from '../../src/linear/product-tiles.js'
import { tuneForWork } from '../../src/linear/tune.js'
import { CONVOLUTION_PARTS, convolutionClass } from '../../src/network/layers/convolution-tiles.js'
import { tuneConvolution } from '../../src/network/layers/tune-convolution.js'
import { fillMatrix, integerFrom, seededRandom } from '../support/datasets'
import { startEngines, type TestEngine } from '../support/engines'

let engines: TestEngine[]
beforeAll(async () => {
  engines = await startEngines()
})
afterAll(() => {
  for (const { engine } of engines) engine.destroy()
})

/** Forces a tile for a shape. */
function force(engine: Engine, columns: number, k: number, tile: Tuning['tiles'][string]): void {
  importTuning(engine, { ...exportTuning(engine), tiles: { [shapeClass(columns, k).key]: tile } })
}

describe('tuneKMeans', () => {
  test('measures a tile for the class of a shape, which travels as JSON to another engine on the same adapter', async () => {
    const engine = await createEngine({ backend: 'webgpu' })
    await tuneKMeans(engine, { columns: 20, k: 30 })
    const tuning: Tuning = JSON.parse(JSON.stringify(exportTuning(engine)))
    const { key } = shapeClass(20, 30)
    expect(Object.keys(tuning.tiles)).toEqual([key])
    expect(shapeClass(32, 32).key).toBe(key)
    expect(candidateTiles(engine as never, 32, 32)).toContainEqual(tuning.tiles[key])
    const other = await createEngine({ backend: 'webgpu' })
    importTuning(other, tuning)
    expect(exportTuning(other)).toEqual(tuning)
    engine.destroy()
    other.destroy()
  })

  test('leaves nothing allocated, and the CPU executor as it is', async () => {
    for (const { engine } of engines) {
      await tuneKMeans(engine, { columns: 3, k: 5 })
      expect((engine as unknown as { allocatedBytes: number }).allocatedBytes).toBe(0)
      expect(Object.keys(exportTuning(engine).tiles)).toHaveLength(engine.backend === 'cpu' ? 0 : 1)
    }
  })

  test('happens by itself where a pass takes as long as tuning', async () => {
    const engine = await createEngine({ backend: 'webgpu' })
    const random = seededRandom(3)
    const few = fillMatrix(1000, 64, random)
    await kmeans(engine, few, { k: 8, maxIterations: 1, init: 'random' })
    expect(exportTuning(engine).tiles).toEqual({})
    const { tuneForRows } = await import('../../src/clustering/kmeans/tune.js')
    await tuneForRows(engine as never, 2 ** 21, 64, 64)
    expect(Object.keys(exportTuning(engine).tiles)).toEqual([shapeClass(64, 64).key])
    engine.destroy()
  })

  test.each([
    [{ columns: 0, k: 1 }, 'columns must be an integer from 1 to 4096'],
    [{ columns: 2, k: 70_000 }, 'k must be an integer from 1 to 65536'],
  ])('refuses %j', async (shape, message) => {
    await expect(tuneKMeans(engines[0].engine, shape)).rejects.toThrow(message)
  })
})

describe('tuneMultiply', () => {
  test('measures a tile for the class of a product, of either kind, and leaves nothing allocated', async () => {
    const [cpu, { engine: own }] = engines
    const engine = await createEngine({ backend: 'webgpu' })
    const shape = { rows: 20, depth: 33, columns: 16 }
    await tuneMultiply(engine, shape)
    expect(Object.keys(exportTuning(engine).tiles)).toEqual(['matrix-product, 32 × 64 × 16'])
    await tuneMultiply(engine, { ...shape, transposeB: true })
    expect(Object.keys(exportTuning(engine).tiles)[1]).toBe('matrix-product by elements, 32 × 64 × 16')
    for (const tile of Object.values(exportTuning(engine).tiles)) {
      expect(productCandidates(own as never, shape)).toContainEqual(tile)
    }
    expect((engine as unknown as { allocatedBytes: number }).allocatedBytes).toBe(0)
    engine.destroy()
    await tuneMultiply(cpu.engine, shape)
    expect(exportTuning(cpu.engine).tiles).toEqual({})
    await expect(tuneMultiply(own, { ...shape, depth: 0 })).rejects.toThrow('depth must be an integer from 1 to')
  })

  test('tiles of convolutions are measured for long training, and change no gradient', async () => {
    const engine = await createEngine({ backend: 'webgpu' })
    const options = { inputs: [6, 5, 3], encoder: [conv2d(6, { stride: 2 }), convTranspose2d(5)], seed: 2 } as const
    const random = seededRandom(8)
    const points = fillMatrix(9, 90, random)
    const gradientsOf = async (engine: Engine) => {
      const network = await createAutoencoder(engine, options)
      const { gradients } = await network.gradients(points)
      network.destroy()
      return Object.values(gradients).flatMap(({ data }) => [...data])
    }
    const expected = await gradientsOf(engines[0].engine)
    const compare = async () => {
      const actual = await gradientsOf(engine)
      const distance = Math.hypot(...actual.map((value, i) => value - expected[i]))
      expect(distance / Math.hypot(...expected)).toBeLessThan(1e-4)
    }
    const shape = { small: [3, 3, 6], large: [6, 5, 3], size: 3, stride: 2, top: 0, left: 1 } as const
    await tuneConvolution(engine as never, shape, 32, 100)
    expect(exportTuning(engine).tiles).toEqual({})
    await tuneConvolution(engine as never, shape, 32, 2 ** 25)
    const keys = CONVOLUTION_PARTS.map((part) => convolutionClass(shape, part))
    expect(Object.keys(exportTuning(engine).tiles)).toEqual(keys)
    expect((engine as unknown as { allocatedBytes: number }).allocatedBytes).toBe(0)
    await compare()
    for (const tile of [
      { pixels: 1, channels: 1, workgroup: 1 },
      { pixels: 3, channels: 5, workgroup: 7 },
      { pixels: 8, channels: 8, workgroup: 64 },
    ]) {
      importTuning(engine, { ...exportTuning(engine), tiles: Object.fromEntries(keys.map((key) => [key, tile])) })
      await compare()
    }
    engine.destroy()
  })

  test('happens by itself where products are work enough', async () => {
    const engine = await createEngine({ backend: 'webgpu' })
    const shape = { rows: 64, depth: 8, columns: 8 }
    await tuneForWork(engine as never, shape, true, 2 ** 20)
    expect(exportTuning(engine).tiles).toEqual({})
    await tuneForWork(engine as never, shape, true, 2 ** 26)
    expect(Object.keys(exportTuning(engine).tiles)).toEqual(['matrix-product, 64 × 8 × 8'])
    engine.destroy()
  })
})

describe('importTuning', () => {
  test('refuses a tuning of another adapter, and what is none', () => {
    const { engine } = engines[1]
    const tuning = exportTuning(engine)
    const other = { ...tuning, adapter: { ...tuning.adapter, description: 'another adapter' } }
    expect(() => importTuning(engine, other)).toThrow("the tuning is for the description 'another adapter'")
    expect(() => importTuning(engine, {} as Tuning)).toThrow('this is not a tuning by lloyd')
    expect(() => importTuning(engine, { ...tuning, tiles: { x: { points: 0.5 } } })).toThrow('must hold integers')
  })

  test('a forced tile that is out of range is refused where it is used', async () => {
    const { engine } = engines[1]
    force(engine, 2, 2, { points: 0, groups: 1, uniform: 0, subgroups: 0, workgroup: 64 })
    const points = { data: new Float32Array(8), rows: 4, columns: 2 }
    await expect(kmeans(engine, points, { k: 2 })).rejects.toThrow(/points of the tile of .* from 1 to 32, got 0/)
    force(engine, 2, 2, { points: 4, groups: 1, uniform: 0, subgroups: 0, workgroup: 64 })
    await expect(kmeans(engine, points, { k: 2 })).resolves.toMatchObject({ inertia: 0 })
  })

  test('no tile changes a label or a sum', async () => {
    const random = seededRandom(11)
    for (const [columns, k] of [
      [3, 37],
      [17, 37],
      [20, 37],
    ]) {
      const points = fillMatrix(777, columns, () => integerFrom(random, 0, 99))
      const init = fillMatrix(k, columns, () => integerFrom(random, 0, 99))
      const options = { k, init, maxIterations: 1, emptyClusters: 'keep' } as const
      const [cpu, ...gpus] = engines
      const expected = await kmeans(cpu.engine, points, options)
      const forced = [
        { points: 1, groups: 1, uniform: 1, subgroups: 0, workgroup: 1 },
        { points: 3, groups: 3, uniform: 0, subgroups: 0, workgroup: 7 },
        { points: 5, groups: 2, uniform: 1, subgroups: 0, workgroup: 128 },
        { points: 1, groups: 2, uniform: 1, subgroups: 1, workgroup: 64 },
        { points: 3, groups: 1, uniform: 0, subgroups: 1, workgroup: 1 },
      ]
      for (const { engine } of gpus) {
        const tiles = [...candidateTiles(engine as never, columns, k).filter((tile) => tile.points < 16), ...forced]
        for (const tile of tiles) {
          force(engine, columns, k, tile)
          const { labels, centroids } = await kmeans(engine, points, options)
          expect(centroids).toEqual(expected.centroids)
          expect(labels).toEqual(await assign(cpu.engine, points, centroids))
        }
      }
    }
  })
})
