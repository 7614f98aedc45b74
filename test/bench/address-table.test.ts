/** What the bench traces: all kernels, and a reason for each that asks for more than it needs. */
import { readFileSync } from 'node:fs'
import { createEngine } from 'lloyd'
import { expect, test } from 'vitest'
import { keyOf, reasons, WALKS } from '../../bench/addresses/reasons.js'
import type { Row } from '../../bench/suite.js'
import { addressesSuite, WASTE } from '../../bench/suites/addresses.js'
import { kernelNames } from '../../src/engine/kernel-names.js'

const saved: Row[] = JSON.parse(readFileSync('bench/results/addresses-node-llvmpipe.json', 'utf8')).rows
const nameOf = ({ kernel, array }: Row) => keyOf(String(kernel), String(array))
const wasteful = (rows: readonly Row[]) => rows.filter(({ sectors }) => Number(sectors) > WASTE)

/** Asserts that a table has every kernel, and of each array above WASTE why it is, which holds. */
function expectComplete(rows: readonly Row[]): void {
  const traced = new Set(rows.map(({ kernel }) => kernel))
  // No device runs the one that is left out: kernels decode float16 there as they read it.
  expect(kernelNames.filter((name) => !traced.has(name))).toEqual(['unpack-halves'])
  const without = wasteful(rows).filter((row) => !row.reason || row.reason !== reasons.get(nameOf(row)))
  expect(without.map(nameOf)).toEqual([])
  const kept = wasteful(rows).filter(({ reason, cached }) => reason !== WALKS || Number(cached) <= WASTE)
  expect(kept).toEqual(wasteful(rows))
}

test('the saved table has every kernel, and a reason for each that asks for more sectors than it needs', () => {
  expectComplete(saved)
  // Which pixels and points are traced differs a little from run to run.
  const most = new Map<string, number>()
  for (const row of saved) most.set(nameOf(row), Math.max(most.get(nameOf(row)) ?? 0, Number(row.sectors)))
  expect([...reasons.keys()].filter((name) => (most.get(name) ?? WASTE) < 1.25)).toEqual([])
})

test.runIf(process.env.LLOYD_VERIFY)(
  'so has the table of the shaders as they are',
  async () => {
    using engine = await createEngine({ backend: 'webgpu' })
    const images = ['demo/photos/kingfisher.png']
    expectComplete(await addressesSuite.run({ engine, images, repeats: 1, report: () => {}, wants: () => true }))
  },
  900_000,
)
