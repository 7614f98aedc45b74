import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('examples/segment-image.mjs draws regions and lists them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lloyd-example-'))
  const photo = join(folder, 'photo.png')
  await sharp(join(root, 'demo/photos/kingfisher.png')).resize(150, 100).png().toFile(photo)
  const output = join(folder, 'regions.png')
  // The package finds itself by its name.
  const run = promisify(execFile)(process.execPath, [join(root, 'examples/segment-image.mjs'), photo, output])
  const { stdout } = await run
  expect(stdout).toMatch(
    /^\d+ superpixels in .*regions\.png\nin the middle: region \d+ of \d+ pixels, colour \d+,\d+,\d+, \d+ neighbours\n(\d+\.\d % in colour .* around \d+, \d+\n){3}$/,
  )
  const { width, height } = await sharp(await readFile(output)).metadata()
  expect([width, height]).toEqual([150, 100])
  await rm(folder, { recursive: true })
})
