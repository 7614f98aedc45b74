import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('examples/segment-customers.mjs names the segments of the sample superstore', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'examples/segment-customers.mjs')])
  expect(stdout).toMatch(/793 customers, as of 2017-12-30\n/)
  expect(
    stdout.match(/^\S.*: \d+ customers, who .* than the others\n {2}\d+ customers .*\n {2}rule: .*$/gm),
  ).toHaveLength(5)
})
