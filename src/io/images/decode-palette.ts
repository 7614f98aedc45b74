import { LloydError } from '../../engine/error.js'
import { type Color, parseColor, quote, readColorList, readCssColors, splitLines } from './palette-colors.js'
import type { PaletteFormat } from './palette-file.js'
import { readAco, readAct, readAse, readPal } from './palette-tables.js'

/**
 * The formats that `encodePalette` writes; lists of colours (`hex` as on Lospec, `txt` also as written by Paint.NET);
 * PaintShop and Microsoft palettes (`pal`), Adobe swatches (`ase`, `aco`).
 */
export type PaletteSource = PaletteFormat | 'hex' | 'txt' | 'pal' | 'ase' | 'aco'

const readers: Record<PaletteSource, (file: Uint8Array) => Color[]> = {
  gpl: (file) => readGpl(decodeText(file, 'GIMP')),
  act: readAct,
  css: (file) => readCssColors(decodeText(file)),
  json: (file) => readJson(decodeText(file)),
  hex: (file) => readColorList(decodeText(file), 'hex'),
  txt: (file) => readColorList(decodeText(file), 'txt'),
  pal: (file) => readPal(file, () => decodeText(file, 'JASC')),
  ase: readAse,
  aco: readAco,
}

/**
 * Reads a palette:
 *
 * - `gpl`: a GIMP palette, with alpha where it has `Channels: RGBA` or entries named by their colour, as
 *   `encodePalette` names them;
 * - `act`: an Adobe colour table of 768 or 772 bytes; `aco`, `ase`: Adobe swatches of RGB (also HSB and grey,
 *   respectively);
 * - `css`: the custom properties of a style sheet that are hexadecimal colours or rgb();
 * - `json`: an array of colours, or of objects with `hex` or `rgba`, or an object with such an array as `colors`;
 * - `hex`, `txt`: hexadecimal colours or rgb(), separated by line ends, commas or spaces, each optionally followed by a
 *   name; or lines of decimal colours. Comments start with `;`, `//` or `# `. In a file with `;` comments, as Paint.NET
 *   writes, 8 digits without `#` are AARRGGBB; in others only `hex` accepts them, as RRGGBBAA;
 * - `pal`: a PaintShop (JASC-PAL) or Microsoft (RIFF) palette.
 *
 * Order and duplicates are kept.
 *
 * @returns RGBA, 4 bytes an entry, not premultiplied, as `quantize` takes and returns palettes
 * @throws LloydError `InputError` for an unknown format, `FormatError` when the file is not in that format, has no
 *   colours, or has a colour that cannot be read
 */
export function decodePalette(file: Uint8Array, format: PaletteSource): Uint8Array<ArrayBuffer> {
  if (!Object.hasOwn(readers, format)) {
    throw new LloydError(
      'InputError',
      `a palette can be read as ${Object.keys(readers).join(', ')}, not as '${format}'`,
    )
  }
  const colors = readers[format](file)
  if (colors.length === 0) throw new LloydError('FormatError', `the ${format} palette has no colours; add at least one`)
  return Uint8Array.from(colors.flat())
}

/** Decodes UTF-8. In a file that begins with `magic`, only names are not ASCII, and they may be in any encoding. */
function decodeText(file: Uint8Array, magic?: string): string {
  const loosely = magic !== undefined && String.fromCharCode(...file.subarray(0, magic.length)) === magic
  try {
    return new TextDecoder('utf-8', { fatal: !loosely }).decode(file)
  } catch (error) {
    throw new LloydError('FormatError', 'the palette is not UTF-8 text; check its format', { cause: error })
  }
}

function readGpl(text: string): Color[] {
  const [magic, ...lines] = splitLines(text)
  if (magic.trim() !== 'GIMP Palette') {
    throw new LloydError('FormatError', "a GIMP palette begins with the line 'GIMP Palette'; check the file's format")
  }
  const hasAlpha = lines.some((line) => /^Channels:\s*RGBA\s*$/i.test(line))
  const form = hasAlpha ? /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)(?:\s|$)/ : /^\s*(\d+)\s+(\d+)\s+(\d+)(?:\s|$)/
  return lines.flatMap((line, at) => {
    if (line.trim() === '' || /^(#|Name:|Columns:|Channels:)/.test(line)) return []
    const [, ...channels] = form.exec(line) ?? []
    const [red, green, blue, alpha = 255] = channels.map(Number)
    if (channels.length === 0 || [red, green, blue, alpha].some((value) => value > 255)) {
      const times = hasAlpha ? 'four' : 'three'
      throw new LloydError(
        'FormatError',
        `line ${at + 2} of the GIMP palette is not a colour (0 … 255, ${times} times): ${quote(line)}`,
      )
    }
    return [[red, green, blue, hasAlpha ? alpha : (alphaOfName(line, [red, green, blue]) ?? 255)]]
  })
}

/** The alpha in a name that spells the colour, as `encodePalette` names entries; null for other names. */
function alphaOfName(line: string, rgb: readonly number[]): number | null {
  const [, hex] = /\s(#[0-9a-f]{8})\s*$/i.exec(line) ?? []
  if (!hex) return null
  const [red, green, blue, alpha] = parseColor(hex)
  return red === rgb[0] && green === rgb[1] && blue === rgb[2] ? alpha : null
}

function readJson(text: string): Color[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new LloydError('FormatError', `the palette is not JSON (${(error as Error).message})`, { cause: error })
  }
  const colors = Array.isArray(value) ? value : (value as { colors?: unknown } | null)?.colors
  if (!Array.isArray(colors)) {
    throw new LloydError('FormatError', "a JSON palette is an array of colours, or an object with one as 'colors'")
  }
  return colors.map((color: unknown, at) => {
    if (typeof color === 'string') return parseColor(color)
    const { hex, rgba } = (color ?? {}) as { hex?: unknown; rgba?: unknown }
    if (Array.isArray(rgba) && rgba.length === 4 && rgba.every(isByte)) return rgba as Color
    if (typeof hex === 'string') return parseColor(hex)
    throw new LloydError('FormatError', `colour ${at} of the JSON palette has neither hex nor rgba (four of 0 … 255)`)
  })
}

function isByte(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255
}
