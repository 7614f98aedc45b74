import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))

test('examples/segment-behavior.mjs names the segments of the real steps', async () => {
  const args = [path('examples/segment-behavior.mjs'), path('test/data/steps/daily-steps.csv')]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  expect(stdout).toMatch(
    /^940 of 940 records are used\n {2}332 dates that could be month\/day or day\/month: read as day/,
  )
  expect(stdout).toMatch(/\nquitter, \d+ people\n {2}The median person .*\n {2}the name means: active on at least 30 %/)
  expect(stdout).toMatch(/ {2}typical: \d+, week by week [A-H–]/)
})
