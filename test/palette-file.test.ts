/** Palette files, read back by parsers written from the formats' descriptions. */
import fc from 'fast-check'
import {
  decodePalette,
  describePalette,
  encodePalette,
  LloydError,
  type PaletteFormat,
  type PaletteSource,
} from 'lloyd'
import { describe, expect, it } from 'vitest'

const utf8 = (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(bytes)

/** https://developer.gimp.org/core/standards/gpl/ */
function parseGpl(file: string) {
  const lines = file.split('\n')
  expect(lines.shift()).toBe('GIMP Palette')
  const name = /^Name: (.*)$/.exec(lines.shift()!)![1]
  const columns = Number(/^Columns: (\d+)$/.exec(lines.shift()!)![1])
  const colors = lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, red, green, blue, colorName] = /^\s*(\d+)\s+(\d+)\s+(\d+)(?:\s+(.*))?$/.exec(line)!
      return { rgb: [Number(red), Number(green), Number(blue)], name: colorName }
    })
  return { name, columns, colors }
}

/** 256 RGB triples; then, as Photoshop writes it, the number of entries and the transparent one, big-endian. */
function parseAct(file: Uint8Array) {
  expect(file.length).toBe(772)
  const count = 256 * file[768] + file[769]
  const transparent = 256 * file[770] + file[771]
  const colors = Array.from({ length: 256 }, (_, entry) => [...file.subarray(3 * entry, 3 * entry + 3)])
  expect(
    colors
      .slice(count)
      .flat()
      .every((value) => value === 0),
  ).toBe(true)
  return { colors: colors.slice(0, count), transparent: transparent === 65535 ? null : transparent }
}

function parseCss(file: string): { name: string; values: number[][] } {
  const [, comment, body] = /^\/\*((?:(?!\*\/).)*)\*\/\n:root \{\n([^{}]*)\}\n$/.exec(file)!
  const values = body
    .trimEnd()
    .split('\n')
    .map((line, entry) => {
      const [, number, hex] = /^ {2}--color-(\d+): #((?:[0-9a-f]{2}){3,4});$/.exec(line)!
      expect(Number(number)).toBe(entry)
      return [...hex.matchAll(/../g)].map(([digits]) => Number.parseInt(digits, 16))
    })
  return { name: comment.trim(), values }
}

const palettes = fc
  .array(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.constantFrom(255, 255, 0, 128, 1)), {
    minLength: 1,
    maxLength: 256,
  })
  .map((colors) => ({ colors, bytes: Uint8Array.from(colors.flat()) }))

describe('encodePalette', () => {
  it('writes what the descriptions of the formats say, for any palette and name', () => {
    const seed = Date.now() & 0xffff
    console.log(`palette files: seed ${seed}`)
    fc.assert(
      fc.property(palettes, fc.string({ unit: 'binary', maxLength: 40 }), ({ colors, bytes }, name) => {
        const oneLine = name.replace(/\s+/g, ' ').trim() || 'lloyd'
        const rgb = colors.map((color) => color.slice(0, 3))
        const gpl = parseGpl(utf8(encodePalette(bytes, 'gpl', { name })))
        expect(gpl.colors.map((color) => color.rgb)).toEqual(rgb)
        expect(gpl.name).toBe(utf8(new TextEncoder().encode(oneLine)))

        const firstClear = colors.findIndex(([, , , alpha]) => alpha === 0)
        const act = { colors: rgb, transparent: firstClear < 0 ? null : firstClear }
        expect(parseAct(encodePalette(bytes, 'act', { name }))).toEqual(act)

        const opaqueOrNot = colors.map((color) => (color[3] === 255 ? color.slice(0, 3) : color))
        expect(parseCss(utf8(encodePalette(bytes, 'css', { name }))).values).toEqual(opaqueOrNot)

        const json = JSON.parse(utf8(encodePalette(bytes, 'json', { name })))
        expect(json.colors.map((color: { rgba: number[] }) => color.rgba)).toEqual(colors)
      }),
      { seed, numRuns: 200 },
    )
  })

  it('names the entries of a GIMP palette by their value, alpha included', () => {
    const { columns, colors } = parseGpl(utf8(encodePalette(Uint8Array.of(1, 2, 3, 255, 254, 0, 16, 128), 'gpl')))
    expect(columns).toBe(16)
    expect(colors.map(({ name }) => name)).toEqual(['#010203', '#fe001080'])
  })

  it('keeps a comment in CSS closed', () => {
    const file = utf8(encodePalette(Uint8Array.of(0, 0, 0, 255), 'css', { name: 'a */ body { color: red } /*' }))
    expect(parseCss(file).values).toEqual([[0, 0, 0]])
  })

  it('tells the pixels and their share', () => {
    const palette = Uint8Array.of(255, 0, 0, 255, 0, 0, 0, 0)
    const expected = [
      { hex: '#ff0000', rgba: [255, 0, 0, 255], pixels: 30, share: 0.75 },
      { hex: '#00000000', rgba: [0, 0, 0, 0], pixels: 10, share: 0.25 },
    ]
    expect(describePalette(palette, [30, 10])).toEqual(expected)
    expect(JSON.parse(utf8(encodePalette(palette, 'json', { name: 'two', pixels: [30, 10] })))).toEqual({
      name: 'two',
      colors: expected,
    })
    expect(describePalette(palette)[0]).toEqual({ hex: '#ff0000', rgba: [255, 0, 0, 255] })
  })

  it('refuses what it cannot write', () => {
    const one = Uint8Array.of(1, 2, 3, 255)
    const cases: [() => unknown, RegExp][] = [
      [() => encodePalette(one, 'pal' as PaletteFormat), /gpl, act, css, json, not 'pal'/],
      [() => encodePalette(new Uint8Array(0), 'gpl'), /4 bytes/],
      [() => encodePalette(new Uint8Array(5), 'gpl'), /4 bytes/],
      [() => encodePalette([1, 2, 3, 255] as unknown as Uint8Array, 'css'), /Uint8Array/],
      [() => encodePalette(one, 'json', { pixels: [1, 2] }), /1 entries, got 2/],
      [() => encodePalette(one, 'json', { nam: 'x' } as object), /no option 'nam'/],
      [() => encodePalette(new Uint8Array(4 * 257), 'act'), /at most 256 entries, got 257; /],
    ]
    for (const [call, message] of cases) {
      expect(call).toThrow(expect.objectContaining({ code: 'InputError', message: expect.stringMatching(message) }))
    }
    expect(parseGpl(utf8(encodePalette(new Uint8Array(4 * 257), 'gpl'))).colors).toHaveLength(257)
  })
})

describe('decodePalette', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  const formats: PaletteSource[] = ['gpl', 'act', 'css', 'json', 'hex']

  it('reads back what encodePalette writes', () => {
    const seed = Date.now() & 0xffff
    console.log(`palette files: seed ${seed}`)
    fc.assert(
      fc.property(palettes, fc.string({ unit: 'binary', maxLength: 40 }), ({ colors, bytes: palette }, name) => {
        for (const format of ['css', 'json'] as const) {
          expect(decodePalette(encodePalette(palette, format, { name }), format)).toEqual(palette)
        }
        const opaque = colors.flatMap(([red, green, blue]) => [red, green, blue, 255])
        expect([...decodePalette(encodePalette(palette, 'gpl', { name }), 'gpl')]).toEqual(opaque)
        const clear = colors.findIndex(([, , , alpha]) => alpha === 0)
        if (clear >= 0) opaque.splice(4 * clear, 4, 0, 0, 0, 0)
        expect([...decodePalette(encodePalette(palette, 'act', { name }), 'act')]).toEqual(opaque)
      }),
      { seed, numRuns: 200 },
    )
  })

  it.each<[string, PaletteSource, Uint8Array, number[]]>([
    [
      'an old GIMP palette',
      'gpl',
      bytes('GIMP Palette\r\n# by hand\r\n1 2 3 dark\r\n\r\n255\t0 16\r\n'),
      [1, 2, 3, 255, 255, 0, 16, 255],
    ],
    ['256 entries without the rest', 'act', new Uint8Array(768).fill(7), Array(256).fill([7, 7, 7, 255]).flat()],
    [
      'a style sheet',
      'css',
      bytes(':root{--a:#fff;/* --no: #000; */ --space: 4px;\n --b : #01020380 }\nbody { color: #123456 }'),
      [255, 255, 255, 255, 1, 2, 3, 128],
    ],
    [
      'an array of colours',
      'json',
      bytes('["#ABC", "010203", {"hex": "#0000"}, {"rgba": [9, 8, 7, 6]}]'),
      [170, 187, 204, 255, 1, 2, 3, 255, 0, 0, 0, 0, 9, 8, 7, 6],
    ],
    [
      'a list, and what lloyd palette prints',
      'hex',
      bytes('ff0000\n#00ff00    12.5 %\n\n'),
      [255, 0, 0, 255, 0, 255, 0, 255],
    ],
  ])('reads %s', (_, format, file, expected) => {
    expect([...decodePalette(file, format)]).toEqual(expected)
  })

  it.each<[string, PaletteSource, Uint8Array, RegExp]>([
    ['text that is no GIMP palette', 'gpl', bytes('JASC-PAL\n'), /begins with the line 'GIMP Palette'/],
    ['a channel of 256', 'gpl', bytes('GIMP Palette\n#\n0 256 0'), /line 3 .*'0 256 0'/],
    ['two channels', 'gpl', bytes('GIMP Palette\n1 2\n'), /line 2/],
    ['bytes for text', 'gpl', Uint8Array.of(255, 254, 0), /UTF-8/],
    ['a table of 771 bytes', 'act', new Uint8Array(771), /768 or 772 bytes, not 771/],
    ['a table of 300 entries', 'act', new Uint8Array(772).fill(1), /at most 256 entries, not 257/],
    ['a table of no entries', 'act', new Uint8Array(772), /no colour/],
    ['a style sheet without colours', 'css', bytes('body { color: red }'), /no colour/],
    ['five digits', 'css', bytes(':root { --a: #12345; }'), /'#12345' is no hexadecimal/],
    ['broken JSON', 'json', bytes('["#fff"'), /no JSON/],
    ['JSON without colours', 'json', bytes('{"colours": []}'), /array of colours/],
    ['JSON null', 'json', bytes('null'), /array of colours/],
    ['a colour of nothing', 'json', bytes('["#fff", null]'), /colour 1 .*neither/],
    ['a byte of 256', 'json', bytes('[{"rgba": [0, 0, 0, 256]}]'), /colour 0/],
    ['a word', 'hex', bytes('ff0000\nred\n'), /'red' is no hexadecimal colour/],
    ['nothing', 'hex', new Uint8Array(0), /no colour/],
  ])('refuses %s', (_, format, file, message) => {
    expect(() => decodePalette(file, format)).toThrow(
      expect.objectContaining({ code: 'FormatError', message: expect.stringMatching(message) }),
    )
  })

  it('gives a palette or one error for any bytes', () => {
    const seed = Date.now() & 0xffff
    console.log(`palette files: seed ${seed}`)
    const starts = fc.constantFrom('', 'GIMP Palette\n', '[', '{"colors":[', ':root{--a:#', '#')
    const files = fc
      .tuple(starts, fc.uint8Array({ maxLength: 60 }))
      .map(([start, rest]) => Uint8Array.of(...bytes(start), ...rest))
    fc.assert(
      fc.property(files, fc.constantFrom(...formats), (file, format) => {
        try {
          expect(decodePalette(file, format).length % 4).toBe(0)
        } catch (error) {
          expect(error).toBeInstanceOf(LloydError)
          expect((error as LloydError).code).toBe('FormatError')
        }
      }),
      { seed, numRuns: 500 },
    )
    expect(() => decodePalette(bytes('x'), 'pal' as PaletteSource)).toThrow(/gpl, act, css, json, hex, not 'pal'/)
  })
})
