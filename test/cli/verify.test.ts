/** The command line decodes what it has encoded before it writes it. */
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeGif, encodePng, type IndexedImage } from 'lloyd'
import { describe, expect, it } from 'vitest'
import { verifyOutput } from '../../src/cli/images/verify-output'
import { dist, useCli } from '../support/cli'

const image: IndexedImage = {
  palette: Uint8Array.of(0, 0, 0, 0, 255, 0, 0, 255, 1, 2, 3, 255),
  indices: Uint8Array.of(0, 1, 2, 1, 1, 2),
  width: 3,
  height: 2,
}
const opaque = { ...image, palette: Uint8Array.of(9, 9, 9, 255, 255, 0, 0, 255, 1, 2, 3, 255) }
const moved = { ...image, indices: Uint8Array.of(2, 1, 1, 1, 0, 2) }

describe('verifyOutput', () => {
  it('takes what decodes to its pixels', async () => {
    await verifyOutput('a.png', await encodePng(image), [image])
    await verifyOutput('a.png', await encodePng({ ...image, palette: new Uint8Array(12).fill(77) }), [
      { ...image, palette: new Uint8Array(12).fill(77) },
    ])
    await verifyOutput('a.gif', await encodeGif(image), [image])
    await verifyOutput('a.gif', await encodeGif([image, moved, image]), [image, moved, image])
    await verifyOutput('a.gif', await encodeGif([opaque, { ...moved, palette: opaque.palette }]), [
      opaque,
      { ...moved, palette: opaque.palette },
    ])
  })

  it('refuses damage anywhere in the file', async () => {
    const file = await encodePng(image)
    // The signature, and each byte after it but the name of IEND's chunk and its CRC, which decoders may leave unread.
    for (let at = 0; at < file.length - 12; at++) {
      const damaged = file.slice()
      damaged[at] ^= 1
      await expect(verifyOutput('a.png', damaged, [image]), `byte ${at}`).rejects.toMatchObject({ code: 'FormatError' })
    }
    await expect(verifyOutput('a.png', file.subarray(0, 60), [image])).rejects.toThrow(/a\.png.*cannot be decoded/)
  })

  it('refuses other pixels, sizes and numbers of frames', async () => {
    await expect(verifyOutput('a.png', await encodePng(moved), [image])).rejects.toThrow(/pixel 0/)
    await expect(verifyOutput('a.png', await encodePng(opaque), [image])).rejects.toThrow(/pixel 0/)
    const turned = { ...image, width: 2, height: 3 }
    await expect(verifyOutput('a.png', await encodePng(turned), [image])).rejects.toThrow(/2 × 3 instead of 3 × 2/)
    const twice = await encodeGif([image, moved])
    await expect(verifyOutput('a.gif', twice, [image])).rejects.toThrow(/2 frames instead of 1/)
    await expect(verifyOutput('a.gif', twice, [image, image])).rejects.toThrow(/pixel 0 in frame 1/)
  })
})

describe('lloyd quantize with an encoder that damages its files', () => {
  const cli = useCli()

  it('exits 1, says so in one line, and leaves no file', async () => {
    const copy = cli.in('dist')
    cpSync(dist, copy, { recursive: true })
    symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), cli.in('node_modules'))
    writeFileSync(cli.in('package.json'), '{"type":"module"}')
    // Another polynomial, so that every chunk has a wrong CRC.
    let changes = 0
    for (const name of readdirSync(copy).filter((name) => name.endsWith('.js'))) {
      const text = readFileSync(join(copy, name), 'utf8')
      const changed = text.replace(/3988292384|0xedb88320/gi, () => `${++changes}`)
      if (changed !== text) writeFileSync(join(copy, name), changed)
    }
    expect(changes).toBeGreaterThan(0)
    writeFileSync(cli.in('photo.png'), await encodePng(image))
    const before = cli.snapshot()
    const command = join(copy, 'cli.js')
    const { code, stderr } = await cli.quantize(['photo.png', '--colors', '3'], { command })
    expect(stderr).toMatch(/^lloyd: photo-3\.png was not written, [^\n]+\n$/)
    expect(code).toBe(1)
    const failed = await cli.quantize(['photo.png', '--colors', '3', '--json'], { command })
    expect(JSON.parse(failed.stdout).failures).toMatchObject([{ code: 'FormatError', input: 'photo.png' }])
    expect(failed.code).toBe(1)
    expect(cli.snapshot()).toEqual(before)
  })
})
