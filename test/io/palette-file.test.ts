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
      [() => encodePalette(one, 'pal' as PaletteFormat), /gpl, act, css, json, not as 'pal'/],
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
  const formats: PaletteSource[] = ['gpl', 'act', 'css', 'json', 'hex', 'txt', 'pal', 'ase', 'aco']

  it('reads back what encodePalette writes', () => {
    const seed = Date.now() & 0xffff
    console.log(`palette files: seed ${seed}`)
    fc.assert(
      fc.property(palettes, fc.string({ unit: 'binary', maxLength: 40 }), ({ colors, bytes: palette }, name) => {
        for (const format of ['css', 'json', 'gpl'] as const) {
          expect(decodePalette(encodePalette(palette, format, { name }), format)).toEqual(palette)
        }
        const opaque = colors.flatMap(([red, green, blue]) => [red, green, blue, 255])
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

  const red = [255, 0, 0, 255]
  const green = [0, 255, 0, 255]
  const blue = [0, 0, 255, 255]

  it.each<[string, PaletteSource, string, number[][]]>([
    [
      'a GIMP palette with alpha',
      'gpl',
      'GIMP Palette\nChannels: RGBA\nColumns: 2\n#\n255 0 0 128\tred 5\n  0 255   0 255 green',
      [[255, 0, 0, 128], green],
    ],
    ['a GIMP palette with CR line ends', 'gpl', 'GIMP Palette\rName: x\r#\r255 0 0 red\r0 255 0\r', [red, green]],
    [
      'a GIMP palette whose names are colours',
      'gpl',
      'GIMP Palette\n255 0 0 #ff000010\n0 255 0 #ff000010',
      [[255, 0, 0, 16], green],
    ],
    ['spaces between', 'hex', 'ff0000 00ff00  0000ff', [red, green, blue]],
    ['tabs and # between', 'txt', '#ff0000\t#0f0 #0000ffff', [red, green, blue]],
    ['commas between', 'hex', 'ff0000,00ff00, 0000ff,', [red, green, blue]],
    ['semicolons between', 'hex', '#ff0000; #00ff00', [red, green]],
    ['CR line ends', 'hex', 'ff0000\r00ff00\r0000ff\r', [red, green, blue]],
    ['CRLF line ends and a byte order mark', 'hex', '\ufeffff0000\r\n00ff00\r\n', [red, green]],
    ['names beside', 'hex', 'ff0000 Red\n#00ff00 a green, #0000ff 12.5 %', [red, green, blue]],
    ['comments', 'hex', '# mine\n#\n// theirs\n## x\n#ff0000\n', [red]],
    [
      'rgb()',
      'txt',
      'rgb(255, 0, 0)\nrgb(0 255 0 / 50%), RGBA(0,0,255,.2) name',
      [red, [0, 255, 0, 128], [0, 0, 255, 51]],
    ],
    ['percentages', 'hex', 'rgb(100% 0% 50%)', [[255, 0, 128, 255]]],
    [
      "Paint.NET's",
      'txt',
      '; paint.net Palette File\r\n; comment\r\nFFFF0000\r\n80 0\r\n'.replace('80 0', '8000FF00'),
      [red, [0, 255, 0, 128]],
    ],
    ["Paint.NET's of Lospec, 6 digits among them", 'txt', ';paint.net Palette File\nFF0000FF\n00FF00', [blue, green]],
    ['8 digits with #, also there', 'txt', '; c\n#ff000080', [[255, 0, 0, 128]]],
    ['8 digits of .hex', 'hex', 'ff000080', [[255, 0, 0, 128]]],
    [
      'decimal numbers',
      'txt',
      '255 0 0\n0,255,0 green\n100 100 100\n0 0 255 128',
      [red, green, [100, 100, 100, 255], [0, 0, 255, 128]],
    ],
    ['JASC', 'pal', 'JASC-PAL\r\n0100\r\n2\r\n255 0 0\r\n0 255 0\r\n', [red, green]],
    ['JASC with alpha', 'pal', 'JASC-PAL\n0100\n1\n255 0 0 9\n\n', [[255, 0, 0, 9]]],
    [
      'rgb() in a style sheet',
      'css',
      ':root{--a: rgb(255 0 0);--b:rgba(0,255,0,1);--c:var(--a);--d:calc(1px)}',
      [red, green],
    ],
    ['a JSON of rgb()', 'json', '{"name":"x","author":"y","colors":["rgb(255,0,0)","00ff00"]}', [red, green]],
  ])('reads %s', (_, format, text, expected) => {
    const palette = decodePalette(bytes(text), format)
    expect([...palette]).toEqual(expected.flat())
  })

  const u16 = (...values: number[]) => values.flatMap((value) => [value >> 8, value & 255])
  const u32 = (value: number) => [...u16(value >>> 16), ...u16(value & 65535)]
  const f32 = (...values: number[]) =>
    values.flatMap((value) => {
      const view = new DataView(new ArrayBuffer(4))
      view.setFloat32(0, value)
      return [...new Uint8Array(view.buffer)]
    })
  const block = (type: number, data: number[]) => [...u16(type), ...u32(data.length), ...data]
  const swatch = (model: string, ...values: number[]) =>
    block(1, [...u16(2), ...u16(65, 0), ...bytes(model), ...f32(...values), ...u16(2)])
  const ase = (...blocks: number[][]) =>
    Uint8Array.from([...bytes('ASEF'), ...u16(1, 0), ...u32(blocks.length), ...blocks.flat()])
  const group = block(0xc001, [...u16(2), ...u16(71, 0)])
  const riff = (entries: number[][]) => {
    const little = (value: number) => u32(value).reverse()
    const data = [0, 3, entries.length & 255, entries.length >> 8, ...entries.flatMap((rgb) => [...rgb, 0])]
    return Uint8Array.from(
      [...bytes('RIFF'), ...little(data.length + 12), ...bytes('PAL data'), ...little(data.length), ...data].map(
        Number,
      ),
    )
  }

  it.each<[string, PaletteSource, Uint8Array, number[][]]>([
    [
      'RIFF',
      'pal',
      riff([
        [255, 0, 0],
        [0, 255, 0],
      ]),
      [red, green],
    ],
    [
      'swatch exchange file',
      'ase',
      ase(group, swatch('RGB ', 1, 0, 0), swatch('Gray', 0.5), block(0xc002, [])),
      [red, [128, 128, 128, 255]],
    ],
    [
      'Photoshop swatch file',
      'aco',
      Uint8Array.from([...u16(1, 2), ...u16(0, 65535, 0, 0, 0), ...u16(1, 21845, 65535, 65535, 0)]),
      [red, green],
    ],
    [
      'their second version, with names',
      'aco',
      Uint8Array.from([
        ...u16(2, 2),
        ...u16(0, 65535, 0, 0, 0),
        ...u32(2),
        ...u16(65, 0),
        ...u16(0, 0, 65535, 0, 0),
        ...u32(1),
        ...u16(0),
      ]),
      [red, green],
    ],
  ])('reads %s', (_, format, file, expected) => {
    expect([...decodePalette(file, format)]).toEqual(expected.flat())
  })

  it.each<[string, PaletteSource, Uint8Array, RegExp]>([
    ['CMYK', 'ase', ase(swatch('CMYK', 0, 1, 1, 0)), /swatch 0 is CMYK, which is not supported; convert it to RGB/],
    ['Lab', 'ase', ase(swatch('RGB ', 0, 1, 1), swatch('LAB ', 0.5, 1, 1)), /swatch 1 is Lab/],
    ['half a file', 'ase', ase(swatch('RGB ', 0, 1, 1)).subarray(0, 30), /cut short/],
    [
      'a sprite',
      'ase',
      Uint8Array.from([9, 9, 9, 9, 0xe0, 0xa5, ...new Uint8Array(120)]),
      /is an Aseprite sprite; export/,
    ],
    ['other bytes', 'ase', bytes('not a palette'), /not a swatch exchange file/],
    ['CMYK', 'aco', Uint8Array.from([...u16(1, 1), ...u16(2, 0, 0, 0, 0)]), /swatch 0 is CMYK/],
    ['grey', 'aco', Uint8Array.from([...u16(1, 1), ...u16(8, 0, 0, 0, 0)]), /swatch 0 is grey/],
    ['too few', 'aco', Uint8Array.from([...u16(1, 3), ...u16(0, 0, 0, 0, 0)]), /cut short/],
    ['768 bytes', 'pal', new Uint8Array(768), /not a PaintShop \(JASC-PAL\) or Microsoft \(RIFF\) palette/],
    ['fewer colours than it says', 'pal', bytes('JASC-PAL\n0100\n3\n0 0 0\n'), /has 1 colours, but its header says 3/],
    ['a channel of 256', 'pal', bytes('JASC-PAL\n0100\n1\n0 0 256\n'), /line 4 of the JASC palette/],
    [
      '8 digits of unknown order',
      'txt',
      bytes('ff112233\n'),
      /AARRGGBB in Paint\.NET's palettes and RRGGBBAA elsewhere/,
    ],
    ['a wrong one after a right one', 'hex', bytes('#ff0000 #00ff0'), /'#00ff0' is not a hexadecimal colour/],
    ['a channel too few', 'gpl', bytes('GIMP Palette\nChannels: RGBA\n1 2 3 x'), /line 3 .*four times/],
    [
      'another notation',
      'css',
      bytes(':root{--a:#fff;--b:hsl(1 2% 3%)}'),
      /'hsl\(1 2% 3%\)' is in a notation that is not supported/,
    ],
    ['decimal ones above 255', 'txt', bytes('1 2 3\n300 0 0'), /'300 0 0' is not a colour like the decimal ones/],
    ['decimal and hexadecimal ones', 'txt', bytes('1 2 3\nff0000'), /'ff0000' is not a colour like/],
    ['rgb() of two', 'hex', bytes('rgb(1, 2)'), /'rgb\(1, 2\)' is not a colour/],
  ])('refuses %s in .%s', (_, format, file, message) => {
    expect(() => decodePalette(file, format)).toThrow(
      expect.objectContaining({ code: 'FormatError', message: expect.stringMatching(message) }),
    )
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
    ['five digits', 'css', bytes(':root { --a: #12345; }'), /'#12345' is not a hexadecimal/],
    ['broken JSON', 'json', bytes('["#fff"'), /not JSON/],
    ['JSON without colours', 'json', bytes('{"colours": []}'), /array of colours/],
    ['JSON null', 'json', bytes('null'), /array of colours/],
    ['a colour of nothing', 'json', bytes('["#fff", null]'), /colour 1 .*neither/],
    ['a byte of 256', 'json', bytes('[{"rgba": [0, 0, 0, 256]}]'), /colour 0/],
    ['a word', 'hex', bytes('ff0000\nred\n'), /'red' is not a hexadecimal colour/],
    ['nothing', 'hex', new Uint8Array(0), /no colour/],
  ])('refuses %s', (_, format, file, message) => {
    expect(() => decodePalette(file, format)).toThrow(
      expect.objectContaining({ code: 'FormatError', message: expect.stringMatching(message) }),
    )
  })

  it('gives a palette or one error for any bytes', () => {
    const seed = Date.now() & 0xffff
    console.log(`palette files: seed ${seed}`)
    const starts = fc.constantFrom(
      ...['', 'GIMP Palette\n', '[', '{"colors":[', ':root{--a:#', '#', 'JASC-PAL\n0100\n1\n', ';\nff'],
      ...['RIFF\x10\0\0\0PAL data', 'ASEF\0\x01\0\0\0\0\0\x01\0\x01', '\0\x01\0\x02'],
    )
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
    expect(() => decodePalette(bytes('x'), 'clr' as PaletteSource)).toThrow(/gpl, act, css, .*, aco, not as 'clr'/)
  })
})
