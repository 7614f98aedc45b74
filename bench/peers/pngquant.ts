import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Photo } from '../suite.js'
import type { QuantizedByte } from './quantizers.js'

const run = promisify(execFile)

export interface Pngquant {
  version: string
  /** Runs the command once, on a PNG that costs it little to read. */
  quantize(): Promise<void>
  read(): Promise<QuantizedByte>
}

/** The command pngquant, libimagequant's own; null where it is not installed. */
export async function findPngquant(photo: Photo, colors: number, folder: string): Promise<Pngquant | null> {
  let version: string
  try {
    version = (await run('pngquant', ['--version'])).stdout.split(' ')[0]
  } catch {
    return null
  }
  const { default: sharp } = await import('sharp')
  const [source, target] = [join(folder, 'source.png'), join(folder, 'target.png')]
  const { data, width, height } = photo
  const png = sharp(data, { raw: { width, height, channels: 4 } }).removeAlpha()
  await writeFile(source, await png.png({ compressionLevel: 1 }).toBuffer())
  return {
    version,
    async quantize() {
      await run('pngquant', [String(colors), '--nofs', '--force', '--output', target, source])
    },
    async read() {
      const rgba = await sharp(target).ensureAlpha().raw().toBuffer()
      return (pixel, channel) => rgba[4 * pixel + channel]
    },
  }
}
