/** A frame of an animation as stored in its file: a part of the screen, and its disposal. */
export interface PlacedFrame {
  /** Pixels from the left and the top of the screen; the frame may extend beyond it. */
  left: number
  top: number
  width: number
  height: number
  /** Treatment of its part of the screen after it was shown: kept, cleared, or restored to what was there before. */
  disposal: 'none' | 'background' | 'previous'
  /** RGBA words, red in the low byte; the first is at `first`, and each row starts `stride` after the one above. */
  pixels: Uint32Array
  first: number
  stride: number
  /** Whether its pixels replace those of the screen instead of being composited over them (the default). */
  replaces?: boolean
}

/**
 * Composes frames as a viewer does: the screen starts transparent, each frame is drawn on what the previous one left,
 * and a part that is disposed to the background becomes transparent.
 *
 * @param into receives the screens one after another; the pixels of frame `i` may be stored where screen `i` goes
 */
export function composeFrames(frames: readonly PlacedFrame[], into: Uint32Array, width: number, height: number): void {
  const screen = new Uint32Array(width * height)
  let before = new Uint32Array(0)
  for (const [at, frame] of frames.entries()) {
    if (frame.disposal === 'previous') before = screen.slice()
    draw(frame, screen, width, height)
    into.set(screen, at * screen.length)
    if (frame.disposal === 'previous') screen.set(before)
    if (frame.disposal === 'background') clear(frame, screen, width, height)
  }
}

function draw(frame: PlacedFrame, screen: Uint32Array, width: number, height: number): void {
  const { left, top, pixels, first, stride, replaces } = frame
  const right = Math.min(width, left + frame.width)
  for (let y = top; y < Math.min(height, top + frame.height); y++) {
    const row = first + (y - top) * stride - left
    for (let x = left; x < right; x++) {
      const color = pixels[row + x]
      const alpha = color >>> 24
      const at = y * width + x
      if (replaces || alpha === 255) screen[at] = color
      else if (alpha > 0) screen[at] = over(color, screen[at])
    }
  }
}

function clear(frame: PlacedFrame, screen: Uint32Array, width: number, height: number): void {
  const right = Math.min(width, frame.left + frame.width)
  if (right <= frame.left) return
  for (let y = frame.top; y < Math.min(height, frame.top + frame.height); y++) {
    screen.fill(0, y * width + frame.left, y * width + right)
  }
}

/** One colour composited over another, neither premultiplied (Porter and Duff). */
function over(front: number, back: number): number {
  const alpha = front >>> 24
  const share = (back >>> 24) * (255 - alpha)
  const total = 255 * alpha + share
  const mix = (shift: number) =>
    Math.round((255 * alpha * ((front >>> shift) & 255) + share * ((back >>> shift) & 255)) / total)
  return (mix(0) | (mix(8) << 8) | (mix(16) << 16) | (Math.round(total / 255) << 24)) >>> 0
}
