import { describe, expect, test } from 'vitest'
import { golden, readPhotograph } from './images'
import {
  colorTable,
  coordinatesOf,
  meanSquaredError,
  nearest,
  quantizeOracle,
  rounded,
  spaces,
  wuSeeds,
} from './quantize'
import { momentsOf, wuBoxes } from './wu'

/** The oracles agree with results of other programs. */
describe('the oracle against the golden figures', () => {
  for (const name of ['color_chart', 'shopping_bags', ...(process.env.LLOYD_VERIFY ? ['astronaut'] : [])]) {
    test(name, async () => {
      const image = await readPhotograph(name)
      const pixels = image.width * image.height
      const table = colorTable(image)
      const points = table.colors.map((color) => coordinatesOf(color, 3))
      const bytes = table.colors.map((color) => color.slice(0, 3))
      // At 256 colours, the color chart takes longer than all the rest.
      for (const colors of process.env.LLOYD_VERIFY || name !== 'color_chart' ? [16, 64, 256] : [16, 64]) {
        const row = golden(name, colors)
        expect(table.colors.length).toBe(row.unique_colors)

        let boxError = 0
        for (const { cells } of wuBoxes(bytes, table.counts, colors, 5, undefined, undefined, true)) {
          const { count, sums, squares } = momentsOf(cells, 3)
          const mean = sums.map((sum) => Math.floor(sum / count))
          boxError += squares + mean.reduce((sum, m, d) => sum + m * (count * m - 2 * sums[d]), 0)
        }
        expect(Math.abs(boxError / pixels - row.wu_box_mse)).toBeLessThan(0.01)

        // The golden means are not rounded; ours are, to 1/128.
        const { distances } = nearest(points, wuSeeds(table, colors, [], spaces.srgb, true))
        const nearestError = distances.reduce((sum, d, i) => sum + d * table.counts[i], 0) / 16384 / pixels
        expect(Math.abs(nearestError - row.wu_nearest_mse)).toBeLessThan(0.02)

        const result = quantizeOracle(image, { colors, maxIterations: 10 })
        expect(result.mse).toBe(meanSquaredError(image, result.palette, result.indices))
        const limit = row.wu_lloyd10_rounded_mse || row.wu_lloyd10_mse + 0.3
        expect(result.mse / limit).toBeLessThan(1.002)
        // The golden boxes are of whole cells: to cut one between its few colours takes 1.1 % off shopping_bags.
        expect(result.mse / limit).toBeGreaterThan(name === 'shopping_bags' ? 0.985 : 0.998)
      }
    })
  }
})

test('the oracle rounds colours as written', () => {
  expect(coordinatesOf([255, 1, 0, 255], 4)).toEqual([32640, 128, 0, 32640])
  // 128·100·127/255 = 6374.9, 128·101·127/255 = 6438.6; 128·100/255 = 50.2, 128·101/255 = 50.7
  expect(coordinatesOf([100, 101, 255, 127], 4).slice(0, 2)).toEqual([6375, 6439])
  expect(coordinatesOf([100, 101, 0, 1], 4)).toEqual([50, 51, 0, 128])
  expect(rounded([63, 64, 32640])).toEqual([0, 1, 255, 255])
  expect(rounded([10, 10, 10, 63])).toEqual([0, 0, 0, 0])
  expect(rounded([64, 32, 0, 64])).toEqual([255, 128, 0, 1])
})
