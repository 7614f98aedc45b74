import { basename, extname, resolve } from 'node:path'
import { type EncodePaletteOptions, encodePalette, LloydError, type PaletteFormat } from 'lloyd'
import { checkOutput } from '../check-output.js'
import { identityOf } from '../same-file.js'
import { STANDARD } from '../standard-io.js'
import { remark } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'

export const PALETTE_FORMATS: readonly PaletteFormat[] = ['gpl', 'act', 'css', 'json']

/** A palette file to write; its extension determines the format. */
export interface PaletteOutput {
  path: string
  format: PaletteFormat
  replace: boolean
}

/** Collects the values of an option that can be repeated. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value]
}

/**
 * Plans palette files, and throws an `InputError` where one cannot be written, before any work is done; `images` are
 * the files that are read or written beside them.
 */
export function planPaletteOutputs(
  paths: readonly string[],
  option: string,
  replace: boolean,
  images: readonly string[],
): PaletteOutput[] {
  const taken = new Map(images.filter((image) => image !== STANDARD).map((image) => [identityOf(image), image]))
  return paths.map((path) => {
    const identity = identityOf(path)
    const other = taken.get(identity)
    if (other !== undefined) {
      if (resolve(other) === resolve(path)) {
        throw new LloydError('InputError', `${path} is named twice; give it once`)
      }
      throw new LloydError('InputError', `${path} and ${other} are one file; name another with ${option}`)
    }
    taken.set(identity, path)
    const format = PALETTE_FORMATS.find((known) => extname(path).toLowerCase() === `.${known}`)
    if (!format) {
      const endings = PALETTE_FORMATS.map((known) => `.${known}`).join(', ')
      throw new LloydError('InputError', `${option} takes a file that ends in ${endings}, got '${path}'`)
    }
    checkOutput(path, replace, option)
    return { path, format, replace }
  })
}

export function writePalettes(outputs: readonly PaletteOutput[], palette: Uint8Array, pixels: ArrayLike<number>): void {
  // All are encoded first, so that none is written if one cannot be encoded.
  const files = outputs.map(({ path, format }) => {
    const options: EncodePaletteOptions = { name: basename(path, extname(path)), pixels }
    return encodePalette(palette, format, options)
  })
  for (const [file, { path, format, replace }] of outputs.entries()) {
    remarkOnAlpha(path, format, palette)
    writeWhole(path, files[file], replace)
  }
}

/** Remarks on lost alpha: GIMP's format has no alpha, Adobe's only one transparent entry. */
function remarkOnAlpha(path: string, format: PaletteFormat, palette: Uint8Array): void {
  if (format !== 'gpl' && format !== 'act') return
  let lost = 0
  for (let at = 3; at < palette.length; at += 4) {
    if (palette[at] < 255 && (format === 'gpl' || palette[at] > 0)) lost++
  }
  if (lost > 0) remark(`${path} cannot hold alpha, so ${lost} of its entries lost theirs; .css and .json keep it`)
}

/** Number of pixels of each entry of a palette of `entryCount` entries. */
export function countPixels(indices: Uint8Array | Uint16Array, entryCount: number): Float64Array {
  const pixels = new Float64Array(entryCount)
  for (let i = 0; i < indices.length; i++) pixels[indices[i]]++
  return pixels
}
