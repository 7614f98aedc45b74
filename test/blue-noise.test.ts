/** The texture of blue-noise dithering. `npx vitest run test/blue-noise.test.ts -u` writes it anew. */
import { expect, test } from 'vitest'
import { toPicks } from '../src/color/dither-pattern.js'
import { voidAndCluster } from '../src/color/void-and-cluster.js'

const SIZE = 64

test('the committed texture is what its generator makes', async () => {
  const picks = toPicks(voidAndCluster(SIZE))
  const rows = Array.from({ length: SIZE }, (_, y) => `${picks.subarray(y * SIZE, (y + 1) * SIZE).join('')}\n`)
  await expect(rows.join('')).toMatchFileSnapshot('../src/color/blue-noise.txt')
})
