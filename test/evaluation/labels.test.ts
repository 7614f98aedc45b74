import { expect, test } from 'vitest'
import { readLabels } from '../../src/evaluation/labels.js'

test('numbers labels in the order of what they stand for', () => {
  const read = { codes: Uint32Array.of(2, 0, 1, 2), count: 3, values: [-1, 4, 7], sizes: Uint32Array.of(1, 1, 2) }
  for (const labels of [[7, -1, 4, 7], Int32Array.of(7, -1, 4, 7), Float64Array.of(7, -1, 4, 7)]) {
    expect(readLabels(labels)).toEqual(read)
  }
  expect(readLabels(Uint32Array.of(2 ** 32 - 1, 2 ** 31)).values).toEqual([2 ** 31, 2 ** 32 - 1])
  expect(readLabels([-0, 0])).toMatchObject({ count: 1, values: [0] })
})

test('labels far apart are read like others', () => {
  const read = readLabels([2 ** 40, -(2 ** 40), 0, 2 ** 40])
  expect(read).toMatchObject({ codes: Uint32Array.of(2, 0, 1, 2), count: 3, sizes: Uint32Array.of(1, 1, 2) })
  expect(read.values).toEqual([-(2 ** 40), 0, 2 ** 40])
})

test('strings, and both together, where they are allowed', () => {
  const read = readLabels(['b', 10, 'a', 9, '9', 'b'], { strings: true })
  expect(read.values).toEqual([9, 10, '9', 'a', 'b'])
  expect(read.codes).toEqual(Uint32Array.of(4, 1, 3, 0, 2, 4))
  expect(read.sizes).toEqual(Uint32Array.of(1, 1, 1, 1, 2))
})

test.each([
  [[0, 1.5], /^labels must be integers, got 1.5 in row 1$/],
  [[Number.NaN], /got NaN in row 0$/],
  [[0, 'a'], /^labels must be integers, got 'a' in row 1$/],
  [new Array(2), /got undefined in row 0$/],
  [[2 ** 53], /got 9007199254740992 in row 0$/],
  [[], /^labels are empty/],
  ['abc', /^labels must be an array of integers, got 'abc'$/],
  [null, /got null$/],
  [{ data: [1] }, /got { data }$/],
])('refuses %o', (labels, message) => {
  expect(() => readLabels(labels as number[])).toThrow(message)
})

test('names what the labels are, and how many there must be', () => {
  expect(() => readLabels([1], { name: 'truth', rows: 3 })).toThrow('got 1 truth for 3 points; give one for each')
  expect(() => readLabels([1], { name: 'truth', rows: 3, of: 'labels' })).toThrow('got 1 truth for 3 labels')
  expect(() => readLabels([{} as never], { strings: true })).toThrow(
    'labels must be integers or strings, got {} in row 0',
  )
})
