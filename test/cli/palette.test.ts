import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { WriteStream } from 'node:tty'
import { describePalette } from 'lloyd'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { formatSwatches, showsColors } from '../../src/cli/views/swatches.js'
import { dist, useCli } from '../support/cli.js'

const cli = useCli()
const palette = (args: string[], env?: NodeJS.ProcessEnv) =>
  cli.lloyd(['palette', '--backend', 'cpu', ...args], env && { env })

/** 16 × 10: 100 red, 50 blue and 10 transparent pixels. */
async function writeFlag(name = 'flag.png'): Promise<void> {
  const pixels = Buffer.alloc(160 * 4)
  for (let pixel = 0; pixel < 150; pixel++) pixels.set(pixel < 100 ? [200, 16, 46, 255] : [1, 33, 105, 255], 4 * pixel)
  await sharp(pixels, { raw: { width: 16, height: 10, channels: 4 } })
    .png()
    .toFile(cli.in(name))
}

describe('lloyd palette', () => {
  it('prints plain lines where there is no terminal, the most frequent colour first', async () => {
    await writeFlag()
    expect(await palette(['flag.png'], { COLORTERM: 'truecolor' })).toEqual({
      code: 0,
      stdout: '#c8102e     62.50 %\n#012169     31.25 %\n#00000000    6.25 %\n',
      stderr: '',
    })
  })

  it('prints JSON and writes every format', async () => {
    await writeFlag()
    const outputs = ['a.gpl', 'a.act', 'a.css', 'a.JSON']
    const { code, stdout, stderr } = await palette(['flag.png', '--json', ...outputs.flatMap((name) => ['-o', name])])
    expect(code).toBe(0)
    expect(stderr).toMatch(/^lloyd: a\.gpl cannot hold alpha, so 1 of its entries[^\n]*\n$/)
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({ backend: 'cpu', input: 'flag.png', width: 16, height: 10, uniqueColors: 3, mse: 0 })
    expect(result.colors).toEqual([
      { hex: '#c8102e', rgba: [200, 16, 46, 255], pixels: 100, share: 0.625 },
      { hex: '#012169', rgba: [1, 33, 105, 255], pixels: 50, share: 0.3125 },
      { hex: '#00000000', rgba: [0, 0, 0, 0], pixels: 10, share: 0.0625 },
    ])
    expect(readFileSync(cli.in('a.gpl'), 'utf8')).toMatch(/^GIMP Palette\nName: a\n.*\n#\n200 {2}16 {2}46\t#c8102e\n/)
    expect([...readFileSync(cli.in('a.act')).subarray(768)]).toEqual([0, 3, 0, 2])
    expect(readFileSync(cli.in('a.css'), 'utf8')).toContain('--color-2: #00000000;')
    expect(JSON.parse(readFileSync(cli.in('a.JSON'), 'utf8'))).toEqual({ name: 'a', colors: result.colors })
  })

  it('refuses bad input before any work', async () => {
    await writeFlag()
    await writeFlag('old.gpl')
    const refusals: [string[], RegExp][] = [
      [[], /missing required argument 'images'/],
      [['nowhere.png'], /no file nowhere\.png/],
      [['flag.png', '--colors', '0'], /--colors.*1 to 65536.*'0'/],
      [['flag.png', '--colors', '65537'], /--colors.*1 to 65536/],
      [['flag.png', '-o', 'a.pal'], /-o.*\.gpl, \.act, \.css, \.json, got 'a\.pal'/],
      [['flag.png', '-o', 'old.gpl'], /old\.gpl exists already.*--force/],
      [['flag.png', '-o', 'a.gpl', '-o', './a.gpl'], /\.\/a\.gpl is named twice/],
      [['flag.png', '-o', 'nowhere/a.gpl'], /no directory nowhere/],
    ]
    for (const [args, message] of refusals) {
      await cli.expectRefusal(['palette', '--backend', 'cpu', ...args], message)
    }
  })

  it('refuses an Adobe colour table of more than 256 entries, and leaves no file', async () => {
    const pixels = Uint8Array.from({ length: 300 * 3 }, (_, i) => (i % 3 === 0 ? i / 3 : i > 600 ? 9 : 0))
    await sharp(pixels, { raw: { width: 300, height: 1, channels: 3 } })
      .png()
      .toFile(cli.in('many.png'))
    await cli.expectRefusal(
      ['palette', '--backend', 'cpu', 'many.png', '--colors', '300', '-o', 'a.act'],
      /256 entries/,
    )
  })

  it.skipIf(process.platform !== 'linux')('prints swatches in a terminal that shows 24-bit colours', async () => {
    await writeFlag()
    const command = `${process.execPath} ${join(dist, 'cli.js')} palette flag.png --backend cpu --colors 3`
    // Nothing else of this environment: CI and its like say themselves how many colours there are.
    const inTerminal = (env: NodeJS.ProcessEnv) =>
      execFileSync('script', ['-qec', command, '/dev/null'], {
        cwd: cli.folder,
        env: { PATH: process.env.PATH, ...env },
      }).toString()
    expect(inTerminal({ COLORTERM: 'truecolor', TERM: 'xterm' })).toContain(
      '\x1b[48;2;200;16;46m    \x1b[48;2;200;16;46m    \x1b[0m  #c8102e     62.50 %',
    )
    const plain = inTerminal({ COLORTERM: 'truecolor', TERM: 'xterm', NO_COLOR: '1' })
    expect(plain).toContain('#c8102e     62.50 %')
    expect(plain).not.toContain('[48;2')
  })
})

describe('swatches', () => {
  it('show a translucent entry over white and over black', () => {
    const [line] = formatSwatches(describePalette(Uint8Array.of(255, 0, 0, 51)), true).split('\n')
    expect(line).toBe('\x1b[48;2;255;204;204m    \x1b[48;2;51;0;0m    \x1b[0m  #ff000033')
  })

  it('are coloured only where the terminal says so', () => {
    const stream = Object.assign(Object.create(WriteStream.prototype), { isTTY: true }) as NodeJS.WriteStream
    expect(showsColors(stream, { TERM: 'xterm', COLORTERM: 'truecolor' })).toBe(true)
    expect(showsColors(stream, { TERM: 'xterm', COLORTERM: 'truecolor', NO_COLOR: '1' })).toBe(false)
    expect(showsColors(stream, { TERM: 'xterm-256color' })).toBe(false)
    expect(showsColors(stream, { TERM: 'dumb' })).toBe(false)
    const pipe = Object.assign(Object.create(WriteStream.prototype), { isTTY: false }) as NodeJS.WriteStream
    expect(showsColors(pipe, { TERM: 'xterm', COLORTERM: 'truecolor' })).toBe(false)
  })
})
