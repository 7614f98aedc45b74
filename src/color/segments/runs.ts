import { nextTask } from '../../engine/next-task.js'
import { renumber, unite } from '../../kernels/shared/union-find.js'

/** Number of pixels, or borders of regions, after which other tasks may run. */
const TURN_ITEMS = 2 ** 20
/** Expected mean length of runs. */
const RUN_PIXELS = 8

/** The runs of an image: neighbouring pixels of a row that are of one label, row by row. */
export interface Runs {
  width: number
  height: number
  /** The first run of each row, and the number of runs. */
  rows: Uint32Array
  /** The first pixel of each run, and the number of pixels. */
  starts: Uint32Array
  /** The label of each run. */
  labels: Uint32Array
}

/** Does work on `count` parts of `size` items in turns, between which other tasks run; rejects with `signal.reason`. */
export async function inTurns(
  count: number,
  size: number,
  work: (first: number, end: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const step = Math.ceil(TURN_ITEMS / size)
  for (let first = 0; first < count; first += step) {
    work(first, Math.min(count, first + step))
    await nextTask()
    signal?.throwIfAborted()
  }
}

/** The runs of the labels of pixels, row by row. */
export async function findRuns(
  pixels: Uint32Array,
  { width, height }: { width: number; height: number },
  signal?: AbortSignal,
): Promise<Runs> {
  const rows = new Uint32Array(height + 1)
  const room = Math.ceil((width * height) / RUN_PIXELS) + width
  let starts = new Uint32Array(room)
  let labels = new Uint32Array(room)
  const list = (first: number, end: number) => {
    for (let y = first; y < end; y++) {
      if (starts.length <= rows[y] + width) {
        const length = Math.min(2 * starts.length, width * height + 1)
        starts = grown(starts, length)
        labels = grown(labels, length)
      }
      rows[y + 1] = listRuns(pixels, y * width, width, { starts, labels, from: rows[y] })
    }
  }
  await inTurns(height, width, list, signal)
  const count = rows[height]
  starts[count] = width * height
  return { width, height, rows, starts: starts.subarray(0, count + 1), labels: labels.subarray(0, count) }
}

function grown(numbers: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length)
  larger.set(numbers)
  return larger
}

/**
 * Lists the runs of a row, which `first` is the first pixel of; returns the number of all runs so far. Without branches, which
 * no processor could predict.
 */
function listRuns(
  pixels: Uint32Array,
  first: number,
  width: number,
  { starts, labels, from }: { starts: Uint32Array; labels: Uint32Array; from: number },
): number {
  let count = from + 1
  let label = pixels[first]
  starts[from] = first
  labels[from] = label
  for (let at = first + 1; at < first + width; at++) {
    const next = pixels[at]
    starts[count] = at
    labels[count] = next
    const change = next ^ label
    count += (change | -change) >>> 31
    label = next
  }
  return count
}

/**
 * The connected parts of equal labels: the same runs, labelled by their parts, and how many there are. Parts are connected
 * through pixels above, below and beside, and numbered in the order of their first pixels.
 */
export async function connectedParts(runs: Runs, signal?: AbortSignal): Promise<{ runs: Runs; count: number }> {
  const parents = new Uint32Array(runs.labels.length)
  const connect = (first: number, end: number) => {
    for (let y = first; y < end; y++) connectRow(runs, parents, y)
  }
  await inTurns(runs.height, runs.width, connect, signal)
  const count = renumber(parents)
  return { runs: { ...runs, labels: parents }, count }
}

/** Unites the runs of a row with those above of the same label. */
function connectRow({ rows, starts, labels, width }: Runs, parents: Uint32Array, y: number): void {
  const end = rows[y + 1]
  let above = y === 0 ? end : rows[y - 1]
  for (let run = rows[y]; run < end; run++) {
    parents[run] = run
    const last = starts[run + 1] - width
    // Those above that begin before this one ends; the last of them may go on above the next.
    while (above < rows[y] && starts[above] < last) {
      if (labels[above] === labels[run]) unite(parents, run, above)
      if (starts[above + 1] > last) break
      above++
    }
  }
}

/** Runs after those of label l became part of `mapping[l]`: neighbours of one label are one run. Replaces the given ones. */
export function joinRuns(runs: Runs, mapping: Uint32Array): Runs {
  const { width, height, rows, starts, labels } = runs
  let size = 0
  let run = 0
  for (let y = 0; y < height; y++) {
    const first = size
    const end = rows[y + 1]
    rows[y] = first
    for (; run < end; run++) {
      const label = mapping[labels[run]]
      if (size > first && labels[size - 1] === label) continue
      labels[size] = label
      starts[size++] = starts[run]
    }
  }
  rows[height] = size
  starts[size] = width * height
  return { width, height, rows, starts: starts.subarray(0, size + 1), labels: labels.subarray(0, size) }
}

/** Gives the pixels of each run its label. */
export function fillRuns({ starts, labels }: Runs, pixels: Uint32Array): void {
  for (let run = 0; run < labels.length; run++) {
    const label = labels[run]
    const end = starts[run + 1]
    for (let at = starts[run]; at < end; at++) pixels[at] = label
  }
}
