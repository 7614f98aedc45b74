import type { RegionGraph } from './region-graph.js'
import type { RegionSums } from './region-sums.js'

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

export function regionsOf(sums: RegionSums, neighbors: RegionGraph): Regions {
  const count = sums.areas.length
  const centroids = new Float64Array(2 * count)
  const boxes = new Uint32Array(4 * count)
  const perimeters = sums.outer.slice()
  for (let region = 0; region < count; region++) {
    for (let i = 0; i < 2; i++) {
      centroids[2 * region + i] = sums.places[2 * region + i] / sums.areas[region]
      boxes[4 * region + i] = sums.boxes[4 * region + i]
      boxes[4 * region + 2 + i] = sums.boxes[4 * region + 2 + i] - sums.boxes[4 * region + i] + 1
    }
    for (let at = neighbors.offsets[region]; at < neighbors.offsets[region + 1]; at++) {
      perimeters[region] += neighbors.lengths[at]
    }
  }
  return { count, areas: sums.areas, colors: meanColors(sums), centroids, boxes, perimeters, neighbors }
}

/** Mean colours as RGBA bytes, not premultiplied. */
export function meanColors({ areas, colors }: RegionSums): Uint8Array {
  const means = new Uint8Array(colors.length)
  for (let region = 0; region < areas.length; region++) {
    const alpha = colors[4 * region + 3]
    if (alpha === 0) continue
    for (let at = 4 * region; at < 4 * region + 3; at++) means[at] = roundedMean(colors[at], alpha)
    means[4 * region + 3] = roundedMean(alpha, areas[region])
  }
  return means
}

/** The mean of whole numbers, rounded half up. */
export function roundedMean(sum: number, count: number): number {
  return Math.floor((2 * sum + count) / (2 * count))
}
