/** lloyd photos: folders with files of every kind, and what it writes, read back by other software. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import Papa from 'papaparse'
import sharp, { type Create } from 'sharp'
import { describe, expect, it } from 'vitest'
import { patternedImages, plantedImages } from '../../applications/images/planted-images'
import { useCli } from '../../support/cli'
import { useCheckedPages } from './checked-pages'

const cli = useCli()
const onCpu = (args: string[]) => ['photos', ...args, '--backend', 'cpu']
const expectRefusal = (args: string[], message: RegExp) => cli.expectRefusal(onCpu(args), message)

interface File {
  file: string
  cluster: number
  distance: number
  traits: Record<string, number>
}

/** Writes planted images as files, and returns their names. */
async function plantFiles(folder: string, count: number): Promise<string[]> {
  await mkdir(cli.in(folder), { recursive: true })
  const files = plantedImages(count, 3).map(({ data, width, height }, at) => {
    const name = `${folder}/${at}.png`
    return sharp(data, { raw: { width, height, channels: 4 } })
      .toFile(cli.in(name))
      .then(() => name)
  })
  return await Promise.all(files)
}

describe('lloyd photos', () => {
  const checkPage = useCheckedPages()

  it('groups a folder, and writes a page, contact sheets and a table', async () => {
    const files = await plantFiles('photos', 12)
    const outputs = ['-o', 'page.html', '--sheets', 'new/sheets', '--table', 'photos.csv']
    const run = await cli.runJson(onCpu(['photos', ...outputs]))
    expect(run.files.map(({ file }: File) => file)).toEqual(files)
    expect(run.clusters.map(({ size }: { size: number }) => size)).toEqual([3, 3, 3, 3])
    for (const { photographs, medoid } of run.clusters) {
      const groups = photographs.map((file: string) => Number(/(\d+)\.png/.exec(file)![1]) % 4)
      expect(new Set(groups).size).toBe(1)
      expect(photographs[0]).toBe(medoid)
    }
    const { data } = Papa.parse<Record<string, string>>(await readFile(cli.in('photos.csv'), 'utf8'), {
      header: true,
      skipEmptyLines: true,
    })
    expect(data.map(({ file, cluster, distance }) => [file, Number(cluster), Number(distance)])).toEqual(
      run.files.map(({ file, cluster, distance }: File) => [file, cluster, distance]),
    )
    expect(data[0]).toMatchObject({ name: run.clusters[run.files[0].cluster].name })
    expect(Number(data[0]['share of blue'])).toBeCloseTo(run.files[0].traits['share of blue'], 2)
    for (const [at, path] of run.sheets.entries()) {
      expect(path).toBe(`new/sheets/cluster-${at}.jpg`)
      const { data: pixels, info } = await sharp(cli.in(path)).raw().toBuffer({ resolveWithObject: true })
      expect(info).toMatchObject({ format: 'raw', channels: 3 })
      expect([...pixels.subarray(0, 3)].every((value) => value > 240)).toBe(true)
      expect(run.clusters[at].name).toMatch(/blue|green|white|red/)
    }
    const { headings, rows } = await checkPage(cli.in('page.html'))
    for (const { label, name } of run.clusters) expect(headings).toContain(`Cluster ${label}: ${name}`)
    expect(rows.filter((row) => /^cluster\u00a0\d325\.0 %/.test(row))).toHaveLength(4)
    const html = await readFile(cli.in('page.html'), 'utf8')
    const pictures = [...html.matchAll(/<img src="data:image\/jpeg;base64,([^"]+)" alt="([^"]+)" width="(\d+)"/g)]
    expect(pictures.map(([, , alt]) => `photos/${alt}`).sort()).toEqual([...files].sort())
    const { width } = await sharp(Buffer.from(pictures[0][1], 'base64')).metadata()
    expect(width).toBe(Number(pictures[0][3]))
  })

  it('clusters what it can read, and tells all else', async () => {
    await plantFiles('mixed', 4)
    const red = { width: 30, height: 20, channels: 3, background: '#c81e1e' } as const
    const made = (options = {}) => sharp({ create: { ...red, ...options } as Create })
    await made().jpeg().toFile(cli.in('mixed/A.jpg'))
    await made({ background: '#1e1ec8' }).jpeg().toFile(cli.in('mixed/a.JPG'))
    await made().toColourspace('cmyk').jpeg().toFile(cli.in('mixed/cmyk.jpg'))
    await made().greyscale().toFile(cli.in('mixed/grey.png'))
    await made().toColourspace('rgb16').png().toFile(cli.in('mixed/deep.png'))
    await made({ channels: 4, background: '#c81e1e80' }).toFile(cli.in('mixed/half.webp'))
    await made({ channels: 4, background: '#0000' }).toFile(cli.in('mixed/none.png'))
    const frames = [made(), made({ background: '#1e1ec8' })].map((frame) => frame.png().toBuffer())
    await sharp(await Promise.all(frames), { join: { animated: true } }).toFile(cli.in('mixed/moving.gif'))
    // Turned by its orientation: the wide picture is shown upright.
    await made({ width: 400 }).withMetadata({ orientation: 6 }).jpeg().toFile(cli.in('mixed/turned.jpg'))
    const whole = await made().jpeg().toBuffer()
    await writeFile(cli.in('mixed/cut.jpg'), whole.subarray(0, whole.length / 2))
    await writeFile(cli.in('mixed/text.png'), 'no image')
    await writeFile(cli.in('mixed/notes.txt'), 'notes')
    await writeFile(cli.in('mixed/.hidden.png'), 'x')
    await mkdir(cli.in('mixed/more'))
    const args = onCpu(['mixed', '--k', '3', '--table', 'mixed.csv', '-o', 'mixed.html', '--json'])
    const { code, stdout, stderr } = await cli.serve(args)
    const run = JSON.parse(stdout)
    expect(code).toBe(2)
    expect(run.photographs).toBe(12)
    expect(run.failures.map(({ file, code }: { file: string; code: string }) => [file, code])).toEqual([
      ['mixed/cut.jpg', 'FormatError'],
      ['mixed/none.png', 'FormatError'],
      ['mixed/text.png', 'FormatError'],
    ])
    expect(run.animated).toEqual(['mixed/moving.gif'])
    expect(run.leftOut).toEqual([
      { path: 'mixed/.hidden.png', reason: 'hidden' },
      { path: 'mixed/more', reason: 'a folder within' },
      { path: 'mixed/notes.txt', reason: 'no image by its name' },
    ])
    for (const told of [/cut\.jpg is damaged/, /none\.png is fully transparent/, /text\.png is not an image/]) {
      expect(stderr).toMatch(told)
    }
    expect(stderr).toMatch(/left out, no image by its name: mixed\/notes\.txt\n/)
    expect(stderr).toMatch(/left out, a folder within: mixed\/more; give it/)
    expect(stderr).toMatch(/of several frames, the first is used: mixed\/moving\.gif\n/)
    const of = (name: string): File & { width: number } => run.files.find(({ file }: File) => file === `mixed/${name}`)
    for (const name of ['A.jpg', 'deep.png', 'half.webp', 'moving.gif', 'turned.jpg']) {
      expect(of(name).traits['share of red'], name).toBe(100)
      expect(of(name).cluster, name).toBe(of('A.jpg').cluster)
    }
    expect(of('a.JPG').traits['share of blue']).toBe(100)
    expect(of('grey.png').traits['share of grey']).toBe(100)
    expect(of('turned.jpg').width).toBe(20)
    const page = await readFile(cli.in('mixed.html'), 'utf8')
    for (const text of ['cut.jpg is damaged', 'notes.txt', 'moving.gif']) expect(page).toContain(text)
  })

  it('compares patterns by an auto-encoder, and says so', async () => {
    await mkdir(cli.in('patterns'))
    for (const [at, { data, width, height }] of patternedImages(8, 2).entries()) {
      await sharp(data, { raw: { width, height, channels: 4 } }).toFile(cli.in(`patterns/${at}.png`))
    }
    const args = ['patterns', '--features', 'autoencoder', '--k', '4', '-o', 'page.html']
    const run = await cli.runJson(onCpu(args))
    expect(run.features).toBe('autoencoder')
    const upright = run.files.map(({ traits }: File) => traits['upright edges'])
    expect(Math.min(upright[0], upright[4])).toBeGreaterThan(5 * Math.max(upright[1], upright[5]))
    const html = await readFile(cli.in('page.html'), 'utf8')
    expect(html).toContain('8 photographs in 4 clusters, by their patterns in shades of grey, whatever their colours.')
    await expectRefusal(['patterns', '--features', 'words'], /--features.*colors, autoencoder/)
  })

  it('prints a line for each cluster, and takes files, patterns and one photograph', async () => {
    const files = await plantFiles('some', 3)
    const { code, stdout } = await cli.serve(onCpu(['some/0.png', 'some/*.png', './some/1.png', '--k', '2']))
    expect(code).toBe(0)
    expect(stdout).toMatch(/^photos {4}3 photographs\n/)
    expect(stdout).toMatch(/\nclusters \(as given\)\n {2}0 {2}.*: 2 photographs, 66\.7 %\n/)
    const one = await cli.runJson(onCpu([files[0]]))
    expect(one.clusters).toMatchObject([{ name: 'dark, mostly blue', photographs: [files[0]] }])
  })

  it('refuses what cannot be done, before it reads', async () => {
    await plantFiles('few', 2)
    await mkdir(cli.in('empty'))
    await mkdir(cli.in('sheets'))
    await expectRefusal(['empty'], /the folder empty has no \.jpg/)
    await expectRefusal(['absent'], /there is no file absent/)
    await expectRefusal(['few', '--k', '3'], /--k must be at most the number of photographs, 2, got 3/)
    await expectRefusal(['few', '--sheets', 'few/0.png/new'], /few\/0\.png\/new cannot be used \(ENOTDIR\)/)
    await writeFile(cli.in('sheets/cluster-1.jpg'), '')
    await expectRefusal(['few', '--sheets', 'sheets'], /cluster-1\.jpg exists already/)
    await expectRefusal(['few', '-o', 'few/0.png'], /few\/0\.png is read and the output of -o/)
  })
})
