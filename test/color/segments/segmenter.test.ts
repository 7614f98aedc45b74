import { createSegmenter, segmentImage } from 'lloyd'
import { beforeAll, expect, test } from 'vitest'
import { toPixels } from '../../../src/color/image/image.js'
import { PixelStore } from '../../../src/color/image/pixels.js'
import { Reporter } from '../../../src/color/reporter.js'
import { superpixelGrid } from '../../../src/color/segments/superpixel-grid.js'
import { assignPixels, createSuperpixels } from '../../../src/color/segments/superpixels.js'
import { BufferScope, executorOf } from '../../../src/engine/engine.js'
import { expectSameValues } from '../../oracle/compare'
import { drawImage, seededRandom } from '../../oracle/images'
import { type TestEngine, testEngines } from '../../support/engines'
import { COPY_DST, COPY_SRC, textureOf } from '../../support/textures'

let engines: TestEngine[]
beforeAll(async () => {
  engines = await testEngines()
})

const SIZE = { width: 60, height: 44 }
const SETTINGS = { ...SIZE, segments: 20, compactness: 12 }

/** A disc that moves to the right by two pixels a frame, in noise that changes. */
function frameOf(time: number) {
  const random = seededRandom(time)
  return drawImage(SIZE.width, SIZE.height, (x, y) => {
    const noise = random() * 24
    return Math.hypot(x - 25 - 2 * time, y - 21) < 7 ? [210 + noise, 60, noise] : [40 + noise, 90 + y, 160]
  })
}

test('frames go on from the last, in the same bytes on every engine, and a disc keeps its superpixel', async () => {
  const all = []
  for (const { engine } of engines) {
    using segmenter = await createSegmenter(engine, SETTINGS)
    expect(segmenter.superpixels).toBe(20)
    const frames = []
    for (let time = 0; time < 4; time++) frames.push(await segmenter.segment(frameOf(time)))
    all.push(frames)
  }
  const [frames, ...others] = all
  for (const other of others) expect(other).toEqual(frames)
  const { superpixels: _, ...first } = frames[0]
  expect(first).toEqual(await segmentImage(engines[0].engine, frameOf(0), { segments: 20, compactness: 12 }))
  const discs = frames.map(({ labels, superpixels }, time) => superpixels[labels[21 * SIZE.width + 25 + 2 * time]])
  expect(new Set(discs).size).toBe(1)
  // With as few iterations, from the grid, it would be another result.
  const anew = await segmentImage(engines[0].engine, frameOf(3), { segments: 20, compactness: 12, iterations: 2 })
  expect(frames[3].labels).not.toEqual(anew.labels)
})

test('reset begins anew, and so does the frame after one that was aborted', async () => {
  const { engine } = engines[0]
  using segmenter = await createSegmenter(engine, SETTINGS)
  const first = await segmenter.segment(frameOf(1))
  const second = await segmenter.segment(frameOf(1))
  expect(second.labels).not.toEqual(first.labels)
  segmenter.reset()
  expect(await segmenter.segment(frameOf(1))).toEqual(first)
  const controller = new AbortController()
  const aborted = segmenter.segment(frameOf(2), { signal: controller.signal })
  const next = segmenter.segment(frameOf(1))
  controller.abort(new Error('enough'))
  await expect(aborted).rejects.toThrow('enough')
  expect(await next).toEqual(first)
})

/** The superpixels of frames, before fragments are joined. */
async function superpixelsOf(times: readonly number[]) {
  const executor = executorOf(engines[0].engine)
  const scope = new BufferScope(executor)
  try {
    const grid = superpixelGrid(SIZE.width, SIZE.height, SETTINGS.segments, SETTINGS.compactness)
    const superpixels = await createSuperpixels(executor, scope, grid, false)
    const found = []
    for (const [at, time] of times.entries()) {
      const { data } = frameOf(time)
      const pixels = await toPixels(executor, new PixelStore(scope), { ...SIZE, data: Uint8Array.from(data) })
      const how = { iterations: at ? 2 : 10, goesOn: at > 0 }
      await assignPixels({ executor, reporter: new Reporter(executor) }, pixels, superpixels, how)
      found.push(new Uint32Array(await executor.read(superpixels.buffers.labels)))
    }
    return found
  } finally {
    scope.release()
  }
}

test("recorded into the caller's encoder, frames are the CPU's superpixels", async () => {
  const expected = await superpixelsOf([0, 1, 2])
  for (const { engine, name } of engines.slice(1)) {
    const device = engine.device!
    using segmenter = await createSegmenter(engine, SETTINGS)
    const bytes = 4 * SIZE.width * SIZE.height
    const labels = device.createBuffer({ size: bytes, usage: 0x80 | 0x4 }) // STORAGE, COPY_SRC
    const read = device.createBuffer({ size: 3 * bytes, usage: 0x1 | 0x8 }) // MAP_READ, COPY_DST
    const texture = textureOf(device, frameOf(0), 'rgba8unorm', COPY_SRC | COPY_DST)
    await segmenter.prepare({ texture, labels })
    for (let time = 0; time < 3; time++) {
      const data = Uint8Array.from(frameOf(time).data)
      device.queue.writeTexture({ texture }, data, { bytesPerRow: 4 * SIZE.width }, [SIZE.width, SIZE.height])
      const encoder = device.createCommandEncoder()
      segmenter.record(encoder)
      encoder.copyBufferToBuffer(labels, 0, read, time * bytes, bytes)
      device.queue.submit([encoder.finish()])
    }
    await read.mapAsync(1)
    const found = new Uint32Array(read.getMappedRange().slice(0))
    for (let time = 0; time < 3; time++) {
      const part = found.subarray((time * bytes) / 4, ((time + 1) * bytes) / 4)
      expectSameValues(part, [...expected[time]], `${name}, frame ${time}`)
    }
    for (const each of [labels, read, texture]) each.destroy()
  }
})

test('refuses frames and bindings that do not fit, and frees its memory', async () => {
  const [{ engine: cpu }, { engine }] = engines
  const image = frameOf(0)
  const { allocatedBytes } = executorOf(engine)
  const segmenter = await createSegmenter(engine, SETTINGS)
  const small = drawImage(9, 9, () => [1, 2, 3])
  await expect(segmenter.segment(small)).rejects.toThrow('the frame is 9 × 9; this segmenter takes 60 × 44')
  const faint = drawImage(60, 44, () => [1, 2, 3, 200])
  await expect(segmenter.segment(faint)).rejects.toThrow('make a segmenter with alpha: true')
  expect(() => segmenter.record(null as never)).toThrow('call prepare({ texture, labels }) first')
  const device = engine.device!
  const texture = textureOf(device, small, 'rgba8unorm', COPY_SRC | COPY_DST)
  const labels = device.createBuffer({ size: 16, usage: 0x80 })
  await expect(segmenter.prepare({ texture, labels })).rejects.toThrow('the texture is 9 × 9')
  const fitting = textureOf(device, image, 'rgba8unorm', COPY_SRC | COPY_DST)
  await expect(segmenter.prepare({ texture: fitting, labels })).rejects.toThrow('labels need 10560 bytes')
  segmenter.destroy()
  await expect(segmenter.segment(image)).rejects.toThrow('the segmenter was destroyed')
  expect(executorOf(engine).allocatedBytes).toBe(allocatedBytes)
  for (const each of [labels, texture, fitting]) each.destroy()
  using translucent = await createSegmenter(cpu, { ...SETTINGS, alpha: true })
  const options = { segments: 20, compactness: 12 }
  expect((await translucent.segment(faint)).labels).toEqual((await segmentImage(cpu, faint, options)).labels)
  await expect(translucent.prepare({ texture: fitting, labels })).rejects.toThrow('the CPU executor records nothing')
})
