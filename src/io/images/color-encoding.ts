/** The curve from an encoded sample, 0 … 1, to linear light, 0 … 1. */
export type Transfer = (encoded: number) => number
export type Vector = readonly [number, number, number]
export type Rows = readonly [Vector, Vector, Vector]
/** Chromaticities x, y of the white point, red, green and blue, in the order of a PNG's cHRM chunk. */
export type Chromaticities = readonly [number, number, number, number, number, number, number, number]

/** The relation between the samples of an image and linear light. */
export interface ColorEncoding {
  /** Curves of red, green and blue. */
  transfers: readonly [Transfer, Transfer, Transfer]
  /** Matrix from linear light to XYZ under D50, the white point of colour profiles; null for the primaries of sRGB. */
  toXyz: Rows | null
}

const SRGB_PRIMARIES: Chromaticities = [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06]
/** The white point as ICC profiles round it. */
const D50: Vector = [0.9642, 1, 0.8249]
/** The Bradford cone response matrix. @see http://www.brucelindbloom.com/index.html?Eqn_ChromAdapt.html */
const BRADFORD: Rows = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
]
/** Size of the table of the sRGB curve: where that is steepest, a bin is 1/20 of an 8-bit step. */
const BINS = 65_536

/** The sRGB curve, from encoded samples to linear light. */
export function decodeSrgb(encoded: number): number {
  return encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4
}

function encodeSrgb(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055
}

/**
 * Converts RGBA samples to 8-bit sRGB: to linear light, to the primaries of sRGB, clipped to its gamut, encoded by its
 * curve and rounded. Alpha is only scaled.
 *
 * @param most the value that stands for 1 in `samples`, such as 255
 */
export function encodeAsSrgb(
  samples: Uint8ClampedArray | Uint16Array,
  most: number,
  { transfers, toXyz }: ColorEncoding,
): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(samples.length)
  for (let at = 3; at < samples.length; at += 4) bytes[at] = Math.round((samples[at] * 255) / most)
  const light = transfers.map((transfer) =>
    Float64Array.from({ length: most + 1 }, (_, sample) => clamp(transfer(sample / most))),
  )
  if (!toXyz) {
    for (const [channel, lights] of light.entries()) {
      const encoded = Uint8Array.from(lights, (value) => Math.round(255 * encodeSrgb(value)))
      for (let at = channel; at < samples.length; at += 4) bytes[at] = encoded[samples[at]]
    }
    return bytes
  }
  const rows = multiply(invert(toXyzUnderD50(SRGB_PRIMARIES)), toXyz)
  const encoded = Uint8Array.from({ length: BINS }, (_, bin) => Math.round(255 * encodeSrgb(bin / (BINS - 1))))
  const [reds, greens, blues] = light
  for (let at = 0; at < samples.length; at += 4) {
    const red = reds[samples[at]]
    const green = greens[samples[at + 1]]
    const blue = blues[samples[at + 2]]
    for (let channel = 0; channel < 3; channel++) {
      const row = rows[channel]
      const value = clamp(row[0] * red + row[1] * green + row[2] * blue)
      bytes[at + channel] = encoded[Math.round(value * (BINS - 1))]
    }
  }
  return bytes
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value))
}

/** Whether the chromaticities are those of sRGB, up to rounding. */
export function isSrgb(primaries: Chromaticities): boolean {
  return primaries.every((value, at) => Math.abs(value - SRGB_PRIMARIES[at]) < 0.001)
}

/** Whether the chromaticities span a gamut, so that colours can be converted. */
export function isGamut(primaries: Chromaticities): boolean {
  const positive = [1, 3, 5, 7].every((at) => primaries[at] > 0)
  return positive && Math.abs(determinant(columnsOf(primaries))) > 1e-6
}

/** The matrix from linear light of these primaries to XYZ, adapted from their white point to D50. */
export function toXyzUnderD50(primaries: Chromaticities): Rows {
  const columns = columnsOf(primaries)
  const white = xyzOf(primaries[0], primaries[1])
  const amounts = apply(invert(columns), white)
  const toXyz = mapRows((row) => mapVector((column) => columns[row][column] * amounts[column]))
  const [from, to] = [apply(BRADFORD, white), apply(BRADFORD, D50)]
  const scaled = mapRows((row) => mapVector((column) => (BRADFORD[row][column] * to[row]) / from[row]))
  return multiply(invert(BRADFORD), multiply(scaled, toXyz))
}

/** XYZ of red, green and blue at luminance 1, in columns. */
function columnsOf(primaries: Chromaticities): Rows {
  const colors = mapRows((color) => xyzOf(primaries[2 + 2 * color], primaries[3 + 2 * color]))
  return mapRows((row) => mapVector((column) => colors[column][row]))
}

function xyzOf(x: number, y: number): Vector {
  return [x / y, 1, (1 - x - y) / y]
}

function mapRows(row: (at: number) => Vector): Rows {
  return [row(0), row(1), row(2)]
}

export function mapVector(value: (at: number) => number): Vector {
  return [value(0), value(1), value(2)]
}

function apply(rows: Rows, [a, b, c]: Vector): Vector {
  return mapVector((row) => rows[row][0] * a + rows[row][1] * b + rows[row][2] * c)
}

function multiply(left: Rows, right: Rows): Rows {
  return mapRows((row) =>
    mapVector((column) => left[row].reduce((sum, value, at) => sum + value * right[at][column], 0)),
  )
}

function determinant([[a, b, c], [d, e, f], [g, h, i]]: Rows): number {
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
}

function invert(rows: Rows): Rows {
  const [[a, b, c], [d, e, f], [g, h, i]] = rows
  const adjugate: Rows = [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ]
  const scale = 1 / determinant(rows)
  return mapRows((row) => mapVector((column) => adjugate[row][column] * scale))
}
