import { LloydError } from '../../engine/error.js'
import { type Color, splitLines } from './palette-colors.js'

/* Palettes of other programs: binary colour tables, and PaintShop's text format. Adobe's files are big-endian. */

/** Reads an Adobe colour table: 256 RGB entries, and optionally how many are used and which one is transparent. */
export function readAct(file: Uint8Array): Color[] {
  if (file.length !== 768 && file.length !== 772) {
    throw new LloydError(
      'FormatError',
      `an Adobe colour table has 768 or 772 bytes, not ${file.length}; check the file`,
    )
  }
  const view = viewOf(file)
  // Without the last four bytes, all 256 entries are used.
  const count = file.length === 772 ? view.getUint16(768) : 256
  const transparent = file.length === 772 ? view.getUint16(770) : count
  if (count > 256) throw new LloydError('FormatError', `an Adobe colour table has at most 256 entries, not ${count}`)
  return Array.from({ length: count }, (_, entry): Color => {
    if (entry === transparent) return [0, 0, 0, 0]
    return [file[3 * entry], file[3 * entry + 1], file[3 * entry + 2], 255]
  })
}

/** Reads Photoshop swatches. @see https://www.adobe.com/devnet-apps/photoshop/fileformatashtml/ (Color Swatches) */
export function readAco(file: Uint8Array): Color[] {
  return readingOf('Photoshop swatch file (.aco)', () => {
    const view = viewOf(file)
    const version = view.getUint16(0)
    if (version !== 1 && version !== 2) return null
    let at = 4
    return Array.from({ length: view.getUint16(2) }, (_, swatch): Color => {
      const [space, first, second, third] = [0, 2, 4, 6].map((offset) => view.getUint16(at + offset))
      at += 10
      // Version 2 has names, in UTF-16.
      if (version === 2) at += 4 + 2 * view.getUint32(at)
      if (space === 0) return fromShares([first, second, third].map((value) => value / 65_535))
      if (space === 1) return fromHsb(first / 65_535, second / 65_535, third / 65_535)
      throw colorError(`swatch ${swatch}`, { 2: 'CMYK', 7: 'Lab', 8: 'grey' }[space] ?? `in colour space ${space}`)
    })
  })
}

/** Reads Adobe Swatch Exchange files. */
export function readAse(file: Uint8Array): Color[] {
  const view = viewOf(file)
  if (file.length > 6 && view.getUint16(4, true) === 0xa5e0) {
    throw new LloydError('FormatError', 'this .ase file is an Aseprite sprite; export its palette as .gpl')
  }
  return readingOf('swatch exchange file (.ase)', () => {
    if (ascii(file, 0) !== 'ASEF') return null
    const colors: Color[] = []
    let at = 12
    for (let block = 0; block < view.getUint32(8); block++) {
      if (view.getUint16(at) === 1) {
        const model = at + 8 + 2 * view.getUint16(at + 6)
        const name = ascii(file, model).trim()
        const values = [4, 8, 12].map((offset) => () => view.getFloat32(model + offset))
        if (name === 'RGB') colors.push(fromShares(values.map((value) => value())))
        else if (name.toLowerCase() === 'gray') colors.push(fromShares(new Array(3).fill(values[0]())))
        else throw colorError(`swatch ${colors.length}`, name === 'LAB' ? 'Lab' : name)
      }
      at += 6 + view.getUint32(at + 2)
    }
    return colors
  })
}

/** Reads a PaintShop (JASC) or Microsoft (RIFF) palette. */
export function readPal(file: Uint8Array, text: () => string): Color[] {
  if (ascii(file, 0) === 'JASC') return readJasc(text())
  return readingOf('PaintShop (JASC-PAL) or Microsoft (RIFF) palette', () => {
    if (ascii(file, 0) !== 'RIFF' || ascii(file, 8) !== 'PAL ') return null
    const view = viewOf(file)
    let at = 12
    while (ascii(file, at) !== 'data') at += 8 + view.getUint32(at + 4, true) + (view.getUint32(at + 4, true) & 1)
    return Array.from({ length: view.getUint16(at + 10, true) }, (_, entry): Color => {
      const [red, green, blue] = [0, 1, 2].map((channel) => view.getUint8(at + 12 + 4 * entry + channel))
      return [red, green, blue, 255]
    })
  })
}

function readJasc(text: string): Color[] {
  const [, , count, ...lines] = splitLines(text).map((line) => line.trim())
  const filled = lines.filter((line) => line !== '')
  if (!/^\d+$/.test(count ?? '') || filled.length !== Number(count)) {
    throw new LloydError(
      'FormatError',
      `the JASC palette has ${filled.length} colours, but its header says ${count}; check the file`,
    )
  }
  return filled.map((line, at): Color => {
    const [red, green, blue, alpha = 255, ...rest] = line.split(/\s+/).map(Number)
    const color: Color = [red, green, blue, alpha]
    if (rest.length === 0 && color.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)) return color
    throw new LloydError('FormatError', `line ${at + 4} of the JASC palette is not a colour (0 … 255, three times)`)
  })
}

/** The result of `read`; throws a `FormatError` where it is null, or where reading goes past the end of the file. */
function readingOf(what: string, read: () => Color[] | null): Color[] {
  try {
    const colors = read()
    if (colors) return colors
  } catch (error) {
    if (error instanceof LloydError) throw error
    throw new LloydError('FormatError', `the ${what} is cut short; get an intact copy`, { cause: error })
  }
  throw new LloydError('FormatError', `the file is not a ${what}; check its format`)
}

function colorError(what: string, space: string): LloydError {
  return new LloydError('FormatError', `${what} is ${space}, which is not supported; convert it to RGB first`)
}

function fromShares([red, green, blue]: readonly number[]): Color {
  const bytes = [red, green, blue].map((share) => Math.round(255 * Math.min(1, Math.max(0, share))))
  if (!bytes.every(Number.isInteger)) throw new RangeError('not a number')
  return [bytes[0], bytes[1], bytes[2], 255]
}

/** The colour of a hue, saturation and brightness, each 0 … 1. */
function fromHsb(hue: number, saturation: number, brightness: number): Color {
  const channel = (offset: number) => {
    const place = (offset + 6 * hue) % 6
    return brightness * (1 - saturation * Math.max(0, Math.min(place, 4 - place, 1)))
  }
  return fromShares([channel(5), channel(3), channel(1)])
}

function viewOf(file: Uint8Array): DataView {
  return new DataView(file.buffer, file.byteOffset, file.length)
}

function ascii(file: Uint8Array, at: number): string {
  return String.fromCharCode(...file.subarray(at, at + 4))
}
