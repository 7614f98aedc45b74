import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { plantedImages } from '../applications/images/planted-images'

const example = fileURLToPath(new URL('../../examples/cluster-photographs.mjs', import.meta.url))

test('examples/cluster-photographs.mjs groups a folder and draws contact sheets', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lloyd-example-'))
  for (const [at, { data, width, height }] of plantedImages(8, 1).entries()) {
    await sharp(data, { raw: { width, height, channels: 4 } }).toFile(join(folder, `${at}.png`))
  }
  await writeFile(join(folder, 'broken.jpg'), 'no image')
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [example, folder, folder])
  expect(stderr).toMatch(/left out: .*broken\.jpg is not an image/)
  expect(stdout).toMatch(
    /\ndark, mostly blue\n {2}2 images \(25 %\) with .*\n {2}[04]\.png, at 0\.00\n {2}[04]\.png, at 0\.\d\d\n/,
  )
  const { width, height } = await sharp(join(folder, 'cluster-0.png')).metadata()
  expect([width, height].every((side) => side! > 20)).toBe(true)
  await rm(folder, { recursive: true })
})
