import { expect, test } from 'vitest'
import { connectedParts, fillRuns, findRuns, joinRuns } from '../../../src/color/segments/runs.js'
import { numbered, oracleComponents } from '../../oracle/color/segments'
import { expectSameValues } from '../../oracle/compare'
import { seededRandom } from '../../support/datasets'

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

test.each(Object.entries(images))('%s: the parts that filling gives', async (name, { labels, width, height }) => {
  const runs = await findRuns(labels, { width, height })
  const { runs: parts, count } = await connectedParts(runs)
  const found = new Uint32Array(labels.length)
  fillRuns(runs, found)
  expectSameValues(found, [...labels], 'labels')
  fillRuns(parts, found)
  const expected = numbered(oracleComponents(labels, width, height))
  expectSameValues(found, expected, name)
  expect(count).toBe(Math.max(...expected) + 1)
  // Of three parts one remains, in as few runs as there can be.
  const joined = joinRuns(
    parts,
    Uint32Array.from({ length: count }, (_, part) => part % 3),
  )
  fillRuns(joined, found)
  expectSameValues(
    found,
    expected.map((part) => part % 3),
    'joined',
  )
  expect(joined).toEqual(await findRuns(found, { width, height }))
})

test('stops when aborted', async () => {
  const { labels, width, height } = images['a spiral']
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(findRuns(labels, { width, height }, signal)).rejects.toThrow('enough')
  await expect(connectedParts(await findRuns(labels, { width, height }), signal)).rejects.toThrow('enough')
})
