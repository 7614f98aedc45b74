import { type ImageMetadata, readMetadata } from 'lloyd'
import { fromInput, inputName, STANDARD, writeStandardOutput } from '../standard-io.js'
import { remark } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'
import type { FrameStack } from './frames.js'
import { type Job, nameOf } from './plan.js'
import type { Quantizing } from './quantize-options.js'

/** Metadata that a PNG keeps from its input: the resolution, and with `all` the rest. */
export async function metadataFor({ format, inputs }: Job, all = false): Promise<ImageMetadata> {
  if (format !== 'png') return { chunks: [], lost: [] }
  const metadata = await fromInput(inputs[0], readMetadata)
  return all ? metadata : { chunks: metadata.chunks.filter(({ type }) => type === 'pHYs'), lost: [] }
}

/** Remarks that a PNG does not take over all metadata of its input. */
export function remarkOnLoss({ inputs }: Job, { lost }: ImageMetadata): void {
  if (lost.length > 0) remark(`${inputName(inputs[0])} has ${lost.join(' and ')}, which the PNG cannot keep`)
}

export async function writeImage({ output, replace }: Job, file: Uint8Array): Promise<void> {
  if (output === STANDARD) await writeStandardOutput(file)
  else writeWhole(output, file, replace)
}

/** Remarks that an image becomes more opaque, because the given colours are. */
export function remarkOnOpacity(job: Job, { data }: FrameStack, palette: Uint8Array, given: Quantizing): void {
  if (!given.palette && !given.fixedColors) return
  const lowest = lowestAlpha(palette)
  if (lowestAlpha(data) >= lowest) return
  const most = lowest === 255 ? 'no entry is transparent' : `no entry has an alpha below ${lowest}`
  remark(`${nameOf(job)} has transparent pixels, which become more opaque: ${most}; add #00000000 to the colours`)
}

function lowestAlpha(rgba: Uint8Array | Uint8ClampedArray): number {
  let lowest = 255
  for (let at = 3; at < rgba.length && lowest > 0; at += 4) if (rgba[at] < lowest) lowest = rgba[at]
  return lowest
}
