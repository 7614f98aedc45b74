/** The curves that the command line draws, read by an XML parser that forgives nothing (libxml2, through librsvg). */
import fc from 'fast-check'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { drawDistances } from '../../src/cli/views/distances-svg'
import { drawElbow } from '../../src/cli/views/elbow-svg'
import { drawLosses } from '../../src/cli/views/loss-svg'

/** Names of files, columns and networks may hold anything. */
const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '<b>&amp;"\'',
    ']]>',
    '\u0000\u0008\u001f\u007f\u0085',
    '\ud800',
    '\udfff\ud800',
    '\ufffe\uffff',
    '😀',
  ),
)
const RUNS = process.env.LLOYD_VERIFY ? 100 : 10
const values = fc.array(fc.double({ min: 0, max: 1e30, noNaN: true }), { minLength: 1, maxLength: 70 })

async function expectPicture(svg: string): Promise<void> {
  const { channels } = await sharp(Buffer.from(svg), { failOn: 'warning' }).stats()
  expect(channels[0].stdev).toBeGreaterThan(1)
}

test('a curve of inertia is well-formed whatever its subtitle says', async () => {
  await fc.assert(
    fc.asyncProperty(anything, values, fc.boolean(), async (subtitle, inertia, bends) => {
      const k = inertia.map((_, at) => at + 1)
      await expectPicture(drawElbow({ k, inertia, knee: bends ? k[k.length >> 1] : null }, subtitle))
    }),
    { numRuns: RUNS, seed: 1 },
  )
})

test('a curve of losses is well-formed whatever its subtitle says', async () => {
  await fc.assert(
    fc.asyncProperty(anything, values, values, async (subtitle, loss, validation) => {
      await expectPicture(drawLosses(loss, validation, subtitle))
    }),
    { numRuns: RUNS, seed: 2 },
  )
})

test('a curve of distances is well-formed whatever its subtitle says, with few rows and with many', async () => {
  const rows = fc.constantFrom(1, 2, 70, 2000, 2001, 123_456)
  const epsilon = fc.double({ min: 0, max: 2e30, noNaN: true })
  await fc.assert(
    fc.asyncProperty(anything, values, rows, epsilon, async (subtitle, some, rows, epsilon) => {
      const distances = Float64Array.from({ length: rows }, (_, row) => some[row % some.length]).sort()
      const near = Math.ceil(0.9 * rows)
      const svg = drawDistances({ distances, k: 4, epsilon, near }, subtitle)
      await expectPicture(svg)
      expect(svg.length).toBeLessThan(200_000)
    }),
    { numRuns: RUNS, seed: 3 },
  )
})
