declare module 'gifenc/dist/gifenc.esm.js' {
  type Color = [red: number, green: number, blue: number]
  export function quantize(rgba: Uint8Array | Uint8ClampedArray, maxColors: number): Color[]
  export function applyPalette(rgba: Uint8Array | Uint8ClampedArray, palette: Color[]): Uint8Array
}
