import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { decodePalette, LloydError, type PaletteSource, readImage } from 'lloyd'
import { requireFile, statOf } from './check-output.js'

const SOURCES: Record<string, PaletteSource> = {
  '.gpl': 'gpl',
  '.act': 'act',
  '.css': 'css',
  '.json': 'json',
  '.hex': 'hex',
  '.txt': 'hex',
}

/**
 * Reads the colours that `option` names: a palette file, the distinct colours of any other file as an image, in the order
 * in which they appear, or colours written as #rrggbb with commas between. At most `most`, RGBA.
 */
export async function readPaletteOption(option: string, value: string, most: number): Promise<Uint8Array> {
  const found = statOf(value, 'palette')
  if (found) requireFile(value)
  const palette = found ? await readPaletteFile(value, most) : parseColors(option, value)
  if (palette.length / 4 > most) {
    throw new LloydError(
      'InputError',
      `${option} ${value} has ${palette.length / 4} colours; at most ${most} are taken`,
    )
  }
  return palette
}

async function readPaletteFile(path: string, most: number): Promise<Uint8Array> {
  const source = SOURCES[extname(path).toLowerCase()]
  if (!source) return distinctColors(await readImage(path), path, most)
  try {
    return decodePalette(readFileSync(path), source)
  } catch (error) {
    if (error instanceof LloydError) throw new LloydError(error.code, `${path}: ${error.message}`, { cause: error })
    const { code } = error as NodeJS.ErrnoException
    throw new LloydError('InputError', `the palette ${path} cannot be read (${code}); check the path`, { cause: error })
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
        `${path} has more than ${most} colours; give an image that has its palette only`,
      )
    }
  }
  return new Uint8Array(Uint32Array.from(colors).buffer)
}

function parseColors(option: string, text: string): Uint8Array {
  try {
    return decodePalette(new TextEncoder().encode(text.split(',').join('\n')), 'hex')
  } catch (error) {
    if (!(error instanceof LloydError)) throw error
    throw new LloydError(
      'InputError',
      `${option} takes colours as in '#ffffff,#1a2b3c' or an existing file (${Object.keys(SOURCES).join(', ')}, an image), got '${text}'`,
      { cause: error },
    )
  }
}
