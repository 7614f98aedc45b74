/** The texture of blue-noise dithering. `npx vitest run test/color/blue-noise.test.ts -u` writes it anew. */
import { expect, test } from 'vitest'
import { LEVEL_DIGITS, toLevels } from '../../src/color/dither/dither-pattern.js'
import { voidAndCluster } from '../../src/color/dither/void-and-cluster.js'

const SIZE = 64

test('the committed texture is what its generator makes', async () => {
  const digits = Array.from(toLevels(voidAndCluster(SIZE)), (level) => LEVEL_DIGITS[level])
  const rows = Array.from({ length: SIZE }, (_, y) => `${digits.slice(y * SIZE, (y + 1) * SIZE).join('')}\n`)
  await expect(rows.join('')).toMatchFileSnapshot('../../src/color/dither/blue-noise.txt')
})
