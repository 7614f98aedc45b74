import { spaceCoordinates } from '../kernels/color/space/color-space.js'
import { createDitherer } from './dither/dither.js'
import type { Dither } from './dither/dither-method.js'
import type { EntrySink, Indices } from './image/entry-sink.js'
import type { Pixels } from './image/pixels.js'
import { meanErrors } from './palette/color-error.js'
import { type FoundPalette, findPalette } from './palette/find-palette.js'
import { distinctEntries, paletteOrder } from './palette/palette-order.js'
import { NO_PLACE, PalettePlaces } from './palette/palette-places.js'
import { wuSeeds } from './palette/wu.js'
import type { Tally } from './reporter.js'
import { type ColorPoints, createColorPoints } from './table/color-points.js'
import type { ColorSpace } from './table/color-space.js'
import type { ColorWork } from './table/color-work.js'

/** Factor by which a frame's error must exceed the lowest since the palette was made, for a new one to be tried. */
const SUSPICIOUS = 1.5
/** Maximum error of a new palette, as a share of the old one's, for it to be used: it costs a flicker. */
const WORTH = 0.9

export interface FrameSettings {
  width: number
  height: number
  colors: number
  space: ColorSpace
  dither: Dither
  strength: number
  maxIterations: number
  frameIterations: number
}

/** The state that one frame passes to the next. */
export interface PaletteMemory {
  places: PalettePlaces
  /** The kinds of alpha that the palette was made for: it is kept for frames of these kinds. */
  kind: string | null
  /** The lowest error of a frame since then, in squared coordinates. */
  leastError: number
}

export function emptyMemory(colors: number): PaletteMemory {
  return { places: new PalettePlaces(colors), kind: null, leastError: 0 }
}

/** The input and buffers of a frame. */
export interface Frame extends ColorWork {
  settings: FrameSettings
  memory: PaletteMemory
  pixels: Pixels
  sink: EntrySink
}

export interface FrameOutcome {
  indices: Indices | null
  /** Number of pixels of each place. */
  populations: Uint32Array
  mse: number
  oklabMse: number
  iterations: number
  fresh: boolean
}

/** A palette for a frame, with the place of each entry. */
interface Candidate {
  found: FoundPalette
  places: Uint32Array<ArrayBuffer>
  fresh: boolean
}

/** Every colour of the frame becomes an entry. */
export async function keepColors(frame: Frame): Promise<FrameOutcome> {
  const { executor, scope, settings, memory, pixels, table, sink } = frame
  const read = async (buffer: typeof table.colors) => new Uint32Array(await executor.read(buffer, 0, 4 * table.unique))
  const [palette, counts] = await Promise.all([table.colors, table.counts].map(read))
  const centroids = new Uint32Array(4 * table.unique)
  const flags = { ALPHA: table.alpha, OKLAB: settings.space.OKLAB }
  for (const [i, color] of palette.entries()) spaceCoordinates(color, flags, centroids.subarray(4 * i, 4 * i + 4))
  // The transparent colour is the one with alpha 0, regardless of where it was counted.
  const pinned = pixels.transparent ? palette.indexOf(0) : -1
  const places = placesFor(memory, palette, counts, pinned)
  const labels = scope.upload('quantize.labels', Uint32Array.from(palette.keys()))
  await table.mapPixels(pixels, labels, places, sink, tallyOf(frame))
  memory.places.put(places, palette, centroids, table.alpha)
  if (kindOf(frame) !== memory.kind) memory.kind = null
  const indices = await finish(frame)
  const populations = byPlace(settings.colors, places, counts)
  return { indices, populations, mse: 0, oklabMse: 0, iterations: 0, fresh: false }
}

/** Continues the previous frame's palette, or makes a new one. */
export async function reduceColors(frame: Frame): Promise<FrameOutcome> {
  const { executor, scope, settings, memory, pixels, table, sink } = frame
  const { width, height, colors, space, dither, strength } = settings
  const points = await createColorPoints(executor, scope, table, space)
  const { found, places, fresh } = await choosePalette(frame, points)
  const error = errorOf(found, space)
  memory.leastError = fresh || memory.leastError === 0 ? error : Math.min(memory.leastError, error)
  memory.kind = kindOf(frame)
  memory.places.put(places, found.palette, found.centroids, table.alpha)

  const outcome = { iterations: found.iterations, fresh }
  if (dither === 'none') {
    await table.mapPixels(pixels, found.labels, places, sink, tallyOf(frame))
    const populations = byPlace(colors, places, found.populations)
    return { indices: await finish(frame), populations, ...meanErrors(found.squaredErrors, width * height), ...outcome }
  }
  const palette = distinctEntries(found.palette).map((entry) => found.palette[entry])
  const placeOf = new Map<number, number>()
  for (const [entry, place] of places.entries()) {
    if (place !== NO_PLACE && !placeOf.has(found.palette[entry])) placeOf.set(found.palette[entry], place)
  }
  const usable = palette.filter((color) => placeOf.has(color))
  const ranks = Uint32Array.from(usable, (color) => placeOf.get(color) as number)
  const ditherImage = await createDitherer(frame, points, usable, { dither, strength, wide: sink.wide })
  const dithered = await ditherImage(pixels, sink, tallyOf(frame))
  const indices = await sink.finish({ ranks, palette: usable, usedCount: colors })
  const populations = byPlace(colors, ranks, dithered.populations)
  return { indices, populations, ...meanErrors(dithered.squaredErrors, width * height), ...outcome }
}

async function choosePalette(frame: Frame, points: ColorPoints): Promise<Candidate> {
  const { memory, settings, table } = frame
  const makeAnew = () => freshPalette(frame, points)
  if (memory.kind !== kindOf(frame) || memory.leastError === 0) return await makeAnew()
  const { places, centroids } = memory.places.active({ ALPHA: table.alpha, OKLAB: settings.space.OKLAB })
  const found = await cluster(frame, points, centroids, settings.frameIterations)
  const warm = { found, places, fresh: false }
  if (errorOf(found, settings.space) <= SUSPICIOUS * memory.leastError) return warm
  const anew = await makeAnew()
  if (errorOf(anew.found, settings.space) <= WORTH * errorOf(found, settings.space)) return anew
  memory.leastError = errorOf(found, settings.space) // the lowest error that this image allows
  return warm
}

/** A palette as `quantize` finds it; its entries get the places of the colours that they are nearest to. */
async function freshPalette(frame: Frame, points: ColorPoints): Promise<Candidate> {
  const { settings, memory } = frame
  const fixedCount = fixedCountOf(frame)
  const { colors, space, maxIterations } = settings
  const skip = fixedCount > 0
  const wu = await wuSeeds(await points.readMoments(skip), colors - fixedCount, () => points.readSamples(skip))
  const seeds = new Uint32Array(4 * fixedCount + wu.length)
  if (skip) seeds.set(space.origin)
  seeds.set(wu, 4 * fixedCount)
  const found = await cluster(frame, points, seeds, maxIterations)
  const places = placesFor(memory, found.palette, found.populations, fixedCount - 1)
  return { found, places, fresh: true }
}

async function cluster(
  frame: Frame,
  points: ColorPoints,
  seeds: Uint32Array<ArrayBuffer>,
  maxIterations: number,
): Promise<FoundPalette> {
  const fixed = new Uint32Array(fixedCountOf(frame)) // transparent black
  const options = { fixed, maxIterations, movementThreshold: null }
  return await findPalette(frame, points, seeds, options)
}

/** Orders entries as `quantize` for the first frame, later by the previous colours; `pinned` has place 0. */
function placesFor({ places }: PaletteMemory, palette: Uint32Array, populations: Uint32Array, pinned: number) {
  if (!places.empty) return places.match(palette, populations, pinned)
  const { rank } = paletteOrder(palette, populations)
  return rank.map((place, entry) => (populations[entry] > 0 ? place : NO_PLACE))
}

/** Fully transparent pixels stay so: their entry is fixed, at place 0. */
function fixedCountOf({ pixels, settings }: Frame): number {
  return pixels.transparent && settings.colors > 1 ? 1 : 0
}

function kindOf(frame: Frame): string {
  return `alpha ${frame.table.alpha}, fixed ${fixedCountOf(frame)}`
}

/** Ends a frame whose pixels were mapped to their places; returns its indices. */
async function finish({ memory, settings, sink }: Frame): Promise<Indices | null> {
  return await sink.finish({ ranks: null, palette: memory.places.palette, usedCount: settings.colors })
}

function tallyOf({ reporter, table }: Frame): Tally {
  return reporter.tally('map', table.pixelCount)
}

function byPlace(count: number, places: Uint32Array, populations: Uint32Array): Uint32Array {
  const result = new Uint32Array(count)
  for (const [entry, place] of places.entries()) if (place !== NO_PLACE) result[place] += populations[entry]
  return result
}

function errorOf({ squaredErrors }: FoundPalette, { name }: ColorSpace): number {
  return Number(squaredErrors[name])
}
