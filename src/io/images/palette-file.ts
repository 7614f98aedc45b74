import { describeArgument, LloydError } from '../../engine/error.js'
import { ENCODE_PALETTE } from '../../options/io.js'
import { readOptions } from '../../options/table.js'

/** GIMP palette, Adobe colour table, CSS custom properties, JSON. */
export type PaletteFormat = 'gpl' | 'act' | 'css' | 'json'

export interface EncodePaletteOptions {
  /** Name of the palette, default `'lloyd'`; not stored in `.act`. */
  name?: string
  /** Number of pixels of each entry, which `.json` stores with their share of all pixels. */
  pixels?: ArrayLike<number>
}

/** One entry of a palette, as in the JSON file and the output of `lloyd palette --json`. */
export interface PaletteEntry {
  /** Hexadecimal colour: `#rrggbb`, or `#rrggbbaa` where the entry is not opaque. */
  hex: string
  /** Red, green, blue and alpha, 0 … 255, not premultiplied. */
  rgba: [number, number, number, number]
  pixels?: number
  /** Share of all pixels, 0 … 1. */
  share?: number
}

/** Number of entries of every Adobe colour table. */
const ACT_ENTRIES = 256
const NO_TRANSPARENT_ENTRY = 0xffff

const writers: Record<PaletteFormat, (entries: PaletteEntry[], name: string) => Uint8Array<ArrayBuffer>> = {
  gpl: writeGpl,
  act: writeAct,
  css: writeCss,
  json: writeJson,
}

/**
 * Writes a palette for other programs: as a GIMP palette (`gpl`, also read by Inkscape, Krita and Aseprite), an Adobe
 * colour table (`act`, at most 256 entries), CSS custom properties `--color-0` … (`css`) or JSON (`json`). The order of
 * the entries is kept. GPL has no alpha channel (the names of the entries, hexadecimal colours, include it), and ACT
 * has one transparent entry.
 *
 * @param palette RGBA, 4 bytes per entry, not premultiplied, as `quantize` returns it
 * @throws LloydError `InputError` for an unknown format, lengths that do not fit, or more than 256 entries in ACT
 * @see https://developer.gimp.org/core/standards/gpl/
 * @see https://www.adobe.com/devnet-apps/photoshop/fileformatashtml/ (Color Table)
 */
export function encodePalette(
  palette: Uint8Array,
  format: PaletteFormat,
  options: EncodePaletteOptions = {},
): Uint8Array<ArrayBuffer> {
  const { name, pixels } = readOptions('encodePalette', options, ENCODE_PALETTE)
  if (!Object.hasOwn(writers, format)) {
    throw new LloydError(
      'InputError',
      `a palette can be written as ${Object.keys(writers).join(', ')}, not as '${format}'`,
    )
  }
  // Names are one line in every format.
  const line = name.replace(/\s+/g, ' ').trim() || ENCODE_PALETTE.name.default
  return writers[format](describePalette(palette, pixels), line)
}

/**
 * Describes the entries of a palette of RGBA bytes, for swatches and tables.
 *
 * @param pixels number of pixels of each entry; the entries then have `pixels` and `share`
 * @throws LloydError `InputError` when lengths do not fit
 */
export function describePalette(palette: Uint8Array, pixels?: ArrayLike<number>): PaletteEntry[] {
  if (!(palette instanceof Uint8Array) || palette.length === 0 || palette.length % 4 !== 0) {
    throw new LloydError('InputError', 'palette must be a Uint8Array of 4 bytes (RGBA) for each of its entries')
  }
  const count = palette.length / 4
  if (pixels !== undefined && pixels?.length !== count) {
    const got = pixels?.length ?? describeArgument(pixels)
    throw new LloydError('InputError', `pixels must hold a number for each of ${count} entries, got ${got}`)
  }
  const total = pixels ? Array.from(pixels).reduce((sum, number) => sum + number, 0) : 0
  return Array.from({ length: count }, (_, entry) => {
    const [red, green, blue, alpha] = palette.subarray(4 * entry, 4 * entry + 4)
    const shown = alpha === 255 ? [red, green, blue] : [red, green, blue, alpha]
    const hex = `#${shown.map((value) => value.toString(16).padStart(2, '0')).join('')}`
    const color: PaletteEntry = { hex, rgba: [red, green, blue, alpha] }
    return pixels ? { ...color, pixels: pixels[entry], share: pixels[entry] / total } : color
  })
}

function writeGpl(entries: PaletteEntry[], name: string): Uint8Array<ArrayBuffer> {
  const lines = entries.map(({ hex, rgba: [...rgb] }) => {
    return `${rgb
      .slice(0, 3)
      .map((value) => String(value).padStart(3))
      .join(' ')}\t${hex}`
  })
  return text(['GIMP Palette', `Name: ${name}`, 'Columns: 16', '#', ...lines])
}

/** Writes 256 RGB entries, and as big-endian 16-bit numbers how many are used and which one is transparent. */
function writeAct(entries: PaletteEntry[]): Uint8Array<ArrayBuffer> {
  if (entries.length > ACT_ENTRIES) {
    throw new LloydError(
      'InputError',
      `an Adobe colour table holds at most ${ACT_ENTRIES} entries, got ${entries.length}; use fewer colours or another format`,
    )
  }
  const bytes = new Uint8Array(3 * ACT_ENTRIES + 4)
  for (const [entry, { rgba }] of entries.entries()) bytes.set(rgba.slice(0, 3), 3 * entry)
  const transparent = entries.findIndex(({ rgba }) => rgba[3] === 0)
  const view = new DataView(bytes.buffer, 3 * ACT_ENTRIES)
  view.setUint16(0, entries.length)
  view.setUint16(2, transparent < 0 ? NO_TRANSPARENT_ENTRY : transparent)
  return bytes
}

function writeCss(entries: PaletteEntry[], name: string): Uint8Array<ArrayBuffer> {
  const properties = entries.map(({ hex }, entry) => `  --color-${entry}: ${hex};`)
  return text([`/* ${name.replaceAll('*/', '* /')} */`, ':root {', ...properties, '}'])
}

function writeJson(colors: PaletteEntry[], name: string): Uint8Array<ArrayBuffer> {
  return text([JSON.stringify({ name, colors }, null, 2)])
}

function text(lines: readonly string[]): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${lines.join('\n')}\n`)
}
