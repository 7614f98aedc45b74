import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { useCli } from '../support/cli.js'

const cli = useCli()

/** A gradient from black to white, 64 × 20. */
async function writeGradient(name = 'grey.png'): Promise<void> {
  const pixels = Uint8Array.from({ length: 64 * 20 * 3 }, (_, i) => (Math.floor(i / 3) % 64) * 4)
  await sharp(pixels, { raw: { width: 64, height: 20, channels: 3 } })
    .png()
    .toFile(cli.in(name))
}

/** The entries of an indexed PNG. */
function paletteOf(name: string): number[][] {
  const file = readFileSync(cli.in(name))
  const at = file.indexOf('PLTE')
  const bytes = file.subarray(at + 4, at + 4 + file.readUInt32BE(at - 4))
  return Array.from({ length: bytes.length / 3 }, (_, entry) => [...bytes.subarray(3 * entry, 3 * entry + 3)])
}

async function colorsOf(name: string): Promise<Set<string>> {
  const pixels = await sharp(cli.in(name)).removeAlpha().raw().toBuffer()
  return new Set(Array.from({ length: pixels.length / 3 }, (_, i) => pixels.subarray(3 * i, 3 * i + 3).toString('hex')))
}

const two = [
  [0, 0, 0],
  [255, 128, 0],
]

describe('lloyd quantize --palette', () => {
  it('maps to the colours of a file, in its order, or of the command line', async () => {
    await writeGradient()
    await writeFile(cli.in('two.gpl'), 'GIMP Palette\nName: two\n#\n0 0 0 black\n255 128 0 orange\n')
    await writeFile(cli.in('two.hex'), '000000\nff8000\n')
    await writeFile(cli.in('two.json'), '["#000", "#ff8000"]')
    await writeFile(cli.in('two.css'), ':root { --ink: #000; --sun: #ff8000; }')
    const act = new Uint8Array(772)
    act.set([0, 0, 0, 255, 128, 0])
    act.set([0, 2, 255, 255], 768)
    await writeFile(cli.in('two.act'), act)
    await sharp(Uint8Array.of(...two.flat()), { raw: { width: 2, height: 1, channels: 3 } })
      .png()
      .toFile(cli.in('two.png'))
    let expected: Set<string> | undefined
    for (const palette of ['two.gpl', 'two.hex', 'two.json', 'two.css', 'two.act', 'two.png', '#000000,FF8000']) {
      const { code, stdout, stderr } = await cli.quantize(['grey.png', '--palette', palette, '--force', '--json'])
      expect({ code, stderr }, palette).toEqual({ code: 0, stderr: '' })
      expect(JSON.parse(stdout).images[0]).toMatchObject({ output: 'grey-2.png', colors: 2 })
      expect(paletteOf('grey-2.png')).toEqual(two)
      expected ??= await colorsOf('grey-2.png')
      expect(await colorsOf('grey-2.png')).toEqual(expected)
    }
    expect(expected).toEqual(new Set(['000000', 'ff8000']))
  })

  it('takes 256 colours on the command line, with anything between', async () => {
    await writeGradient()
    const many = Array.from({ length: 256 }, (_, i) => `#${i.toString(16).padStart(2, '0').repeat(3)}`)
    for (const separator of [',', ' ', '\n', ', ', ';']) {
      const args = ['grey.png', '--palette', many.join(separator), '--force', '--json']
      const { code, stdout, stderr } = await cli.quantize(args)
      expect({ code, stderr }, separator).toEqual({ code: 0, stderr: '' })
      expect(JSON.parse(stdout).images[0]).toMatchObject({ output: 'grey-256.png', colors: 256, mse: 0 })
    }
    expect(paletteOf('grey-256.png')).toEqual(many.map((_, i) => [i, i, i]))
    const fixed = await cli.quantize(['grey.png', '--fixed', many.slice(0, 100).join(), '--force', '--json'])
    expect({ code: fixed.code, stderr: fixed.stderr }).toEqual({ code: 0, stderr: '' })
    await cli.expectRefusal(
      ['quantize', '--backend', 'cpu', 'grey.png', '--palette', [...many, '#123456'].join()],
      /--palette #000000,#010101.*… has 257 colours; at most 256/,
    )
    await cli.expectRefusal(
      ['quantize', '--backend', 'cpu', 'grey.png', '--palette', `${many.join()},nonsense`],
      /--palette takes colours .* or an existing file .*got '#000000,#010101/,
    )
  })

  it('takes what reads as colours for colours, and anything else for a file', async () => {
    await writeGradient()
    await writeFile(cli.in('facade'), 'no palette')
    await writeFile(cli.in('bad.clr'), 'no palette')
    const { code, stderr } = await cli.quantize(['grey.png', '--palette', 'facade', '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(paletteOf('grey-1.png')).toEqual([[250, 202, 222]])
    const functions = await cli.quantize(['grey.png', '--palette', 'rgb(0, 0, 0) rgb(255 128 0)', '--json'])
    expect({ code: functions.code, stderr: functions.stderr }).toEqual({ code: 0, stderr: '' })
    expect(paletteOf('grey-2.png')).toEqual(two)
    for (const [value, message] of [
      ['./facade', /facade is neither a palette \(\.gpl, .*\) nor an image that can be decoded/],
      ['bad.clr', /bad\.clr is neither a palette/],
      ['255,128,000', /'255,128,000' may be one colour or several; write hexadecimal colours with #/],
      ['#fff red', /--palette takes colours/],
    ] as const) {
      await cli.expectRefusal(['quantize', '--backend', 'cpu', 'grey.png', '--palette', value], message)
    }
  })

  it('keeps --fixed colours in the palette that it finds', async () => {
    await writeGradient()
    const { code, stderr } = await cli.quantize([
      'grey.png',
      '--colors',
      '5',
      '--fixed',
      '#ff0000,#0000ff',
      '--dither',
      'ordered',
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(paletteOf('grey-5.png').slice(0, 2)).toEqual([
      [255, 0, 0],
      [0, 0, 255],
    ])
    const shown = await cli.lloyd(['palette', 'grey.png', '--backend', 'cpu', '--colors', '3', '--fixed', '#ff0000'])
    expect(shown.stdout).toMatch(/^#ff0000 +0\.00 %$/m)
  })

  it('refuses what is no palette', async () => {
    await writeGradient()
    await writeFile(cli.in('bad.gpl'), 'JASC-PAL\n')
    const many = Array.from({ length: 257 }, (_, i) => `#${i.toString(16).padStart(6, '0')}`)
    await writeFile(cli.in('many.txt'), many.join('\n'))
    const refusals: [string[], RegExp][] = [
      [['--palette', 'nowhere.gpl'], /--palette takes colours .* or an existing file .*'nowhere\.gpl'/],
      [['--palette', '#ff000'], /--palette takes colours.*'#ff000'/],
      [['--palette', 'bad.gpl'], /bad\.gpl: a GIMP palette begins with/],
      [['--palette', 'many.txt'], /many\.txt has 257 colours; at most 256/],
      [['--palette', '.'], /directory/],
      [['--palette', '#000', '--colors', '4'], /--palette .*--colors/],
      [['--palette', '#000', '--fixed', '#fff'], /--palette .*--fixed/],
      [['--fixed', '#000,#fff,#f00', '--colors', '2'], /--fixed .* has 3 colours; at most 2/],
    ]
    for (const [args, message] of refusals) {
      await cli.expectRefusal(['quantize', '--backend', 'cpu', 'grey.png', ...args], message)
    }
    // A photograph is no palette.
    const noise = Uint8Array.from({ length: 30 * 30 * 3 }, (_, i) => (Math.imul(i, 2654435761) >>> 15) & 255)
    await sharp(noise, { raw: { width: 30, height: 30, channels: 3 } })
      .png()
      .toFile(cli.in('noise.png'))
    const args = ['quantize', '--backend', 'cpu', 'grey.png', '--palette', 'noise.png']
    await cli.expectRefusal(args, /noise\.png has more than 256 colours/)
  })
})

describe('an animation that is dithered', () => {
  it.each(['floyd-steinberg', 'ordered', 'blue-noise'])('stands still where nothing moves (%s)', async (dither) => {
    for (const name of ['a.png', 'b.png', 'c.png']) await writeGradient(name)
    const args = ['a.png', 'b.png', 'c.png', '-o', 'film.gif', '--colors', '6', '--dither', dither, '--json']
    const { code, stdout, stderr } = await cli.quantize(args)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const film = await sharp(cli.in('film.gif'), { animated: true }).removeAlpha().raw().toBuffer()
    const size = film.length / 3
    expect(film.subarray(size, 2 * size).equals(film.subarray(0, size))).toBe(true)
    expect(film.subarray(2 * size).equals(film.subarray(0, size))).toBe(true)
    const still = await cli.quantize(['a.png', '-o', 'still.gif', '--colors', '6', '--dither', dither, '--json'])
    expect((await sharp(cli.in('still.gif')).removeAlpha().raw().toBuffer()).equals(film.subarray(0, size))).toBe(true)
    const [moving, alone] = [stdout, still.stdout].map((text) => JSON.parse(text).images[0])
    expect(moving.mse).toBeCloseTo(alone.mse, 9)
  })
})
