import { concatenate } from '../concatenate.js'
import type { PlacedFrame } from './compose-frames.js'

/** The placement of the frames of a GIF, and a file from which a decoder shows each of them alone. */
export interface GifLayout {
  frames: GifFrame[]
  /** The file with the disposal of every frame set to 'previous': a decoder then shows each one on a clear screen. */
  separate: Uint8Array<ArrayBuffer>
  /** Whether the file ends within the data of a frame. */
  cut: boolean
}

export type GifFrame = Pick<PlacedFrame, 'left' | 'top' | 'width' | 'height' | 'disposal'>

const EXTENSION = 0x21
const IMAGE = 0x2c
const GRAPHIC_CONTROL = 0xf9
const TO_PREVIOUS = 3

/** Disposals by their number in the file; viewers treat 4, which some encoders write for 3, as 3, others as none. */
const DISPOSALS: readonly GifFrame['disposal'][] = ['none', 'none', 'background', 'previous', 'previous']

/**
 * Finds the frames of a GIF file, up to where it ends or becomes unreadable; damage is left for the decoder to report.
 *
 * @see https://www.w3.org/Graphics/GIF/spec-gif89a.txt
 */
export function readGifLayout(file: Uint8Array): GifLayout {
  const view = new DataView(file.buffer, file.byteOffset, file.length)
  const frames: GifFrame[] = []
  const parts: Uint8Array[] = []
  let copied = 0
  /** Position of the flags in the graphic control of the next frame; −1 where it has none. */
  let control = -1
  const copyTo = (end: number, flags: number) => {
    parts.push(file.subarray(copied, end), Uint8Array.of(flags))
    copied = end + 1
  }
  let at = 13 + tableLength(file[10])
  while (at + 10 <= file.length) {
    if (file[at] === EXTENSION) {
      if (file[at + 1] === GRAPHIC_CONTROL && file[at + 2] >= 4) control = at + 3
      at = skipBlocks(file, at + 2)
    } else if (file[at] === IMAGE) {
      const flags = control < 0 ? 0 : file[control]
      const [left, top, width, height] = [1, 3, 5, 7].map((offset) => view.getUint16(at + offset, true))
      frames.push({ left, top, width, height, disposal: DISPOSALS[(flags >> 2) & 7] ?? 'none' })
      if (control >= 0) copyTo(control, (flags & ~0b11100) | (TO_PREVIOUS << 2))
      else {
        parts.push(
          file.subarray(copied, at),
          Uint8Array.of(EXTENSION, GRAPHIC_CONTROL, 4, TO_PREVIOUS << 2, 0, 0, 0, 0),
        )
        copied = at
      }
      control = -1
      at = skipBlocks(file, at + 11 + tableLength(file[at + 9]))
    } else break
  }
  parts.push(file.subarray(copied))
  return { frames, separate: concatenate(parts), cut: frames.length > 0 && at > file.length + 1 }
}

/** Length in bytes of the colour table, by the flags of the screen or the image. */
function tableLength(flags: number): number {
  return flags & 0x80 ? 3 * (2 << (flags & 7)) : 0
}

/** The end of a run of data blocks, each preceded by its length and the last of them empty. */
function skipBlocks(file: Uint8Array, start: number): number {
  let at = start
  while (at < file.length && file[at] !== 0) at += 1 + file[at]
  return at + 1
}
