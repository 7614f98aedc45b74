/** The shapes of the plate in the README: which methods recover their groups. */
import { expect, test } from 'vitest'
import { plotShapes } from '../../bench/plots/shapes'
import { adjustedRandIndex, methods } from '../../bench/shapes/methods'
import { makeShapes } from '../../bench/shapes/shapes'
import { testEngines } from '../support/engines'

const [{ engine }] = await testEngines()
const shapes = makeShapes()

test.each(shapes.slice(0, 3))(
  '$name: density and single linkage recover the groups, k-means does not',
  async (shape) => {
    const indexOf = async (method: string) => adjustedRandIndex(await methods[method](engine, shape), shape.truth!)
    for (const method of ['DBSCAN', 'HDBSCAN', 'single linkage']) expect(await indexOf(method), method).toBe(1)
    expect(await indexOf('k-means')).toBeLessThan(0.5)
  },
)

test('the adjusted Rand index', () => {
  // Hubert and Arabie 1985; scikit-learn's documentation has the second.
  expect(adjustedRandIndex([0, 0, 1, 1], [7, 7, -1, -1])).toBe(1)
  expect(adjustedRandIndex([0, 0, 1, 2], [0, 0, 1, 1])).toBeCloseTo(0.571, 3)
  expect(adjustedRandIndex([0, 1, 0, 1], [0, 0, 1, 1])).toBeCloseTo(-0.5)
  expect(adjustedRandIndex([0, 0, 0], [1, 1, 1])).toBe(1)
})

test('the plate has every point of every panel, in as many colours as there are clusters', () => {
  const [{ name, points, truth }] = shapes
  const svg = plotShapes(
    [{ shape: name, method: 'known', points, labels: truth!, remarks: ['1.00', '3 ms'] }],
    ['points'],
  )
  expect(svg.match(/h0/g)).toHaveLength(points.rows)
  expect(svg.match(/<path/g)).toHaveLength(2)
  for (const text of [name, 'known', '1.00', '3 ms', 'points']) expect(svg).toContain(`>${text}</text>`)
})
