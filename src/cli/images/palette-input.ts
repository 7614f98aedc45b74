import { readFileSync, statSync } from 'node:fs'
import { extname } from 'node:path'
import { decodePalette, LloydError, type PaletteSource, readImage } from 'lloyd'
import { requireFile } from '../check-output.js'

const SOURCES: Record<string, PaletteSource> = {
  '.gpl': 'gpl',
  '.act': 'act',
  '.aco': 'aco',
  '.ase': 'ase',
  '.pal': 'pal',
  '.css': 'css',
  '.json': 'json',
  '.hex': 'hex',
  '.txt': 'txt',
}

/** A list of colours, separated by commas, semicolons or white space. */
const COLORS = /^[\s,;]*((#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|rgba?\([^()]*\))([\s,;]+|$))+$/i
/** Text that could be one decimal colour or several hexadecimal ones. */
const AMBIGUOUS = /^\s*\d{3}[\s,;]+\d{3}[\s,;]+\d{3}([\s,;]+\d{3})?\s*$/

/**
 * Reads the colours that `option` names, as RGBA, at most `most`. A value that consists of colours is never a file
 * name; any other is a file: a palette by its extension, else an image, whose distinct colours are taken in order of
 * appearance.
 */
export async function readPaletteOption(option: string, value: string, most: number): Promise<Uint8Array> {
  const palette = COLORS.test(value) ? parseColors(option, value) : await readPaletteFile(option, value, most)
  if (palette.length / 4 > most) {
    throw new LloydError(
      'InputError',
      `${option} ${shorten(value)} has ${palette.length / 4} colours; at most ${most} are allowed`,
    )
  }
  return palette
}

function parseColors(option: string, text: string): Uint8Array {
  if (AMBIGUOUS.test(text)) {
    throw new LloydError(
      'InputError',
      `${option} '${text}' may be one colour or several; write hexadecimal colours with #, and decimal ones as rgb()`,
    )
  }
  return decodePalette(new TextEncoder().encode(text.replace(/[\s,;]+(?![^()]*\))/g, '\n')), 'hex')
}

async function readPaletteFile(option: string, path: string, most: number): Promise<Uint8Array> {
  if (!fileOf(path)) {
    throw new LloydError(
      'InputError',
      `${option} takes colours as in '#ffffff,#1a2b3c' or an existing file (${Object.keys(SOURCES).join(', ')}, an image), got '${shorten(path)}'`,
    )
  }
  requireFile(path)
  const source = SOURCES[extname(path).toLowerCase()]
  if (!source) return distinctColors(await readColorsImage(path), path, most)
  try {
    return decodePalette(readFileSync(path), source)
  } catch (error) {
    if (error instanceof LloydError) throw new LloydError(error.code, `${path}: ${error.message}`, { cause: error })
    const { code } = error as NodeJS.ErrnoException
    throw new LloydError('InputError', `the palette ${path} cannot be read (${code}); check the path`, { cause: error })
  }
}

/** Whether a file may exist; a name that is too long cannot be one. */
function fileOf(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENAMETOOLONG'
  }
}

async function readColorsImage(path: string) {
  try {
    return await readImage(path)
  } catch (error) {
    if (!(error instanceof LloydError) || !/is not an image that can be decoded/.test(error.message)) throw error
    const message = `${path} is neither a palette (${Object.keys(SOURCES).join(', ')}) nor an image that can be decoded; save it as one of these`
    throw new LloydError('FormatError', message, { cause: error })
  }
}

function distinctColors({ data }: { data: Uint8ClampedArray }, path: string, most: number): Uint8Array {
  const colors = new Set<number>()
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length / 4)
  for (const word of words) {
    colors.add(word)
    if (colors.size > most) {
      throw new LloydError(
        'InputError',
        `${path} has more than ${most} colours; give an image that has only the colours of the palette`,
      )
    }
  }
  return new Uint8Array(Uint32Array.from(colors).buffer)
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
