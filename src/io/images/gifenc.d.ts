declare module 'gifenc/dist/gifenc.esm.js' {
  type Color = [red: number, green: number, blue: number]
  export interface FrameOptions {
    /** Whether this is the first frame, which the sizes, the table and the repetition of the file precede. */
    first: boolean
    /** The table of this frame. That of the first frame is the file's, used by all frames without their own. */
    palette?: Color[]
    /** Bits per index. */
    colorDepth: number
    transparent: boolean
    transparentIndex: number
    /** Display time, in milliseconds. */
    delay: number
    /** Number of plays after the first; 0 for ever, -1 for none. */
    repeat: number
    /** Disposal before the next frame is drawn: 1 keeps the frame, 2 clears it. */
    dispose: 1 | 2
  }
  /** With `auto` false, the caller writes the header and marks the first frame. */
  export function GIFEncoder(options: { auto: boolean }): {
    writeHeader(): void
    writeFrame(indices: Uint8Array, width: number, height: number, options: FrameOptions): void
    bytes(): Uint8Array<ArrayBuffer>
  }
  export function quantize(rgba: Uint8Array | Uint8ClampedArray, maxColors: number): Color[]
  export function applyPalette(rgba: Uint8Array | Uint8ClampedArray, palette: Color[]): Uint8Array
}
