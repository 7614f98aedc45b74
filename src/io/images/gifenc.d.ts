declare module 'gifenc/dist/gifenc.esm.js' {
  type Color = [red: number, green: number, blue: number]
  export interface FrameOptions {
    /** Whether the sizes, the table and the repetition of the file come first. */
    first: boolean
    /** The table of this frame; that of the first is the file's, and a frame without one uses it. */
    palette?: Color[]
    /** Bits of an index. */
    colorDepth: number
    transparent: boolean
    transparentIndex: number
    /** Milliseconds. */
    delay: number
    /** Plays after the first; 0 for ever, -1 none. */
    repeat: number
    /** What becomes of the frame before the next is drawn: 1 it stays, 2 it is cleared. */
    dispose: 1 | 2
  }
  /** With `auto` false, the caller writes the header and says which frame is the first. */
  export function GIFEncoder(options: { auto: boolean }): {
    writeHeader(): void
    writeFrame(indices: Uint8Array, width: number, height: number, options: FrameOptions): void
    bytes(): Uint8Array<ArrayBuffer>
  }
  export function quantize(rgba: Uint8Array | Uint8ClampedArray, maxColors: number): Color[]
  export function applyPalette(rgba: Uint8Array | Uint8ClampedArray, palette: Color[]): Uint8Array
}
