import { LloydError } from '../engine/error.js'
import type { PaletteFormat } from './palette-file.js'

/** As `encodePalette` writes them, and one hexadecimal colour a line (`hex`, as Lospec offers them). */
export type PaletteSource = PaletteFormat | 'hex'

const readers: Record<PaletteSource, (file: Uint8Array) => number[][]> = {
  gpl: (file) => readGpl(decodeText(file)),
  act: readAct,
  css: (file) => readCss(decodeText(file)),
  json: (file) => readJson(decodeText(file)),
  hex: (file) => readHex(decodeText(file)),
}

/**
 * Reads a palette: a GIMP palette, an Adobe colour table of 768 or 772 bytes, the custom properties of a style sheet that
 * are hexadecimal colours, JSON (an array of hexadecimal colours, or of objects with `hex` or `rgba`, or an object with
 * such an array as `colors`), or one hexadecimal colour a line. The order and duplicates are kept.
 *
 * @returns RGBA, 4 bytes an entry, not premultiplied, as `quantize` takes and returns palettes
 * @throws LloydError `InputError` for an unknown format, `FormatError` when the file is not of that format, has no colour,
 *   or one that cannot be read
 */
export function decodePalette(file: Uint8Array, format: PaletteSource): Uint8Array<ArrayBuffer> {
  if (!Object.hasOwn(readers, format)) {
    throw new LloydError('InputError', `a palette is read from ${Object.keys(readers).join(', ')}, not '${format}'`)
  }
  const colors = readers[format](file)
  if (colors.length === 0) throw new LloydError('FormatError', `the ${format} palette has no colour; give it one`)
  return Uint8Array.from(colors.flat())
}

function decodeText(file: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file)
  } catch (error) {
    throw new LloydError('FormatError', 'the palette is not text in UTF-8; check its format', { cause: error })
  }
}

function readGpl(text: string): number[][] {
  const [magic, ...lines] = text.split(/\r?\n/)
  if (magic.trim() !== 'GIMP Palette') {
    throw new LloydError('FormatError', "a GIMP palette begins with the line 'GIMP Palette'; check the file's format")
  }
  return lines.flatMap((line, at) => {
    if (line.trim() === '' || /^(#|Name:|Columns:|Channels:)/.test(line)) return []
    const [, ...channels] = /^\s*(\d+)\s+(\d+)\s+(\d+)(?:\s|$)/.exec(line) ?? []
    const rgb = channels.map(Number)
    if (rgb.length !== 3 || rgb.some((value) => value > 255)) {
      throw new LloydError(
        'FormatError',
        `line ${at + 2} of the GIMP palette is no colour (0 … 255, three times): ${quote(line)}`,
      )
    }
    return [[...rgb, 255]]
  })
}

function readAct(file: Uint8Array): number[][] {
  if (file.length !== 768 && file.length !== 772) {
    throw new LloydError(
      'FormatError',
      `an Adobe colour table has 768 or 772 bytes, not ${file.length}; check the file`,
    )
  }
  const view = new DataView(file.buffer, file.byteOffset, file.length)
  // Without its last four bytes, all 256 entries count.
  const count = file.length === 772 ? view.getUint16(768) : 256
  const transparent = file.length === 772 ? view.getUint16(770) : count
  if (count > 256) throw new LloydError('FormatError', `an Adobe colour table has at most 256 entries, not ${count}`)
  return Array.from({ length: count }, (_, entry) => {
    return entry === transparent ? [0, 0, 0, 0] : [...file.subarray(3 * entry, 3 * entry + 3), 255]
  })
}

function readCss(text: string): number[][] {
  const withoutComments = text.replace(/\/\*[\s\S]*?\*\//g, '')
  return [...withoutComments.matchAll(/--[^\s:;{}]+\s*:\s*(#[0-9a-f]+)\s*(?=[;}]|$)/gi)].map(([, hex]) => parseHex(hex))
}

function readJson(text: string): number[][] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new LloydError('FormatError', `the palette is no JSON (${(error as Error).message})`, { cause: error })
  }
  const colors = Array.isArray(value) ? value : (value as { colors?: unknown } | null)?.colors
  if (!Array.isArray(colors)) {
    throw new LloydError('FormatError', "a JSON palette is an array of colours, or an object with one as 'colors'")
  }
  return colors.map((color: unknown, at) => {
    if (typeof color === 'string') return parseHex(color)
    const { hex, rgba } = (color ?? {}) as { hex?: unknown; rgba?: unknown }
    if (Array.isArray(rgba) && rgba.length === 4 && rgba.every(isByte)) return rgba
    if (typeof hex === 'string') return parseHex(hex)
    throw new LloydError('FormatError', `colour ${at} of the JSON palette has neither hex nor rgba (four of 0 … 255)`)
  })
}

function isByte(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255
}

/** What follows a colour on its line is left, such as its share in what `lloyd palette` prints. */
function readHex(text: string): number[][] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => parseHex(line.trim().split(/\s/)[0]))
}

/** `#rgb`, `#rgba`, `#rrggbb` or `#rrggbbaa`, also without `#`. */
function parseHex(hex: string): number[] {
  const digits = hex.replace(/^#/, '')
  if (!/^([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i.test(digits)) {
    throw new LloydError('FormatError', `${quote(hex)} is no hexadecimal colour; write it as #rrggbb or #rrggbbaa`)
  }
  const pairs = digits.length < 6 ? [...digits].map((digit) => digit + digit) : digits.match(/../g)!
  const [red, green, blue, alpha = 255] = pairs.map((pair) => Number.parseInt(pair, 16))
  return [red, green, blue, alpha]
}

function quote(text: string): string {
  return `'${text.length > 40 ? `${text.slice(0, 40)}…` : text}'`
}
