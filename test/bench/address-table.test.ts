/** What the bench traces: all kernels, and a reason for each that asks for more than it needs. */
import { createEngine } from 'lloyd'
import { expect, test } from 'vitest'
import { reasons, WALKS } from '../../bench/addresses/reasons.js'
import { addressesSuite, WASTE } from '../../bench/suites/addresses.js'
import { kernelNames } from '../../src/engine/kernel-names.js'

test('reasons are of kernels that there are', () => {
  const kernels = [...reasons.keys()].map((name) => name.split('/')[0])
  expect(kernels.filter((name) => !kernelNames.includes(name))).toEqual([])
})

test.runIf(process.env.LLOYD_VERIFY)(
  'the work runs every kernel, and what asks for more sectors than it needs has a reason that holds',
  async () => {
    using engine = await createEngine({ backend: 'webgpu' })
    const images = ['demo/photos/kingfisher.png']
    const rows = await addressesSuite.run({ engine, images, repeats: 1, report: () => {}, wants: () => true })
    const traced = new Set(rows.map(({ kernel }) => kernel))
    expect(kernelNames.filter((name) => !traced.has(name))).toEqual([])
    const wasteful = rows.filter(({ sectors }) => Number(sectors) > WASTE)
    expect(wasteful.filter(({ reason }) => !reason)).toEqual([])
    expect(wasteful.filter(({ reason, cached }) => reason === WALKS && Number(cached) > WASTE)).toEqual([])
  },
  900_000,
)
