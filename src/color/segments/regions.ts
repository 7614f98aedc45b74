import { roundedMean } from '../../kernels/color/space/straight-color.js'
import type { RegionSums } from './region-sums.js'
import { inTurns, type Runs } from './runs.js'

/** Properties of regions, by label. Plain data; `describeRegions` gives an object for each. */
export interface Regions {
  count: number
  /** Number of pixels of each region. */
  areas: Uint32Array
  /**
   * Mean colour of each region, RGBA bytes: red, green and blue are the means of the stored sRGB bytes, weighted by
   * alpha, and rounded half up; fully transparent regions are 0,0,0,0.
   */
  colors: Uint8Array
  /** Mean column and row of each region, x and y; the centre of the first pixel is 0, 0. */
  centroids: Float64Array
  /** Bounding box of each region: first column x and row y, width and height. */
  boxes: Uint32Array
  /** Length of the boundary of each region, holes and the border of the image included, in sides of pixels. */
  perimeters: Uint32Array
  /** The neighbours of each region. */
  neighbors: RegionNeighbors
}

/** The neighbours of all regions: those of region r are entries `offsets[r]` … `offsets[r + 1]` − 1, in ascending order. */
export interface RegionNeighbors {
  /** One more than regions. */
  offsets: Uint32Array
  /** Label of the neighbour. */
  labels: Uint32Array
  /** Length of the common border, in sides of pixels. */
  lengths: Uint32Array
}

/** The properties of regions, the labels of runs. */
export async function measureRegions(
  runs: Runs,
  sums: RegionSums,
  neighbors: RegionNeighbors,
  signal?: AbortSignal,
): Promise<Regions> {
  const count = sums.areas.length
  const shapes = {
    places: new Float64Array(2 * count),
    boxes: new Uint32Array(4 * count).fill(0xffff_ffff),
    perimeters: new Uint32Array(count),
  }
  const measure = (first: number, end: number) => {
    for (let y = first; y < end; y++) measureRow(runs, y, shapes)
  }
  await inTurns(runs.height, runs.width, measure, signal)
  const { places: centroids, boxes, perimeters } = shapes
  for (let region = 0; region < count; region++) {
    for (let i = 0; i < 2; i++) {
      centroids[2 * region + i] /= sums.areas[region]
      boxes[4 * region + 2 + i] += 1 - boxes[4 * region + i]
    }
    for (let at = neighbors.offsets[region]; at < neighbors.offsets[region + 1]; at++) {
      perimeters[region] += neighbors.lengths[at]
    }
  }
  return { count, areas: sums.areas, colors: meanColors(sums), centroids, boxes, perimeters, neighbors }
}

/** Shapes of regions: sums of columns and rows, first and last column and row, and sides on the border of the image. */
interface Shapes {
  places: Float64Array
  boxes: Uint32Array
  perimeters: Uint32Array
}

function measureRow({ width, height, rows, starts, labels }: Runs, y: number, shapes: Shapes): void {
  const { places, boxes, perimeters } = shapes
  const sides = Number(y === 0) + Number(y === height - 1)
  for (let run = rows[y]; run < rows[y + 1]; run++) {
    const label = labels[run]
    const x = starts[run] - y * width
    const last = starts[run + 1] - y * width - 1
    const length = last - x + 1
    places[2 * label] += (length * (x + last)) / 2
    places[2 * label + 1] += length * y
    const box = 4 * label
    if (boxes[box + 1] === 0xffff_ffff) {
      boxes[box + 1] = y
      boxes[box + 2] = last
    }
    boxes[box] = Math.min(boxes[box], x)
    boxes[box + 2] = Math.max(boxes[box + 2], last)
    boxes[box + 3] = y
    perimeters[label] += sides * length + Number(x === 0) + Number(last === width - 1)
  }
}

/** Mean colours as RGBA bytes, not premultiplied. */
function meanColors({ areas, colors }: RegionSums): Uint8Array {
  const means = new Uint8Array(colors.length)
  for (let region = 0; region < areas.length; region++) {
    const alpha = colors[4 * region + 3]
    if (alpha === 0) continue
    for (let at = 4 * region; at < 4 * region + 3; at++) means[at] = roundedMean(colors[at], alpha)
    means[4 * region + 3] = roundedMean(alpha, areas[region])
  }
  return means
}
