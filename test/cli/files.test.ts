/** Inputs and outputs that are no plain files, or get in each other's way. */
import { execFileSync } from 'node:child_process'
import { closeSync, constants, existsSync, lstatSync, openSync, readdirSync } from 'node:fs'
import { link, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { useCli } from '../support/cli.js'

const cli = useCli()
const picture = (alpha = 255) =>
  sharp(
    Uint8Array.from({ length: 30 * 20 * 4 }, (_, i) => (i % 4 === 3 ? alpha : (i * 7) & 255)),
    { raw: { width: 30, height: 20, channels: 4 } },
  )

describe('lloyd quantize', () => {
  it('does the others where two inputs would be written to one file', async () => {
    await mkdir(cli.in('in'))
    await mkdir(cli.in('out'))
    await picture().png().toFile(cli.in('in/photo.png'))
    await picture().jpeg().toFile(cli.in('in/photo.jpg'))
    await picture().png().toFile(cli.in('in/sea.png'))
    const { code, stderr } = await cli.quantize(['in', '--out-dir', 'out', '--colors', '9'])
    expect(code).toBe(2)
    const clash = (one: string, other: string) =>
      `lloyd: ${one} would be written to out/photo-9.png, but so would ${other}; quantize them one by one, with -o\n`
    const [jpg, png] = ['in/photo.jpg', 'in/photo.png']
    expect(stderr).toBe(`${clash(jpg, png)}${clash(png, jpg)}lloyd: 2 of 3 images failed: ${jpg}, ${png}\n`)
    expect(readdirSync(cli.in('out'))).toEqual(['sea-9.png'])
  })

  it('does not write over an image that is still to be read', async () => {
    await picture().png().toFile(cli.in('sea.png'))
    await picture().png().toFile(cli.in('sea-9.png'))
    const { code, stderr } = await cli.quantize(['sea.png', 'sea-9.png', '--colors', '9', '--force'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^lloyd: sea-9\.png is an image to read and the output of sea\.png; write elsewhere/)
    expect(readdirSync(cli.folder).sort()).toEqual(['sea-9-9.png', 'sea-9.png', 'sea.png'])
  })

  it('says once, and before any work, that the directory is missing', async () => {
    for (const name of ['a.png', 'b.png']) await picture().png().toFile(cli.in(name))
    const args = ['quantize', '--backend', 'cpu', 'a.png', 'b.png', '--out-dir', 'nowhere']
    await cli.expectRefusal(args, /^lloyd: there is no directory nowhere for --out-dir; create it first\n$/)
  })

  it('tells that a file is truncated', async () => {
    const whole = await picture().png().toBuffer()
    await writeFile(cli.in('cut.png'), whole.subarray(0, whole.length - 40))
    await cli.expectRefusal(
      ['quantize', '--backend', 'cpu', 'cut.png'],
      /cut\.png is damaged or truncated \([^)]*\); get an intact copy/,
    )
  })

  it('measures a GIF against the file, with the alpha that it lost', async () => {
    await picture(140).png().toFile(cli.in('veil.png'))
    const { code, stdout } = await cli.quantize(['veil.png', '-o', 'veil.gif', '--report', '--json'])
    expect(code).toBe(0)
    const [{ mse, oklabMse, quality }] = JSON.parse(stdout).images
    // Alpha alone is off by 115.
    expect(mse).toBeGreaterThan(115 ** 2)
    expect(quality.mse).toBe(mse)
    expect(quality.psnr).toBeCloseTo(10 * Math.log10((4 * 255 ** 2) / mse), 9)
    expect(quality.deltaE).toBeGreaterThan(5)
    expect(oklabMse).toBeNull()
  })

  it('measures a PNG as the library does', async () => {
    await picture(140).png().toFile(cli.in('veil.png'))
    const { stdout } = await cli.quantize(['veil.png', '--colors', '256', '--report', '--json'])
    expect(JSON.parse(stdout).images[0]).toMatchObject({ mse: 0, oklabMse: 0, quality: { psnr: null, deltaE: 0 } })
  })
})

describe.skipIf(process.platform === 'win32')('on a system with pipes and links', () => {
  it('refuses what is no regular file, as an image and as a palette', async () => {
    execFileSync('mkfifo', [cli.in('pipe.png'), cli.in('pipe.gpl')])
    await picture().png().toFile(cli.in('a.png'))
    const command = ['quantize', '--backend', 'cpu']
    await cli.expectRefusal([...command, 'pipe.png'], /pipe\.png is not a regular file; save it to one first/)
    await cli.expectRefusal(['palette', '--backend', 'cpu', 'pipe.png'], /pipe\.png is not a regular file/)
    await cli.expectRefusal([...command, 'a.png', '--palette', 'pipe.gpl'], /pipe\.gpl is not a regular file/)
    await cli.expectRefusal([...command, '/dev/null'], /\/dev\/null is not a regular file/)
  })

  it('ends when it is interrupted, though a read is blocked for ever', async () => {
    execFileSync('mkfifo', [cli.in('table.csv')])
    let writer: number | undefined
    const ended = cli.lloyd(['kmeans', 'table.csv', '--k', '2', '--backend', 'cpu'], {
      onStart: (child) => {
        const attempt = setInterval(() => {
          try {
            // Fails until the command has opened the pipe, of which it then never reads a byte.
            writer ??= openSync(cli.in('table.csv'), constants.O_WRONLY | constants.O_NONBLOCK)
            child.kill('SIGTERM')
          } catch {
            if (child.exitCode === null) return
          }
          clearInterval(attempt)
        }, 20)
      },
    })
    expect(await ended).toMatchObject({ code: 143, stderr: expect.stringContaining('interrupted by SIGTERM') })
    closeSync(writer!)
  })

  it('does not replace a link to nothing without --force', async () => {
    await picture().png().toFile(cli.in('a.png'))
    await symlink('elsewhere.png', cli.in('out.png'))
    const args = ['quantize', '--backend', 'cpu', 'a.png', '-o', 'out.png']
    await cli.expectRefusal(args, /out\.png is a link to a file that does not exist; give --force/)
    expect(lstatSync(cli.in('out.png')).isSymbolicLink()).toBe(true)
    expect(existsSync(cli.in('elsewhere.png'))).toBe(false)
    expect(await cli.lloyd([...args, '--force'])).toMatchObject({ code: 0, stderr: '' })
    expect(lstatSync(cli.in('out.png')).isFile()).toBe(true)
  })

  it('never writes to an image before it is read, under whatever name', async () => {
    await mkdir(cli.in('sub'))
    await picture().png().toFile(cli.in('b.png'))
    for (const name of ['a.png', 'c.png', 'd.png', 'e.png']) await picture(200).png().toFile(cli.in(name))
    // The outputs of a, c and d are b: through a link, a link to a link, a second name. That of e is its own.
    await symlink('../b.png', cli.in('sub/a-9.png'))
    await symlink('a-9.png', cli.in('sub/c-9.png'))
    await link(cli.in('b.png'), cli.in('sub/d-9.png'))
    const b = await readFile(cli.in('b.png'))
    const inputs = ['a.png', 'c.png', 'd.png', './sub/../b.png', 'e.png']
    const args = [...inputs, '--colors', '9', '--out-dir', 'sub', '--force', '--json']
    const { code, stdout, stderr } = await cli.quantize(args)
    expect(code).toBe(2)
    expect(stderr).toMatch(/sub\/d-9\.png would be written|would be written to sub\/d-9\.png/)
    const { images, failures } = JSON.parse(stdout)
    expect(failures.map((failure: { input: string }) => failure.input)).toEqual(['a.png', 'c.png', 'd.png'])
    expect(images.map((image: { input: string }) => image.input)).toEqual(['./sub/../b.png', 'e.png'])
    expect((await readFile(cli.in('b.png'))).equals(b)).toBe(true)
    await cli.quantize(['b.png', '--colors', '9', '-o', 'alone.png'])
    expect((await readFile(cli.in('sub/b-9.png'))).equals(await readFile(cli.in('alone.png')))).toBe(true)
  })

  it('names the image that an output is', async () => {
    await picture().png().toFile(cli.in('a.png'))
    await picture().png().toFile(cli.in('b.png'))
    await symlink('b.png', cli.in('a-9.png'))
    const { code, stderr } = await cli.quantize(['a.png', 'b.png', '--colors', '9', '--force'])
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^lloyd: a-9\.png is the file b\.png, an image to read and the output of a\.png; write elsewhere/,
    )
  })

  it('does not write two outputs to one file that a link will make one', async () => {
    await mkdir(cli.in('in'))
    for (const name of ['in/a.png', 'in/b.png']) await picture().png().toFile(cli.in(name))
    await symlink('b-9.png', cli.in('a-9.png'))
    const { code, stderr } = await cli.quantize(['in', '--colors', '9', '--force'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^lloyd: in\/a\.png would be written to a-9\.png, but so would in\/b\.png as b-9\.png;/)
    expect(existsSync(cli.in('b-9.png'))).toBe(false)
  })

  it('replaces an image with its own result, also through a link, where --force is given', async () => {
    for (const name of ['a.png', 'b.png']) await picture().png().toFile(cli.in(name))
    await symlink('b.png', cli.in('link.png'))
    const inPlace = ['quantize', '--backend', 'cpu', 'a.png', '-o', './a.png']
    await cli.expectRefusal(inPlace, /a\.png exists already; give --force/)
    const small = ['--colors', '3', '--force']
    expect(await cli.lloyd([...inPlace, ...small])).toMatchObject({ code: 0, stderr: '' })
    expect(await cli.quantize(['b.png', '-o', 'link.png', ...small])).toMatchObject({ code: 0, stderr: '' })
    expect(lstatSync(cli.in('link.png')).isSymbolicLink()).toBe(true)
    expect((await readFile(cli.in('b.png'))).equals(await readFile(cli.in('a.png')))).toBe(true)
    // Three entries take two bits.
    expect((await readFile(cli.in('a.png')))[24]).toBe(2)
  })

  it('keeps palettes and tables apart from what they are made of', async () => {
    await picture().png().toFile(cli.in('a.png'))
    await writeFile(cli.in('t.csv'), 'x,y\n1,2\n3,4\n')
    await symlink('a.png', cli.in('p.css'))
    await symlink('p.json', cli.in('q.json'))
    await link(cli.in('t.csv'), cli.in('labels.csv'))
    const palette = ['palette', 'a.png', '--backend', 'cpu', '--force', '-o']
    await cli.expectRefusal([...palette, 'p.css'], /p\.css and a\.png are one file; name another with -o/)
    await cli.expectRefusal([...palette, 'p.json', '-o', 'q.json'], /q\.json and p\.json are one file/)
    const quantize = ['quantize', 'a.png', '-o', 'b.png', '--backend', 'cpu', '--force', '--palette-out', 'p.css']
    await cli.expectRefusal(quantize, /p\.css and a\.png are one file; name another with --palette-out/)
    const kmeans = ['kmeans', 't.csv', '--k', '1', '--backend', 'cpu', '--force', '-o', 'labels.csv']
    await cli.expectRefusal(kmeans, /labels\.csv is read and the output of -o/)
  })
})
