/**
 * Images beyond what stays on the device at once: cut into chunks that are brought there again for every pass.
 * `npm run verify` (LLOYD_VERIFY) quantizes 120 megapixels and watches the memory of the process.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type QuantizeOptions, quantize } from 'lloyd'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { RESIDENT_PIXELS } from '../../src/color/image/pixels.js'
import { executorOf } from '../../src/engine/engine.js'
import { noiseImage, spriteImage } from '../oracle/images'
import type { OracleImage } from '../oracle/quantize'
import { dist } from '../support/cli'
import { type TestEngine, testEngines } from '../support/engines'
import { textureOf } from '../support/textures'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)
if (VERIFY) vi.setConfig({ testTimeout: 900_000 })

let engines: TestEngine[] = []
beforeAll(async () => {
  engines = await testEngines()
  // SwiftShader takes ten times as long to show the same.
  if (!VERIFY) engines.splice(2)
})

/** `image`, `side` times beside and below itself. */
function tile({ data, width, height }: OracleImage, side: number): OracleImage {
  const words = new Uint32Array(data.slice().buffer)
  const tiled = new Uint32Array(words.length * side * side)
  const row = new Uint32Array(width * side)
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < side; i++) row.set(words.subarray(y * width, (y + 1) * width), i * width)
    for (let i = 0; i < side; i++) tiled.set(row, (i * height + y) * row.length)
  }
  return { data: new Uint8Array(tiled.buffer), width: width * side, height: height * side }
}

/** Counts times a power of two: not a bit of what is computed changes but for exponents. */
const SIDE = 128

describe('an image of 17 megapixels, of one tile', () => {
  const cases: [string, OracleImage, QuantizeOptions][] = [
    ['opaque', noiseImage(33, 33, 1, 25), { colors: 16, maxIterations: 5 }],
    ['with alpha', spriteImage(33, 33, 2), { colors: 9, maxIterations: 2 }],
  ]
  test.each(VERIFY ? cases : cases.slice(1))(
    '%s: is quantized as the tile, with few pixels on the device at a time',
    async (_, image, options) => {
      const large = tile(image, SIDE)
      expect(large.width * large.height).toBeGreaterThan(RESIDENT_PIXELS)
      for (const { name, engine } of engines) {
        const { indices, width, ...rest } = await quantize(engine, large, options)
        const small = await quantize(engine, image, options)
        expect({ ...rest, height: 33, indices: 0, width: 33 }, name).toEqual({ ...small, indices: 0 })
        let wrong = 0
        for (let i = 0; i < indices.length; i++) {
          const [x, y] = [i % width, Math.floor(i / width)]
          wrong += Number(indices[i] !== small.indices[(y % 33) * 33 + (x % 33)])
        }
        expect(wrong, `${name}: wrong indices`).toBe(0)
      }
    },
  )

  test('never more than two chunks are on their way', async () => {
    const [{ engine }] = engines.filter(({ engine }) => engine.device)
    const executor = executorOf(engine)
    let held = 0
    let written = 0
    const { write, done, readInto } = executor
    vi.spyOn(executor, 'write').mockImplementation((buffer, data, offset) => {
      if (data.byteLength > 2 ** 20) held = Math.max(held, ++written)
      write.call(executor, buffer, data, offset)
    })
    vi.spyOn(executor, 'done').mockImplementation(async () => {
      const before = written
      await done.call(executor)
      written -= before
    })
    vi.spyOn(executor, 'readInto').mockImplementation(async (...range) => {
      await readInto.call(executor, ...range)
      written = 0
    })
    const large = tile(noiseImage(33, 33, 1, 25), SIDE)
    await quantize(engine, large, { colors: 16, maxIterations: 1 })
    vi.restoreAllMocks()
    expect(held).toBeGreaterThan(0)
    expect(held).toBeLessThanOrEqual(2)
  })

  test.runIf(VERIFY)('a texture of that size gives the same', async () => {
    for (const { name, engine } of engines) {
      const { device } = engine
      if (!device) continue
      const image = noiseImage(33, 33, 3, 25)
      const texture = textureOf(device, tile(image, SIDE), 'bgra8unorm')
      const { palette, mse } = await quantize(engine, texture, { colors: 16, maxIterations: 3 })
      const small = await quantize(engine, image, { colors: 16, maxIterations: 3 })
      expect({ palette, mse }, name).toEqual({ palette: small.palette, mse: small.mse })
      texture.destroy()
    }
  })
})

test('more pixels than are counted exactly are refused, with the limit', async () => {
  const data = new Uint8Array(4)
  for (const { engine } of engines) {
    const refusal = quantize(engine, { data, width: 65536, height: 32768 }, { colors: 4 })
    await expect(refusal).rejects.toMatchObject({ code: 'InputError' })
    await expect(refusal).rejects.toThrow(/2147483648 pixels.*2147483647/)
  }
})

describe.runIf(VERIFY)('120 megapixels', () => {
  const cases = [
    { colors: 256 },
    { colors: 256, dither: 'blue-noise' },
    { colors: 256, dither: 'floyd-steinberg' },
    { colors: 1000, alpha: true },
  ]
  for (const backend of ['cpu', 'webgpu']) {
    test.each(cases)(
      `on ${backend}, %o: at most twice the bytes of the image, with the image itself`,
      async (options) => {
        expect(existsSync(join(dist, 'node.js')), 'npm run build').toBe(true)
        const script = new URL('../support/large-image.js', import.meta.url).pathname
        const args = ['--expose-gc', script, JSON.stringify({ backend, width: 12000, height: 10000, ...options })]
        const { stdout } = await promisify(execFile)(process.execPath, args)
        const { uniqueColors, peak } = JSON.parse(stdout)
        expect(uniqueColors).toBeGreaterThan(500_000)
        expect(peak, 'peak above the start, in images').toBeLessThan(2)
      },
    )
  }
})
