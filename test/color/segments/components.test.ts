import { beforeAll, expect, test } from 'vitest'
import { connectByKernels, connectedComponents } from '../../../src/color/segments/components.js'
import type { Executor } from '../../../src/engine/engine.js'
import { oracleComponents } from '../../oracle/color/segments'
import { expectSameValues } from '../../oracle/compare'
import { seededRandom } from '../../support/datasets'
import { enginesFor, type TestEngine, testEngines, withSmallBuffers } from '../../support/engines'

let engines: TestEngine[]
beforeAll(async () => {
  engines = await testEngines()
})

/** Square turns inwards of a line of 1, one pixel from the next. */
function spiral(width: number, height: number): Uint32Array<ArrayBuffer> {
  const labels = new Uint32Array(width * height)
  let [left, top, right, bottom] = [0, 0, width - 1, height - 1]
  let from = 0
  while (left <= right && top <= bottom) {
    for (let x = from; x <= right; x++) labels[top * width + x] = 1
    for (let y = top; y <= bottom; y++) labels[y * width + right] = 1
    for (let x = left; x <= right; x++) labels[bottom * width + x] = 1
    for (let y = top + 2; y <= bottom; y++) labels[y * width + left] = 1
    from = left
    ;[left, top, right, bottom] = [left + 2, top + 2, right - 2, bottom - 2]
  }
  return labels
}

const random = seededRandom(5)
const by = (width: number, height: number, label: (x: number, y: number) => number) => ({
  width,
  height,
  labels: Uint32Array.from({ length: width * height }, (_, at) => label(at % width, Math.floor(at / width))),
})

const images = {
  'one pixel': by(1, 1, () => 3),
  'one row': by(300, 1, (x) => (x * x) % 3),
  'one column': by(1, 300, (_, y) => (y * y) % 3),
  'one label': by(150, 140, () => 2 ** 32 - 1),
  'a checkerboard': by(131, 70, (x, y) => (x + y) % 2),
  'a comb open above': by(129, 131, (x, y) => (y === 130 || x % 2 ? 1 : 0)),
  'a comb open below': by(129, 131, (x, y) => (y === 0 || x % 2 ? 1 : 0)),
  'a comb open on the left': by(129, 131, (x, y) => (x === 128 || y % 2 ? 1 : 0)),
  diagonals: by(100, 130, (x, y) => (x + y) >> 1),
  'a spiral': { width: 140, height: 139, labels: spiral(140, 139) },
  'noise of two labels': by(100, 140, () => Math.floor(2 * random())),
  'noise near the threshold of percolation': by(100, 140, () => Number(random() < 0.593)),
  'large labels': by(40, 70, () => 2 ** 31 + Math.floor(3 * random())),
}

test.each(Object.entries(images))('%s: what filling gives', async (name, { labels, width, height }) => {
  const expected = oracleComponents(labels, width, height)
  expectSameValues(await connectedComponents(engines[0].engine as Executor, labels, width, height), expected, name)
  for (const { engine } of enginesFor(name, engines)) {
    expectSameValues(await connectByKernels(engine as Executor, labels, width, height), expected, name)
  }
})

test.each([
  // Bands of 16 384 pixels: of rows, and parts of a row.
  by(200, 300, (x, y) => (x % 7 === 0 || y % 97 === 50 ? 1 : 0)),
  by(16385, 3, (x, y) => (y === 1 ? Number(x % 5000 === 0) : Number(x % 16384 === 0))),
  by(40000, 2, (x) => Math.floor(x / 16384)),
  by(1, 40000, (_, y) => Number(y === 20000)),
  { width: 200, height: 199, labels: spiral(200, 199) },
])('in bands, $width × $height', async ({ labels, width, height }) => {
  const { engine } = engines[0]
  const found = await withSmallBuffers(engine, 65536, () => connectByKernels(engine as Executor, labels, width, height))
  expectSameValues(found, oracleComponents(labels, width, height), 'components')
})

test('stops when aborted, and leaves no memory', async () => {
  const { labels, width, height } = images['a spiral']
  for (const { engine } of engines) {
    const executor = engine as Executor
    const { allocatedBytes } = executor
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(connectedComponents(executor, labels, width, height, { signal })).rejects.toThrow('enough')
    await expect(connectByKernels(executor, labels, width, height, signal)).rejects.toThrow('enough')
    expect(executor.allocatedBytes).toBe(allocatedBytes)
  }
})
