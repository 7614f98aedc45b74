/** Metadata of image files, read and put into a PNG; test/cli/metadata.test.ts has every format. */
import { encodePng, insertPngChunks, readMetadata } from 'lloyd'
import sharp from 'sharp'
import { expect, it } from 'vitest'

const pixels = { create: { width: 4, height: 2, channels: 3, background: '#123456' } } as const

it('hands the metadata of a file on to a PNG', async () => {
  const image = sharp(pixels).jpeg().withMetadata({ orientation: 6, density: 254 })
  const jpeg = await image.withExifMerge({ IFD0: { Copyright: 'Mine' } }).toBuffer()
  const { chunks, lost } = await readMetadata(jpeg)
  expect(chunks.map(({ type }) => type)).toEqual(['pHYs', 'eXIf'])
  expect(lost).toEqual([])
  const png = await encodePng({ width: 2, height: 4, palette: Uint8Array.of(1, 2, 3, 255), indices: new Uint8Array(8) })
  const file = insertPngChunks(png, chunks)
  const { density, orientation, exif } = await sharp(file).metadata()
  expect({ density, orientation }).toEqual({ density: 254, orientation: 1 })
  expect(exif!.toString('latin1')).toContain('Mine')
  expect((await readMetadata(file)).chunks).toEqual(chunks)
  expect(insertPngChunks(png, [])).toBe(png)
})

it('refuses what is no image, by name', async () => {
  await expect(readMetadata('none.png')).rejects.toMatchObject({
    code: 'InputError',
    message: expect.stringMatching(/no file none\.png/),
  })
  await expect(readMetadata(Buffer.from('text'))).rejects.toMatchObject({
    code: 'FormatError',
    message: expect.stringMatching(/the bytes given/),
  })
  const chunk = { type: 'tEXt', data: Buffer.from('Author\0Ada') }
  expect(() => insertPngChunks(Buffer.from('text'), [chunk])).toThrow(/takes the bytes of a PNG/)
})
