import { adjustedRandIndex, clusterImages, type QuantizeImage } from 'lloyd'
import { describe, expect, it } from 'vitest'
import { colorTerm } from '../../../src/applications/images/color-terms.js'
import { oklabCoordinates } from '../../../src/kernels/color/space/oklab.js'
import { softHistogram } from '../../oracle/color/soft-histogram'
import { alphaNoiseImage, drawImage, noiseImage } from '../../oracle/images'
import { testEngines } from '../../support/engines'
import { PALETTES, plantedImages } from './planted-images'

const engines = await testEngines()
const [{ engine: cpu }] = engines
const plain = (r: number, g: number, b: number, a = 255) => drawImage(3, 2, () => [r, g, b, a])

describe('clusterImages', () => {
  it('finds planted palettes again, chooses their number, and names what a person sees', async () => {
    const images = plantedImages(32, 7)
    const truth = images.map((_, at) => at % PALETTES.length)
    const { labels, clusters, choice, distances, features } = await clusterImages(cpu, images)
    expect(choice.k).toBe(PALETTES.length)
    expect(adjustedRandIndex(labels, truth)).toBe(1)
    for (const { name, medoid, images: members, size, sentence, label } of clusters) {
      expect(name).toMatch(PALETTES[truth[medoid]].name)
      expect(sentence).toMatch(/^8 images \(25 %\) with /)
      expect(members[0]).toBe(medoid)
      expect(members.length).toBe(size)
      expect(members.every((image) => labels[image] === label)).toBe(true)
      const far = members.map((image) => distances[image])
      expect(far).toEqual([...far].sort((a, b) => a - b))
      expect(far[0]).toBe(0)
      // The medoid by its definition.
      const rowOf = (image: number) => features.data.subarray(image * features.columns, (image + 1) * features.columns)
      const distance = (a: number, b: number) => Math.hypot(...rowOf(a).map((value, at) => value - rowOf(b)[at]))
      const sums = members.map((a) => members.reduce((sum, b) => sum + distance(a, b), 0))
      expect(Math.min(...sums)).toBeCloseTo(sums[0], 6)
      expect(far.at(-1)!).toBeCloseTo(distance(medoid, members.at(-1)!), 6)
    }
  })

  it('compares by Hellinger distances of soft histograms in Oklab, as the oracle has them', async () => {
    const images = [noiseImage(16, 12, 1), alphaNoiseImage(12, 10, 2), plain(255, 255, 255), plain(0, 0, 0)]
    const { features } = await clusterImages(cpu, images, { k: 1 })
    for (const [at, image] of images.entries()) {
      const row = features.data.subarray(at * features.columns, (at + 1) * features.columns)
      const shares = row.map((value) => 2 * value * value)
      const expected = softHistogram(image)
      // A colour is placed to a sixteenth of the way between places.
      expect(Math.max(...shares.map((share, bin) => Math.abs(share - expected[bin])))).toBeLessThan(0.02)
      expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 6)
    }
    const [white, black] = [2, 3].map((at) => features.data.subarray(at * 384, (at + 1) * 384))
    expect(Math.hypot(...white.map((value, at) => value - black[at]))).toBeCloseTo(1, 6)
  })

  it('has the same bytes on every engine, and for pixels in any order', async () => {
    const image = alphaNoiseImage(40, 30, 4)
    const words = new Uint32Array(image.data.slice().buffer).reverse()
    const turned = { data: new Uint8Array(words.buffer), width: 30, height: 40 }
    const results = []
    for (const { engine } of engines) results.push(await clusterImages(engine, [image, turned], { k: 1 }))
    for (const { features, traits, clusters } of results) {
      expect(features.data).toEqual(results[0].features.data)
      expect(traits.data).toEqual(results[0].traits.data)
      expect(features.data.subarray(0, 384)).toEqual(features.data.subarray(384))
      expect(clusters).toEqual(results[0].clusters)
    }
  })

  it('counts pixels by their alpha, and takes 16-bit samples', async () => {
    const half = drawImage(4, 1, (x) => (x === 0 ? [200, 0, 0, 255] : [0, 0, 200, x === 1 ? 85 : 0]))
    const deep = { data: Uint16Array.from(plain(200, 10, 10).data, (byte) => 257 * byte), width: 3, height: 2 }
    const { names, traits } = await clusterImages(cpu, [half, deep], { k: 1 })
    const shareOf = (image: number, term: string) =>
      traits.data[image * names.length + names.indexOf(`share of ${term}`)]
    expect([shareOf(0, 'red'), shareOf(0, 'blue'), shareOf(1, 'red')]).toEqual([75, 25, 100])
  })

  it('describes single colours by known figures', async () => {
    const { names, traits } = await clusterImages(cpu, [plain(255, 255, 255), drawImage(2, 1, (x) => [255 * x, 0, 0])])
    const of = (image: number, name: string) => traits.data[image * names.length + names.indexOf(name)]
    expect([of(0, 'lightness'), of(0, 'contrast'), of(0, 'colourfulness')]).toEqual([expect.closeTo(100, 1), 0, 0])
    // R − G and (R + G) / 2 − B: means 127.5 and 63.75, deviations the same.
    expect(of(1, 'colourfulness')).toBeCloseTo(1.3 * Math.hypot(127.5, 63.75), 6)
    expect(of(1, 'lightness')).toBeCloseTo(62.8 / 2, 0)
  })

  it('takes one image, equal images and as many clusters as images', async () => {
    const one = await clusterImages(cpu, [plain(9, 9, 9)])
    expect(one.clusters).toMatchObject([{ name: 'dark, mostly black', size: 1, medoid: 0, images: [0] }])
    expect(one.clusters[0].sentence).toMatch(/^All images: /)
    const same = await clusterImages(cpu, Array(6).fill(plain(250, 250, 250)))
    expect(same.clusters).toMatchObject([{ size: 6, images: [0, 1, 2, 3, 4, 5] }])
    const forced = await clusterImages(cpu, Array(3).fill(plain(250, 250, 250)), { k: 3 })
    expect(forced.clusters.map(({ size }) => size)).toEqual([3])
    const each = await clusterImages(cpu, [plain(250, 0, 0), plain(0, 250, 0), plain(240, 0, 0)], { k: 3 })
    expect([...each.labels].sort()).toEqual([0, 1, 2])
    expect(new Set(each.clusters.map(({ name }) => name)).size).toBe(3)
  })

  it('reads one image after another, and ends the source with the work', async () => {
    let open = 0
    let ended = false
    async function* source() {
      try {
        for (let at = 0; at < 5; at++) {
          expect(++open).toBe(1)
          yield plain(50 * at, 0, 0)
          open--
        }
      } finally {
        ended = true
      }
    }
    expect((await clusterImages(cpu, source(), { k: 2 })).labels).toHaveLength(5)
    const controller = new AbortController()
    ended = false
    open = 0
    const work = clusterImages(cpu, source(), {
      signal: controller.signal,
      onProgress: ({ done }) => done === 2 && controller.abort('enough'),
    })
    await expect(work).rejects.toBe('enough')
    expect(ended).toBe(true)
  })

  it('refuses what it cannot cluster, with the place of the image', async () => {
    const refused = (images: unknown, options: object, message: RegExp) =>
      expect(clusterImages(cpu, images as QuantizeImage[], options)).rejects.toMatchObject({
        code: 'InputError',
        message: expect.stringMatching(message),
      })
    await refused([], {}, /no image to cluster/)
    await refused(plain(1, 2, 3), {}, /images must be an array or an iterable/)
    await refused([plain(1, 2, 3), plain(1, 2, 3, 0)], {}, /images\[1\]: the image is fully transparent/)
    await refused([plain(1, 2, 3), { width: 3 }], {}, /images\[1\]: image must be/)
    await refused([plain(1, 2, 3)], { k: 2 }, /k must be at most the number of images, 1, got 2/)
    await refused([plain(1, 2, 3)], { k: 65 }, /k must be an integer from 1 to 64/)
  })
})

it.each([
  ['black', 0x000000],
  ['grey', 0x808080],
  ['white', 0xffffff],
  ['red', 0xff0000],
  ['red', 0xdc143c],
  ['orange', 0xffa500],
  ['brown', 0x8b4513],
  ['brown', 0xd2b48c],
  ['yellow', 0xffd700],
  ['green', 0x228b22],
  ['green', 0x808000],
  ['blue', 0x000080],
  ['blue', 0x87ceeb],
  ['purple', 0x800080],
  ['pink', 0xff69b4],
  ['pink', 0xffc0cb],
])('calls %s what CSS does', (term, color) => {
  const coordinates = new Uint32Array(4)
  oklabCoordinates(((color & 0xff) << 16) | (color & 0xff00) | (color >> 16), false, coordinates)
  expect(colorTerm(coordinates)).toBe(term)
})
