import { LloydError, requireKnownOptions } from '../../engine/error.js'

/** GIMP palette, Adobe colour table, CSS custom properties, JSON. */
export type PaletteFormat = 'gpl' | 'act' | 'css' | 'json'

export interface EncodePaletteOptions {
  /** What the palette is called; `.act` holds no name. */
  name?: string
  /** Pixels of each entry: `.json` then tells them, and their share of all. */
  pixels?: ArrayLike<number>
}

/** One entry of a palette, as the JSON file and `lloyd palette --json` tell it. */
export interface PaletteEntry {
  /** `#rrggbb`, or `#rrggbbaa` where the entry is not opaque. */
  hex: string
  /** Red, green, blue and alpha, 0 … 255, not premultiplied. */
  rgba: [number, number, number, number]
  pixels?: number
  /** `pixels` ÷ the pixels of all entries. */
  share?: number
}

/** An Adobe colour table always has so many. */
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
 * the entries is kept. GPL has no alpha (the entry's name, its hexadecimal value, tells it), ACT one transparent entry.
 *
 * @param palette RGBA, 4 bytes an entry, not premultiplied, as `quantize` returns it
 * @throws LloydError `InputError` for an unknown format, lengths that do not fit, or above 256 entries in ACT
 * @see https://developer.gimp.org/core/standards/gpl/
 * @see https://www.adobe.com/devnet-apps/photoshop/fileformatashtml/ (Color Table)
 */
export function encodePalette(
  palette: Uint8Array,
  format: PaletteFormat,
  options: EncodePaletteOptions = {},
): Uint8Array<ArrayBuffer> {
  requireKnownOptions('encodePalette', options, ['name', 'pixels'])
  if (!Object.hasOwn(writers, format)) {
    throw new LloydError('InputError', `a palette is written as ${Object.keys(writers).join(', ')}, not '${format}'`)
  }
  // Names are one line in every format.
  const name = (options.name ?? '').replace(/\s+/g, ' ').trim() || 'lloyd'
  return writers[format](describePalette(palette, options.pixels), name)
}

/**
 * Takes a palette of RGBA bytes apart, for swatches and tables.
 *
 * @param pixels of each entry; their share of all pixels is then told too
 * @throws LloydError `InputError` when lengths do not fit
 */
export function describePalette(palette: Uint8Array, pixels?: ArrayLike<number>): PaletteEntry[] {
  if (!(palette instanceof Uint8Array) || palette.length === 0 || palette.length % 4 !== 0) {
    throw new LloydError('InputError', 'palette must be a Uint8Array of 4 bytes (RGBA) for each of its entries')
  }
  const count = palette.length / 4
  if (pixels && pixels.length !== count) {
    throw new LloydError('InputError', `pixels must hold a number for each of ${count} entries, got ${pixels.length}`)
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

/** 256 RGB entries, then how many count and which one is transparent, as big-endian 16-bit numbers. */
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
