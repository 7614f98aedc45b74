import { readFileSync, writeFileSync } from 'node:fs'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { useCli } from '../../support/cli.js'

const cli = useCli()
const segment = (...args: string[]) => cli.lloyd(['segment', '--backend', 'cpu', ...args])

/** 20 × 12: a white square of 16 pixels in the middle of black, and a red pixel. */
async function writeSquare(name = 'square.png'): Promise<void> {
  const pixels = Buffer.alloc(240 * 3)
  for (let y = 4; y < 8; y++) for (let x = 8; x < 12; x++) pixels.fill(255, 3 * (20 * y + x), 3 * (20 * y + x) + 3)
  pixels[3 * 22] = 200
  await sharp(pixels, { raw: { width: 20, height: 12, channels: 3 } })
    .withMetadata({ density: 144 })
    .png()
    .toFile(cli.in(name))
}

it('writes boundaries, a table and labels that other software reads back', async () => {
  await writeSquare()
  const { code, stdout, stderr } = await segment(
    ...['square.png', '--k', '3', '--min-area', '2', '--table', 'r.csv', '--labels', 'l.png'],
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toBe(
    'square.png: 20 × 12, 2 regions of 16 to 224 pixels, 16 in the median\nsquare-regions.png, r.csv, l.png written\n',
  )
  expect(readFileSync(cli.in('r.csv'), 'utf8')).toBe(
    'label,area,red,green,blue,alpha,x,y,left,top,width,height,perimeter,neighbors\n' +
      '0,224,1,0,0,255,9.5,5.5,0,0,20,12,80,1:16\n1,16,255,255,255,255,9.5,5.5,8,4,4,4,16,0:16\n',
  )
  const { data } = await sharp(cli.in('l.png'))
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true })
  const labels = new Uint16Array(data.buffer, data.byteOffset, 240)
  expect(
    [...labels].map((label, at) => label === Number(at % 20 >= 8 && at % 20 < 12 && at >= 80 && at < 160)),
  ).not.toContain(false)
  const picture = sharp(cli.in('square-regions.png'))
  expect(await picture.metadata()).toMatchObject({ width: 20, height: 12, density: 144, channels: 3 })
})

it('fills regions, prints JSON, and writes JSON tables and superpixels', async () => {
  await writeSquare()
  const { code, stdout } = await segment(...['square.png', '--segments', '6', '--fill', '--json', '--table', 'r.json'])
  expect(code).toBe(0)
  const { regions, area, width, height, output } = JSON.parse(stdout)
  expect({ width, height, output }).toEqual({ width: 20, height: 12, output: 'square-regions.png' })
  const table = JSON.parse(readFileSync(cli.in('r.json'), 'utf8'))
  expect(table.regions.length).toBe(regions)
  expect(table.regions.reduce((sum: number, each: { area: number }) => sum + each.area, 0)).toBe(240)
  expect(area.least).toBe(Math.min(...table.regions.map((each: { area: number }) => each.area)))
  const filled = await sharp(cli.in('square-regions.png')).raw().toBuffer()
  expect([...filled.subarray(0, 3)]).toEqual(table.regions[0].color.slice(0, 3))
})

it('refuses bad input before any work', async () => {
  await writeSquare()
  writeFileSync(cli.in('old.png'), 'old')
  const refusals: [string[], RegExp][] = [
    [[], /missing required argument 'image'/],
    [['nowhere.png'], /no file nowhere\.png/],
    [['square.png', '--k', '0'], /--k.*'0'/],
    [['square.png', '--k', '4', '--segments', '9'], /only one of segments/],
    [['square.png', '-o', 'old.png'], /old\.png exists already/],
    [['square.png', '-o', 'out.jpg'], /-o takes a file that ends in \.png/],
    [['square.png', '-o', 'square.png', '--force'], /square\.png is named twice/],
    [['square.png', '-o', 'a.png', '--labels', './a.png'], /named twice/],
    [['square.png', '--table', 'a.txt'], /--table takes a file that ends in \.csv or \.json/],
    [['square.png', '-o', '-', '--json'], /both be written to standard output/],
    [['square.png', '--k', '2', '--table', 'none/a.csv'], /no directory none/],
  ]
  for (const [args, message] of refusals) {
    const { code, stderr } = await segment(...args)
    expect({ args, code, stderr }).toEqual({ args, code: 2, stderr: expect.stringMatching(message) })
  }
  expect(readFileSync(cli.in('old.png'), 'utf8')).toBe('old')
})
