import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as lloyd from 'lloyd'
import { createEngine, describeRegions, type Engine, quantize, segmentImage } from 'lloyd'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { kernelNames } from '../../src/engine/kernel-names.js'
import { expectSameValues } from '../oracle/compare'
import { photographs, readPhotograph } from '../oracle/images'
import { clusteringCases, expectClusterings } from '../support/clustering-cases'
import { conformanceCases, spacesAndDithers } from '../support/conformance-cases'
import { seededRandom } from '../support/datasets'
import { runDeno } from '../support/deno'
import { type ClusteringAnswer, runClusterings, runSimd } from '../support/run-clusterings'
import { trainNetworks } from '../support/train-networks'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)
if (VERIFY) vi.setConfig({ testTimeout: 900_000 })

interface Answer {
  adapter: { description: string }
  images: unknown[]
  segments: unknown[]
  clusterings: ClusteringAnswer[]
  networks: number[][]
  simd?: Awaited<ReturnType<typeof runSimd>>
  /** Names of the dispatched kernels. */
  kernels: string[]
}

// wgpu and Naga: a second implementation of WebGPU and a second WGSL compiler.
describe('Deno', () => {
  let folder: string
  let cpu: Engine
  const kernels = new Set<string>()
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lloyd-deno-'))
    cpu = await createEngine({ backend: 'cpu' })
  })
  afterAll(async () => {
    cpu.destroy()
    await rm(folder, { recursive: true })
  })

  async function ask(request: object): Promise<Answer> {
    const file = join(folder, 'request.json')
    await writeFile(file, JSON.stringify(request))
    const answer = JSON.parse(await runDeno('test/support/deno-conformance.js', file)) as Answer
    expect(answer.adapter.description).not.toBe('')
    for (const name of answer.kernels) kernels.add(name)
    return answer
  }

  test("quantizes photographs to the CPU executor's bytes, with alpha and without", async () => {
    const [width, height] = VERIFY ? [300, 200] : [90, 60]
    const photo = sharp('demo/photos/kingfisher.png').resize(width, height)
    const opaque = new Uint8Array(await photo.ensureAlpha().raw().toBuffer())
    const translucent = opaque.map((value, i) => (i % 4 === 3 ? Math.max(0, 255 - ((i >> 2) % width)) : value))
    const images = []
    const expected = []
    for (const [at, [name, data]] of Object.entries({ opaque, translucent }).entries()) {
      const file = join(folder, name)
      await writeFile(file, data)
      // By turns: kernels.test.ts has every kernel under all flags.
      for (const options of conformanceCases.filter((_, i) => VERIFY || i % 2 === at)) {
        images.push({ file, width, height, options })
        const { palette, indices, mse, oklabMse, iterations } = await quantize(cpu, { data, width, height }, options)
        expected.push({ palette: [...palette], indices: [...indices], mse, oklabMse, iterations })
      }
    }
    expect((await ask({ images })).images).toEqual(expected)
  })

  test.runIf(VERIFY).each(photographs)('$name: the same bytes in every space and dither', async ({ name }) => {
    const { data, width, height } = await readPhotograph(name)
    const file = join(folder, name)
    await writeFile(file, data)
    const images = spacesAndDithers.map((options) => ({ file, width, height, options }))
    const { images: answers } = await ask({ images })
    for (const [at, options] of spacesAndDithers.entries()) {
      const { palette, indices, mse, oklabMse, iterations } = await quantize(cpu, { data, width, height }, options)
      const answer = answers[at] as { palette: number[]; indices: number[] }
      expectSameValues(answer.indices, indices, JSON.stringify(options))
      expect({ ...answer, indices: [] }).toEqual({ palette: [...palette], indices: [], mse, oklabMse, iterations })
    }
  })

  test('quantizes textures, into textures', async () => {
    const [width, height] = [90, 37]
    const images = []
    const expected = []
    const random = seededRandom(4)
    for (const alpha of [false, true]) {
      const data = Uint8Array.from({ length: 4 * width * height }, (_, i) =>
        i % 4 < 3 || alpha ? random() * 256 : 255,
      )
      const file = join(folder, `noise-${alpha}`)
      await writeFile(file, data)
      for (const colors of [7, 300]) {
        const options = { colors, maxIterations: 2 }
        images.push({ file, width, height, options, texture: true })
        const { palette, indices, mse, oklabMse, iterations } = await quantize(cpu, { data, width, height }, options)
        expected.push({ palette: [...palette], indices: [...indices], mse, oklabMse, iterations })
      }
    }
    expect((await ask({ images })).images).toEqual(expected)
  })

  test("segments a photograph to the CPU executor's regions", async () => {
    const [width, height] = [90, 70]
    const photo = sharp('demo/photos/kingfisher.png').resize(width, height)
    const data = new Uint8Array(await photo.ensureAlpha().raw().toBuffer())
    const file = join(folder, 'segments')
    await writeFile(file, data)
    const segments = [{ k: 6, minArea: 3 }, { segments: 40 }].map((options) => ({ file, width, height, options }))
    const expected = []
    for (const { options } of segments) {
      const { labels, regions } = await segmentImage(cpu, { data, width, height }, options)
      expected.push({ labels: [...labels], regions: describeRegions(regions) })
    }
    expect((await ask({ segments })).segments).toEqual(expected)
  })

  test('clusters points as the CPU executor does, with every kind of seeding, and to the known answers', async () => {
    const { clusterings, simd } = await ask({ clusterings: clusteringCases, simd: true })
    expectClusterings(clusterings, await runClusterings(lloyd, cpu, clusteringCases))
    const description = expect.stringContaining('with SIMD')
    expect(simd, 'the CPU executor in Deno').toEqual({ ...(await runSimd(lloyd)), description })
  })

  test('trains networks as the CPU executor does', async () => {
    const { networks } = await ask({ networks: true })
    const expected = await trainNetworks(lloyd, cpu)
    expect(networks.length).toBe(expected.length)
    for (const [i, numbers] of expected.entries()) {
      const distance = Math.hypot(...numbers.map((value, j) => value - networks[i][j]))
      expect(distance / Math.hypot(...numbers), `case ${i}`).toBeLessThan(1e-4)
    }
  })

  test('has by then run every shader of a device', async () => {
    // Devices read float16; only the CPU executor converts it before.
    expect(kernelNames.filter((name) => !kernels.has(name))).toEqual(['unpack-halves'])
  })
})
