import { BufferScope, type Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { nextTask } from '../../engine/next-task.js'
import { findRoots } from '../../kernels/segments/find-roots.js'
import { bordersOf, joinTiles } from '../../kernels/segments/join-tiles.js'
import {
  connectRows,
  findComponents,
  labelTiles,
  TILE_HEIGHT,
  TILE_WIDTH,
  type Tile,
  tilesOf,
} from '../../kernels/segments/label-tiles.js'
import { unite } from '../../kernels/shared/union-find.js'

/** Maximum number of pixels of a band, whose labels and components are on the engine together: 128 MiB. */
const BAND_PIXELS = 2 ** 24
/** Number of pixels after which other tasks may run. */
const TURN_PIXELS = 2 ** 21
/** Multiply-adds that take about as long as the work on a pixel of a tile, on a pair of pixels, and to find a root. */
const TILE_WORK = 16
const PAIR_WORK = 64
const ROOT_WORK = 8

/** Words of one image, row by row. */
type Words = Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>

/**
 * The connected components of equal labels in an image: for every pixel the lowest index of a pixel of its component.
 * Pixels are connected through neighbours above, below, to the left and to the right.
 */
export async function connectedComponents(
  executor: Executor,
  labels: Words,
  width: number,
  height: number,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Uint32Array<ArrayBuffer>> {
  return await (isForHost(executor)
    ? connectOnHost(labels, width, height, signal)
    : connectByKernels(executor, labels, width, height, signal))
}

/** The same for labels on the engine, one word per pixel. */
export async function connectBuffer(
  executor: Executor,
  labels: EngineBuffer,
  { width, height }: { width: number; height: number },
  signal?: AbortSignal,
): Promise<Uint32Array<ArrayBuffer>> {
  const read = new Uint32Array(width * height)
  if (isForHost(executor)) {
    await executor.readInto(labels, read)
    return await connectOnHost(read, width, height, signal)
  }
  const scope = new BufferScope(executor)
  try {
    await executor.readInto(await connectBand(executor, scope, labels, { width, height }, signal), read)
    return read
  } finally {
    scope.release()
  }
}

/** On a CPU, one pass over all pixels is four times as fast as kernels. */
function isForHost({ traits: { immediate, cheapAtomics } }: Executor): boolean {
  return immediate || !cheapAtomics
}

async function connectOnHost(
  labels: Words,
  width: number,
  height: number,
  signal?: AbortSignal,
): Promise<Uint32Array<ArrayBuffer>> {
  const words = new Uint32Array(labels.buffer, labels.byteOffset, labels.length)
  const components = new Uint32Array(width * height)
  const rows = Math.ceil(TURN_PIXELS / width)
  const inTurns = async (work: (tile: Tile, from: number) => void) => {
    for (let row = 0; row < height; row += rows) {
      work({ width, left: 0, top: 0, right: width, bottom: Math.min(height, row + rows) }, row)
      await nextTask()
      signal?.throwIfAborted()
    }
  }
  await inTurns((tile, from) => connectRows(words, components, tile, from))
  await inTurns((tile, from) => findComponents(components, tile, from))
  return components
}

/** The same by kernels. Images above BAND_PIXELS, or above what the engine binds, are done in bands. */
export async function connectByKernels(
  executor: Executor,
  labels: Words,
  width: number,
  height: number,
  signal?: AbortSignal,
): Promise<Uint32Array<ArrayBuffer>> {
  const components = new Uint32Array(width * height)
  const bands = bandsOf(executor, width, height)
  for (const [first, end] of bands) {
    const scope = new BufferScope(executor)
    try {
      const own = scope.upload('segments.labels', labels.subarray(first, end))
      const columns = Math.min(width, end - first)
      const found = await connectBand(executor, scope, own, { width: columns, height: (end - first) / columns }, signal)
      await executor.readInto(found, components.subarray(first, end))
    } finally {
      scope.release()
    }
    if (first > 0) joinBand(labels, components, width, first, end)
  }
  if (bands.length > 1) settle(components)
  return components
}

/**
 * The same for labels on the engine, one word per pixel: another buffer of the scope. `width` × `height` words must fit
 * a buffer.
 */
export async function connectBand(
  executor: Executor,
  scope: BufferScope,
  labels: EngineBuffer,
  { width, height }: { width: number; height: number },
  signal?: AbortSignal,
): Promise<EngineBuffer> {
  const [label, join, find] = await Promise.all([
    executor.compile(labelTiles),
    executor.compile(joinTiles),
    executor.compile(findRoots),
  ])
  const parents = scope.allocate('segments.components', 4 * width * height)
  const cut = (count: number, work: number, run: (first: number, end: number) => void) =>
    executor.pace.cut(count, work, (first, piece) => run(first, first + piece), { signal, align: 64 })
  const size = { width, height }
  await cut(tilesOf(width, height), TILE_WORK * TILE_WIDTH * TILE_HEIGHT, (firstTile, end) =>
    executor.run(label, { ...size, firstTile, tileCount: end - firstTile }, { labels, components: parents }),
  )
  await cut(bordersOf(width, height), PAIR_WORK, (first, end) =>
    executor.run(join, { ...size, first, end }, { labels, parents }),
  )
  await cut(width * height, ROOT_WORK, (first, end) => executor.run(find, { first, end }, { parents }))
  return parents
}

/** First and end of the bands of an image: whole rows, or parts of one row that is longer than a band. */
function bandsOf({ maxBufferBytes }: Executor, width: number, height: number): [first: number, end: number][] {
  const most = Math.min(BAND_PIXELS, Math.floor(maxBufferBytes / 4))
  const length = Math.max(width, most - (most % width))
  const bands: [first: number, end: number][] = []
  for (let first = 0; first < width * height; first += length) {
    const end = Math.min(first + length, width * height)
    for (let part = first; part < end; part += most) bands.push([part, Math.min(part + most, end)])
  }
  return bands
}

/** Joins the components of a band, in indices from its first pixel on, with those before it. */
function joinBand(labels: Words, components: Uint32Array, width: number, first: number, end: number): void {
  for (let at = first; at < end; at++) components[at] += first
  if (first % width > 0 && labels[first] === labels[first - 1]) unite(components, first, first - 1)
  const last = Math.min(end, first + width)
  for (let at = Math.max(first, width); at < last; at++) {
    if (labels[at] === labels[at - width]) unite(components, at, at - width)
  }
}

/** Replaces parents by roots, which are never behind them. */
function settle(components: Uint32Array): void {
  for (let at = 0; at < components.length; at++) components[at] = components[components[at]]
}
