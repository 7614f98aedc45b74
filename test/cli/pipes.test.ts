/** `-` for standard input and output, and failures as JSON. */
import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { dist, type RunOptions, useCli } from '../support/cli.js'

const cli = useCli()

function noise(side: number) {
  let state = 1
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state >>> 24
  }
  return sharp(Uint8Array.from({ length: side * side * 3 }, next), { raw: { width: side, height: side, channels: 3 } })
}

/** The standard output of `lloyd quantize`. */
async function piped(args: string[], options: RunOptions = {}) {
  const parts: Buffer[] = []
  const outcome = await cli.quantize(args, { ...options, onBytes: (part) => parts.push(part) })
  return { ...outcome, bytes: Buffer.concat(parts) }
}

describe('lloyd quantize -', () => {
  it('reads standard input and writes standard output, to the bytes that a file gets', async () => {
    const input = await noise(40).png().toBuffer()
    await writeFile(cli.in('noise.png'), input)
    expect(await cli.quantize(['noise.png', '--colors', '16'])).toMatchObject({ code: 0 })
    const expected = readFileSync(cli.in('noise-16.png'))
    const before = readdirSync(cli.folder)
    for (const args of [['-'], ['-', '-o', '-'], ['noise.png', '-o', '-'], ['-', '-o', '-', '--format', 'png']]) {
      const { code, stderr, bytes } = await piped([...args, '--colors', '16'], { input })
      expect({ code, stderr }, args.join(' ')).toEqual({ code: 0, stderr: '' })
      expect(bytes.equals(expected), args.join(' ')).toBe(true)
    }
    expect(readdirSync(cli.folder)).toEqual(before)
  })

  it('goes where it is told, and reports on standard error', async () => {
    const input = await noise(30).jpeg().toBuffer()
    await mkdir(cli.in('out'))
    const named = await cli.quantize(['-', '-o', 'a.png', '--colors', '4', '--json'], { input })
    expect(JSON.parse(named.stdout).images).toMatchObject([{ input: '-', output: 'a.png', format: 'jpeg' }])
    expect(await cli.quantize(['-', '--out-dir', 'out', '--colors', '4'], { input })).toMatchObject({ code: 0 })
    expect(readFileSync(cli.in('out/stdin-4.png')).equals(readFileSync(cli.in('a.png')))).toBe(true)
    const gif = await piped(['-', 'a.png', '-o', '-', '--format', 'gif', '--report'], { input })
    expect(gif).toMatchObject({ code: 0, stderr: expect.stringMatching(/^output +standard output, .*%/m) })
    expect((await sharp(gif.bytes, { animated: true }).metadata()).pages).toBe(2)
    await writeFile(cli.in('-'), await noise(20).png().toBuffer())
    const file = await cli.quantize(['./-', '-o', 'dash.png', '--json'])
    expect(JSON.parse(file.stdout).images).toMatchObject([{ width: 20 }])
  })

  it('refuses what cannot be', async () => {
    const refusals: [string[], Uint8Array, RegExp][] = [
      [['-'], Uint8Array.of(), /^lloyd: standard input is empty; check/],
      [['-'], Buffer.from('not an image'), /^lloyd: standard input is not an image that can be decoded; give/],
      [['-'], (await noise(40).png().toBuffer()).subarray(0, 900), /^lloyd: standard input is damaged or truncated/],
      [
        ['-', '--json'],
        Uint8Array.of(),
        /^lloyd: --json and the image would both be written to standard output; name a file .* -o/,
      ],
      [['-', 'b.png', '-o', '-'], Uint8Array.of(), /^lloyd: -o names one file, but there are 2 images/],
    ]
    for (const [args, input, message] of refusals) {
      const { code, stdout, stderr } = await cli.quantize(args, { input })
      expect(stderr).toMatch(message)
      expect(stderr).toMatch(/^[^\n]+\n$/)
      expect(code).toBe(2)
      if (!args.includes('--json')) expect(stdout).toBe('')
    }
    expect(readdirSync(cli.folder)).toEqual([])
  })

  it('ends quietly and not with 0 when its reader has gone', async () => {
    const input = await noise(560).png().toBuffer()
    let seen = 0
    // More bytes than a pipe holds.
    const outcome = await cli.quantize(['-', '--iterations', '0'], {
      input,
      onBytes: (part, child) => {
        seen += part.length
        child.stdout?.destroy()
      },
    })
    expect(seen).toBeLessThan(250_000)
    // A slow machine tells of its progress.
    const stderr = outcome.stderr.replace(/^lloyd: standard input: \w+ [\d,]+ of [\d,]+\n/gm, '')
    expect({ code: outcome.code, stderr }).toEqual({ code: 141, stderr: '' })
    expect(
      await cli.quantize(['-', '--colors', '2'], { input: await noise(30).png().toBuffer(), closeOutput: true }),
    ).toMatchObject({
      code: 141,
      stderr: '',
    })
  })

  it.skipIf(!existsSync('/dev/full'))('says that standard output is full', async () => {
    await noise(30).png().toFile(cli.in('a.png'))
    for (const args of [
      ['quantize', 'a.png', '-o', '-'],
      ['palette', 'a.png'],
    ]) {
      const full = openSync('/dev/full', 'w')
      const command = [join(dist, 'cli.js'), ...args, '--backend', 'cpu']
      const { status, stderr } = spawnSync(process.execPath, command, {
        cwd: cli.folder,
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      })
      closeSync(full)
      expect(stderr).toMatch(/^lloyd: standard output cannot be written \(ENOSPC\); choose another place[^\n]*\n$/)
      expect(status).toBe(2)
    }
  })

  it.skipIf(!existsSync('/usr/bin/script'))(
    'neither fills a terminal with an image nor waits for one there',
    async () => {
      await noise(30).png().toFile(cli.in('a.png'))
      const inTerminal = (args: string) => {
        const command = `${process.execPath} ${join(dist, 'cli.js')} ${args} --backend cpu; echo code $?`
        return execFileSync('script', ['-qc', command, '/dev/null'], { cwd: cli.folder, encoding: 'utf8' })
      }
      expect(inTerminal('quantize a.png -o -')).toMatch(
        /lloyd: standard output is a terminal, .*redirect it.*\s+code 2/,
      )
      expect(inTerminal('quantize - -o b.png')).toMatch(/lloyd: standard input is a terminal; redirect .*\s+code 2/)
      expect(inTerminal('palette -')).toMatch(/lloyd: standard input is a terminal; redirect .*\s+code 2/)
    },
  )
})

it('lloyd palette - reads standard input', async () => {
  const input = await noise(30).png().toBuffer()
  await writeFile(cli.in('a.png'), input)
  const palette = (args: string[]) => cli.lloyd(['palette', '--backend', 'cpu', ...args], { input })
  const [file, pipe] = [await palette(['a.png']), await palette(['-'])]
  expect(pipe).toEqual({ ...file, code: 0, stderr: '' })
  expect(JSON.parse((await palette(['-', '--json'])).stdout)).toMatchObject({ input: '-', width: 30 })
  const written = await palette(['-', '-o', 'p.css'])
  expect(written).toMatchObject({ code: 0 })
  expect(readFileSync(cli.in('p.css'), 'utf8')).toContain('#')
})

describe('a failure with --json', () => {
  it.each<[string[], RegExp]>([
    [['--json'], /unknown option '--json'; see lloyd --help/],
    [['quantise', '--json'], /unknown command 'quantise' .*; see lloyd --help/],
    [['quantize', '--json'], /no image given/],
    [['quantize', '--json', '--frob'], /unknown option '--frob'; see lloyd quantize --help/],
    [['quantize', 'a.png', '--json', '--colors', '0'], /--colors must be an integer from 1 to 256/],
    [['quantize', 'a.png', '--json', '--colors'], /'--colors <n>' argument missing/],
    [['quantize', 'a.png', '--json', '--dither', 'x'], /'x' is invalid/],
    [['quantize', 'a.png', '--json', '-o', 'x.bmp'], /-o takes - or a file/],
    [['palette', '--json'], /missing required argument 'images'; see lloyd palette --help/],
    [['palette', 'nowhere.png', '--json'], /no file nowhere\.png/],
    [['kmeans', '--json'], /'--k <n>' not specified; see lloyd kmeans --help/],
    [['kmeans', 'nowhere.csv', '--k', '2', '--json'], /no file nowhere\.csv/],
    [['elbow', '--json', 'nowhere.csv'], /no file nowhere\.csv/],
    [['predict', '--json', 'nowhere.csv'], /'--model <file>' not specified/],
    [['autoencoder', '--json'], /unknown option '--json'/],
    [['autoencoder', 'learn', '--json'], /unknown command 'learn'; see lloyd autoencoder --help/],
    [['autoencoder', 'train', '--json'], /see lloyd autoencoder train --help/],
    [['info', '--json', 'more'], /too many arguments/],
  ])('%j is JSON on standard output, and a line on the other', async (args, message) => {
    const { code, stdout, stderr } = await cli.serve(args)
    expect(code).toBe(2)
    const { error } = JSON.parse(stdout)
    expect(error).toEqual({ code: 'InputError', message: expect.stringMatching(message) })
    expect(stderr).toBe(`lloyd: ${error.message}\n`)
  })

  it('is none where --json is a file', async () => {
    expect(await cli.lloyd(['quantize', '--', '--json'])).toMatchObject({ code: 2, stdout: '' })
  })

  it('names the commands where one is missing', () =>
    cli.expectRefusal(
      ['autoencoder'],
      /lloyd autoencoder needs a command: train, encode, .*; see lloyd autoencoder --help/,
    ))
})

describe('npm start', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const sample = ['--sample', 'demo/photos/kingfisher.png']

  it('takes paths from the folder where it is called', async () => {
    await mkdir(cli.in('sub'))
    await noise(30).png().toFile(cli.in('sub/noise.png'))
    const env = { npm_lifecycle_event: 'start', INIT_CWD: cli.in('sub') }
    const run = (args: string[]) => cli.quantize([...sample, ...args, '--iterations', '0'], { from: root, env })
    expect(await run(['noise.png', '-o', '../out.png'])).toMatchObject({ code: 0, stderr: '' })
    expect(await run(['./noise.png', '--colors', '4'])).toMatchObject({ code: 0, stderr: '' })
    expect(await run([])).toMatchObject({ code: 0, stderr: '' })
    expect(readdirSync(cli.folder).sort()).toEqual(['out.png', 'sub'])
    expect(readdirSync(cli.in('sub')).sort()).toEqual(['kingfisher-64.png', 'noise-4.png', 'noise.png'])
    expect(await run(['nowhere.png'])).toMatchObject({ code: 2, stderr: expect.stringContaining('nowhere.png') })
  })

  it('alone does so', async () => {
    await noise(30).png().toFile(cli.in('noise.png'))
    const env = { npm_lifecycle_event: 'test', INIT_CWD: root }
    expect(await cli.quantize(['--sample', 'noise.png'], { env })).toMatchObject({ code: 0, stderr: '' })
    expect(existsSync(cli.in('noise-64.png'))).toBe(true)
  })
})

describe('a table as -', () => {
  const table = 'x,y\n1,2\n1.5,2\n9,8\n9.5,8\n'

  it('is read from standard input, whatever its kind', async () => {
    await writeFile(cli.in('t.csv'), table)
    const npy = readFileSync(new URL('../data/tables/numpy/f8.npy', import.meta.url))
    const kmeans = (path: string, input: Uint8Array, ...args: string[]) =>
      cli.lloyd(['kmeans', path, '--k', '2', '--backend', 'cpu', '--json', ...args], { input })
    const file = JSON.parse((await kmeans('t.csv', Buffer.from(''))).stdout)
    for (const input of [Buffer.from(table), gzipSync(table), Buffer.from(table.replaceAll(',', '\t'))]) {
      const { code, stdout } = await kmeans('-', input)
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toEqual({ ...file, table: '-' })
    }
    expect(JSON.parse((await kmeans('-', npy, '--save', 'm.json')).stdout)).toMatchObject({ table: '-' })
    const predicted = await cli.lloyd(['predict', '-', '--model', 'm.json', '--backend', 'cpu'], { input: npy })
    expect(predicted).toMatchObject({ code: 0, stdout: expect.stringMatching(/^row,label\n1,\d\n/) })
    expect((await kmeans('-', Buffer.from('x\n'))).stderr).toMatch(/^lloyd: standard input /)
    expect((await kmeans('-', Buffer.from(''))).stderr).toMatch(/^lloyd: standard input is empty; check/)
  })

  it('is no output', async () => {
    await writeFile(cli.in('t.csv'), table)
    const args = ['kmeans', 't.csv', '--k', '2', '--backend', 'cpu', '-o', '-']
    await cli.expectRefusal(args, /-o takes a file, not standard output; for a file of that name, write \.\/-/)
  })
})
