/**
 * The integer quantizer, written naively. Nothing is imported from `src`, so that agreement is significant. Coordinates
 * are integers, in sRGB in 1/128 of a channel's level, alpha premultiplied; numbers that could exceed 2⁵³ are BigInts.
 */

import { drawSeeds } from './color/color-seeds'
import { ORIGIN as OKLAB_ORIGIN, UNITS as OKLAB_UNITS, oklabCoordinates, oklabRounded } from './color/oklab'
import { ditherOracle } from './dither'
import { momentsOf, wuBoxes } from './wu'

export interface OracleImage {
  data: Uint8Array | Uint8ClampedArray
  width: number
  height: number
}

export type SpaceName = 'srgb' | 'oklab'

/** A colour space: coordinates of RGBA, RGBA of a centroid, and the resolution of Wu's samples. */
export interface OracleSpace {
  place: (color: Rgba, channels: number) => number[]
  round: (centroid: readonly number[]) => number[]
  origin: readonly number[]
  /** The maximum colour coordinates. */
  most: readonly number[]
  units: number
  /** Wu's samples are coordinates in multiples of this, of `sampleBits` bits. */
  grain: number
  sampleBits: readonly number[]
}

/** RGBA bytes, or rows, which may omit alpha. */
export type OracleColors = Uint8Array | Uint8ClampedArray | readonly Rgba[]

export interface OracleOptions {
  colors?: number
  palette?: OracleColors
  fixedColors?: OracleColors
  space?: SpaceName
  importance?: ArrayLike<number>
  init?: 'wu' | 'maximin' | 'k-means++'
  seed?: number
  restarts?: number
  maxIterations?: number
  tolerance?: number
  dither?: 'none' | 'floyd-steinberg' | 'blue-noise' | 'ordered'
  ditherStrength?: number
  /** The first centroids, in 1/128 units, without the fixed 0,0,0,0; by default the oracle's own from Wu. */
  seeds?: readonly (readonly number[])[]
}

export interface OracleResult {
  palette: Uint8Array
  indices: Uint8Array | Uint16Array
  width: number
  height: number
  colors: number
  centroids: { data: Float32Array; rows: number; columns: number }
  mse: number
  oklabMse: number
  iterations: number
  uniqueColors: number
  /** The seeds, in 1/128 units, without the fixed one; empty if the image had few colours. */
  seeds: number[][]
}

/** The distinct colours of an image, with the properties that a quantizer needs. */
export interface ColorTable {
  /** 3 for an opaque image, else 4. */
  channels: number
  /** RGBA of each distinct colour, in order of first appearance. */
  colors: number[][]
  counts: number[]
  /** The index of each pixel's colour in `colors`. */
  pixels: Int32Array
  transparent: boolean
}

type Rgba = readonly number[]

const MAX_COLORS = 65536

function rowsOf(colors: OracleColors): number[][] {
  const rows =
    'buffer' in colors
      ? Array.from({ length: colors.length / 4 }, (_, k) => [...colors.subarray(4 * k, 4 * k + 4)])
      : colors
  return rows.map(([r, g, b, a = 255]) => [r, g, b, a])
}

const key = ([r, g, b, a]: Rgba) => ((r * 256 + g) * 256 + b) * 256 + a

const luma = ([r, g, b]: Rgba) => 299 * r + 587 * g + 114 * b

/** 128·v, or with alpha 128·v·a/255 rounded half up, and alpha itself as the fourth. */
export function coordinatesOf([r, g, b, a]: Rgba, channels: number): number[] {
  if (channels === 3) return [128 * r, 128 * g, 128 * b]
  return [...[r, g, b].map((v) => Math.floor((256 * v * a + 255) / 510)), 128 * a]
}

/** The byte colour of a centroid. */
export function rounded(centroid: readonly number[]): number[] {
  const byte = (c: number) => Math.floor((c + 64) / 128)
  if (centroid.length === 3) return [...centroid.map(byte), 255]
  const weight = centroid[3]
  const alpha = byte(weight)
  if (alpha === 0) return [0, 0, 0, 0]
  const channel = (c: number) => Math.min(255, Math.floor((510 * c + weight) / (2 * weight)))
  return [channel(centroid[0]), channel(centroid[1]), channel(centroid[2]), alpha]
}

export const spaces: Record<SpaceName, OracleSpace> = {
  srgb: {
    place: coordinatesOf,
    round: rounded,
    origin: [0, 0, 0, 0],
    most: [32640, 32640, 32640],
    units: 128,
    grain: 128,
    sampleBits: [8, 8, 8, 8],
  },
  oklab: {
    place: oklabCoordinates,
    round: oklabRounded,
    origin: OKLAB_ORIGIN,
    most: [OKLAB_UNITS, 16383, 16383],
    units: OKLAB_UNITS,
    grain: 32,
    sampleBits: [10, 9, 9, 10],
  },
}

export function colorTable({ data, width, height }: OracleImage): ColorTable {
  const table: ColorTable = {
    channels: 3,
    colors: [],
    counts: [],
    pixels: new Int32Array(width * height),
    transparent: false,
  }
  const places = new Map<number, number>()
  for (let pixel = 0; pixel < width * height; pixel++) {
    let color = [data[4 * pixel], data[4 * pixel + 1], data[4 * pixel + 2], data[4 * pixel + 3]]
    if (color[3] !== 255) table.channels = 4
    if (color[3] === 0) {
      color = [0, 0, 0, 0]
      table.transparent = true
    }
    let place = places.get(key(color))
    if (place === undefined) {
      place = table.colors.length
      places.set(key(color), place)
      table.colors.push(color)
      table.counts.push(0)
    }
    table.counts[place]++
    table.pixels[pixel] = place
  }
  return table
}

/**
 * The weight of each colour: the sum of its pixels' weights, in integers scaled by the largest power of two with a
 * total below 2³¹.
 */
function colorWeights(table: ColorTable, importance: ArrayLike<number>): number[] {
  const values = Array.from(importance)
  const total = (scale: number) => values.reduce((sum, value) => sum + value * scale, 0)
  const roundedTotal = (scale: number) => values.reduce((sum, value) => sum + Math.round(value * scale), 0)
  let scale = 2 ** -1000
  while (total(2 * scale) < 2 ** 31 && scale < 2 ** 900) scale *= 2
  while (roundedTotal(scale) >= 2 ** 31) scale /= 2
  const weights = table.colors.map(() => 0)
  values.forEach((value, pixel) => {
    weights[table.pixels[pixel]] += Math.round(value * scale)
  })
  return weights
}

/**
 * Means of Wu's boxes (of `whole` cells) over the colours, without the transparent one if an entry `still` is for it,
 * rounded half up.
 */
export function wuSeeds(
  table: ColorTable,
  boxCount: number,
  still: readonly Rgba[],
  space = spaces.srgb,
  whole = false,
): number[][] {
  const { place: placeColor, grain, sampleBits } = space
  const { channels } = table
  const samples: number[][] = []
  const counts: number[] = []
  table.colors.forEach((color, place) => {
    if ((color[3] === 0 && still.some((entry) => entry[3] === 0)) || table.counts[place] === 0) return
    samples.push(placeColor(color, channels).map((p) => Math.floor((p + grain / 2) / grain)))
    counts.push(table.counts[place])
  })
  const bits = channels === 3 ? 5 : 4
  const solid = channels === 4 ? Math.floor((placeColor([0, 0, 0, 255], 4)[3] + grain / 2) / grain) : undefined
  const boxes = wuBoxes(samples, counts, boxCount, bits, sampleBits.slice(0, channels), solid, whole)
  return boxes.map((box) => {
    const { count, sums } = momentsOf(box.cells, channels)
    const scaled = sums.map((sum) => grain * sum)
    if (!box.cells.some((cell) => cell.opaque)) return scaled.map((sum) => roundedMean(BigInt(sum), count))
    // Samples are multiples of the grain, their full alpha too.
    const mean = opaqueMean(scaled, count, space, grain * (solid as number))
    return [...mean.slice(0, 3), placeColor([0, 0, 0, 255], 4)[3]]
  })
}

/** ⌊(2·sum + count) / 2·count⌋: the mean, rounded half up. */
function roundedMean(sum: bigint, count: number): number {
  return Number((2n * sum + BigInt(count)) / (2n * BigInt(count)))
}

/** The opaque coordinates of a box or cluster: those of the straight colours' mean by alpha, half up, within their range. */
function opaqueMean(sums: readonly number[], count: number, { origin, most }: OracleSpace, opaque: number): number[] {
  const alphas = BigInt(sums[3])
  return sums.map((sum, d) => {
    if (d === 3) return opaque
    if (alphas === 0n) return roundedMean(BigInt(sum), count)
    // Twice the mean plus a half, weighted by alpha, as a fraction of integers.
    const numerator = 2n * (BigInt(sum) - BigInt(count) * BigInt(origin[d])) * BigInt(opaque) + alphas
    const shifted = numerator + 2n * alphas * BigInt(origin[d])
    return shifted < 0n ? 0 : Math.min(most[d], Number(shifted / (2n * alphas)))
  })
}

/**
 * The nearest centroid of each point, the first among equals. Squared distances stay below 2³². A point whose alpha is
 * `opaque` is compared only with centroids of that alpha, if there are any.
 */
export function nearest(
  points: readonly (readonly number[])[],
  centroids: readonly (readonly number[])[],
  opaque = Number.NaN,
) {
  const solid = centroids.map(([, , , alpha]) => alpha === opaque)
  const anySolid = solid.includes(true)
  const channels = centroids[0].length
  const count = centroids.length
  const flat = Float64Array.from(centroids.flat())
  const labels = new Int32Array(points.length)
  const distances = new Float64Array(points.length)
  for (let index = 0; index < points.length; index++) {
    const point = points[index]
    const [x, y, z] = point
    const w = channels === 4 ? point[3] : 0
    let best = Number.POSITIVE_INFINITY
    const bound = anySolid && point[3] === opaque
    for (let centroid = 0; centroid < count; centroid++) {
      if (bound && !solid[centroid]) continue
      const at = centroid * channels
      const dx = x - flat[at]
      const dy = y - flat[at + 1]
      const dz = z - flat[at + 2]
      let distance = dx * dx + dy * dy + dz * dz
      if (channels === 4) distance += (w - flat[at + 3]) ** 2
      if (distance < best) {
        best = distance
        labels[index] = centroid
      }
    }
    distances[index] = best
  }
  return { labels, distances }
}

/** The mean over channels of the population variance over pixels, in 1/128 units squared. */
function meanVariance(points: readonly (readonly number[])[], counts: readonly number[]): number {
  const pixels = counts.reduce((sum, count) => sum + count, 0)
  const channels = points[0].length
  let total = 0
  for (let d = 0; d < channels; d++) {
    let sum = 0
    for (let i = 0; i < points.length; i++) sum += counts[i] * points[i][d]
    const mean = sum / pixels
    let squares = 0
    for (let i = 0; i < points.length; i++) squares += counts[i] * (points[i][d] - mean) ** 2
    total += squares / pixels
  }
  return total / channels
}

/**
 * Lloyd's algorithm over weighted points: the first `fixed` centroids never move, and one with an opaque point is opaque.
 * Returns the number of iterations.
 */
export function lloyd(
  points: readonly (readonly number[])[],
  counts: readonly number[],
  centroids: number[][],
  { fixed = 0, maxIterations = 20, tolerance = 0, opaque = Number.NaN, space = spaces.srgb },
): number {
  const channels = centroids[0].length
  const threshold = tolerance * Math.sqrt(meanVariance(points, counts))
  let previous: Int32Array | null = null
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    const { labels } = nearest(points, centroids, opaque)
    if (previous && labels.every((label, index) => label === previous?.[index])) return iteration
    previous = labels

    const sizes = new Array<number>(centroids.length).fill(0)
    const sums = centroids.map(() => new Array<number>(channels).fill(0))
    const solid = new Array<boolean>(centroids.length).fill(false)
    for (let i = 0; i < points.length; i++) {
      if (points[i][3] === opaque) solid[labels[i]] = true
      sizes[labels[i]] += counts[i]
      for (let d = 0; d < channels; d++) sums[labels[i]][d] += counts[i] * points[i][d]
    }
    let movement = 0
    for (let c = fixed; c < centroids.length; c++) {
      if (sizes[c] === 0) continue
      const moved = solid[c]
        ? opaqueMean(sums[c], sizes[c], space, opaque)
        : sums[c].map((sum) => roundedMean(BigInt(sum), sizes[c]))
      movement += Math.sqrt(moved.reduce((sum, value, d) => sum + (value - centroids[c][d]) ** 2, 0))
      centroids[c] = moved
    }
    if (tolerance > 0 && movement <= threshold) return iteration
  }
  return maxIterations
}

export function quantizeOracle(
  image: OracleImage,
  {
    palette: asked,
    fixedColors = [],
    colors = MAX_COLORS,
    space: spaceName = 'srgb',
    importance,
    init = 'wu',
    seed = 0,
    restarts = 1,
    maxIterations = 20,
    tolerance = 0,
    dither = 'none',
    ditherStrength = 224,
    seeds,
  }: OracleOptions,
): OracleResult {
  const given = asked && rowsOf(asked)
  const fixed = rowsOf(fixedColors)
  const table = colorTable(image)
  const { counts } = table
  if ([...(given ?? []), ...fixed].some(([, , , alpha]) => alpha < 255)) table.channels = 4
  const { channels } = table
  const weights = importance ? colorWeights(table, importance) : counts
  const space = spaces[spaceName]
  const points = table.colors.map((color) => space.place(color, channels))
  /** The alpha of an opaque colour as a coordinate: `undefined` without alpha. */
  const opaque = space.place([0, 0, 0, 255], channels)[3]

  let begin: number[][] = []
  let iterations = 0
  let entries: number[][] // RGBA of each centroid, before unused ones go
  let centroids: number[][]
  let labels: Int32Array
  let kept = fixed.length
  const isFixed = (color: Rgba) => fixed.some((other) => (color[3] === 0 ? other[3] === 0 : key(other) === key(color)))
  const missing = table.colors.filter((color) => !isFixed(color))
  const lossless = !given && fixed.length + missing.length <= colors
  if (given) {
    entries = given
    centroids = entries.map((entry) => space.place(entry, channels))
    labels = nearest(points, centroids, opaque).labels
    kept = given.length
  } else if (lossless) {
    entries = [...fixed, ...missing]
    centroids = entries.map((entry) => space.place(entry, channels))
    const sameColor = (a: Rgba, b: Rgba) => (a[3] === 0 ? b[3] === 0 : key(a) === key(b))
    labels = Int32Array.from(table.colors, (color) => entries.findIndex((entry) => sameColor(color, entry)))
  } else {
    const still = [...fixed]
    const room = fixed.length === 0 ? colors >= 2 : colors > fixed.length
    if (table.transparent && room && !fixed.some((color) => color[3] === 0)) still.push([0, 0, 0, 0])
    const free = colors - still.length
    const ordered = [...points.keys()].sort((a, b) => key(table.colors[a]) - key(table.colors[b]))
    const draw = (restart: number) =>
      drawSeeds(
        ordered.map((i) => points[i]),
        ordered.map((i) => weights[i]),
        still.map((entry) => space.place(entry, channels)),
        free,
        { init: init === 'maximin' && restart === 0 ? 'maximin' : 'k-means++', seed, restart },
      )
    const run = (restart: number) => {
      const own =
        init === 'wu' && restart === 0
          ? () => wuSeeds({ ...table, counts: weights }, free, still, space)
          : () => draw(restart)
      const start = seeds ? seeds.map((entry) => [...entry]) : free > 0 ? own() : []
      const means = [...still.map((entry) => space.place(entry, channels)), ...start.map((entry) => [...entry])]
      // Opaque colours need an opaque entry: the free one with most alpha becomes so where there is none.
      if (
        points.some((point) => point[3] === opaque) &&
        !means.some((mean) => mean[3] === opaque) &&
        start.length > 0
      ) {
        const alphas = means.slice(still.length).map((mean) => mean[3])
        const raised = still.length + alphas.indexOf(Math.max(...alphas))
        means[raised] = opaqueMean(means[raised], 1, space, opaque)
      }
      const count =
        free > 0 ? lloyd(points, weights, means, { fixed: still.length, maxIterations, tolerance, opaque, space }) : 0
      const rgba = means.map((centroid, k) => still[k] ?? space.round(centroid))
      const targets = rgba.map((entry) => space.place(entry, channels))
      const mapping = nearest(points, targets, opaque)
      const error = mapping.distances.reduce((sum, distance, i) => sum + BigInt(distance) * BigInt(weights[i]), 0n)
      return { start, means, count, rgba, labels: mapping.labels, error }
    }
    let best = run(0)
    for (let restart = 1; restart < restarts; restart++) {
      const next = run(restart)
      if (next.error < best.error) best = next
    }
    begin = best.start
    iterations = best.count
    centroids = best.means
    entries = best.rgba
    labels = best.labels
  }

  const byAlphaLumaKey = (a: number, b: number) =>
    entries[a][3] - entries[b][3] || luma(entries[a]) - luma(entries[b]) || key(entries[a]) - key(entries[b])
  let labelOf = (pixel: number) => labels[table.pixels[pixel]]
  if (!lossless && dither !== 'none' && ditherStrength > 0) {
    const sameBytes = (a: number, b: number) => key(entries[a]) === key(entries[b])
    const numbers = [...entries.keys()].sort(byAlphaLumaKey).filter((n, i, all) => i === 0 || !sameBytes(n, all[i - 1]))
    const sorted = numbers.map((number) => entries[number])
    const chosen = ditherOracle(image, sorted, channels, { dither, strength: ditherStrength, place: space.place })
    labelOf = (pixel) => numbers[chosen[pixel]]
  }

  const taken = new Set(Array.from(table.pixels, (_, pixel) => labelOf(pixel)))
  const others = [...taken].filter((entry) => entry >= kept).sort(byAlphaLumaKey)
  const used = [...Array.from({ length: kept }, (_, entry) => entry), ...others]
  const place = new Int32Array(entries.length)
  used.forEach((entry, index) => {
    place[entry] = index
  })
  const indices = new (used.length > 256 ? Uint16Array : Uint8Array)(table.pixels.length)
  for (let pixel = 0; pixel < indices.length; pixel++) indices[pixel] = place[labelOf(pixel)]
  const palette = Uint8Array.from(used.flatMap((entry) => entries[entry]))
  return {
    palette,
    indices,
    width: image.width,
    height: image.height,
    colors: used.length,
    centroids: {
      data: Float32Array.from(
        used.flatMap((entry) => centroids[entry].map((c, d) => (c - space.origin[d]) / space.units)),
      ),
      rows: used.length,
      columns: channels,
    },
    mse: meanSquaredError(image, palette, indices),
    oklabMse: meanSquaredError(image, palette, indices, 'oklab'),
    iterations,
    uniqueColors: table.colors.length,
    seeds: begin,
  }
}

/** The mean squared error between an image and its palette's colours in a space, from the bytes alone. */
export function meanSquaredError(
  image: OracleImage,
  palette: Uint8Array,
  indices: ArrayLike<number>,
  spaceName: SpaceName = 'srgb',
): number {
  const { channels: own, colors, pixels } = colorTable(image)
  const channels = palette.some((byte, i) => i % 4 === 3 && byte < 255) ? 4 : own
  const { place, units } = spaces[spaceName]
  const points = colors.map((color) => place(color, channels))
  const targets = Array.from({ length: palette.length / 4 }, (_, entry) =>
    place([...palette.subarray(4 * entry, 4 * entry + 4)], channels),
  )
  let error = 0n
  // Below 2²⁰ pixels of at most 2³² each the partial sum is exact; then it moves to the BigInt.
  let partial = 0
  for (let pixel = 0; pixel < pixels.length; pixel++) {
    const [point, target] = [points[pixels[pixel]], targets[indices[pixel]]]
    for (let d = 0; d < channels; d++) partial += (point[d] - target[d]) ** 2
    if ((pixel & 0xfffff) === 0xfffff) {
      error += BigInt(partial)
      partial = 0
    }
  }
  error += BigInt(partial)
  return Number(error) / (units * units * pixels.length)
}
