import { describe, expect, test } from 'vitest'
import { joinFragments } from '../../../src/color/segments/connect.js'
import { oracleComponents } from '../../oracle/color/segments'
import { seededRandom } from '../../support/datasets'

const random = seededRandom(8)

/** Stripes with spots of noise. */
function labelsOf(width: number, height: number) {
  return Array.from({ length: width * height }, (_, at) =>
    random() < 0.1 ? 9 : Math.floor((at % width) / 7) + Math.floor(at / width / 9),
  )
}

describe('fragments', () => {
  test.each([
    [40, 31, 12],
    [1, 60, 4],
    [60, 1, 4],
    [1, 1, 5],
    [20, 20, 1],
    [20, 20, 1000],
  ])('%i × %i, at least %i pixels: few enough segments, dense and connected', (width, height, least) => {
    const labels = labelsOf(width, height)
    const components = oracleComponents(labels, width, height)
    const joined = Uint32Array.from(components)
    const count = joinFragments(joined, width, least)
    expect([...new Set(joined)]).toEqual([...Array(count).keys()])
    // As many components as segments: each is connected.
    expect(new Set(oracleComponents(joined, width, height)).size).toBe(count)
    const sizes = Array(count).fill(0)
    for (const segment of joined) sizes[segment]++
    expect(Math.min(...sizes.slice(1), Infinity)).toBeGreaterThanOrEqual(least)
    // Components of enough pixels stay whole and apart.
    const large = components.filter((first) => components.filter((other) => other === first).length >= least)
    const segments = large.map((first) => joined[first])
    expect(new Set(segments).size).toBe(new Set(large).size)
  })

  test('join the segment on the left, or above', () => {
    const labels = Uint32Array.of(0, 0, 2, 2, 0, 0, 6, 2, 8, 8, 8, 8)
    expect(joinFragments(labels, 4, 2)).toBe(3)
    expect([...labels]).toEqual([0, 0, 1, 1, 0, 0, 0, 1, 2, 2, 2, 2])
    const column = Uint32Array.of(0, 0, 2, 3, 3)
    expect(joinFragments(column, 1, 2)).toBe(2)
    expect([...column]).toEqual([0, 0, 0, 1, 1])
  })
})
