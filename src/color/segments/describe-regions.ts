import { requireRecord } from '../../engine/error.js'
import type { Regions } from './regions.js'

/** One region of an image. */
export interface Region {
  label: number
  /** Number of pixels. */
  area: number
  /** Mean colour, RGBA bytes. */
  color: [red: number, green: number, blue: number, alpha: number]
  /** Mean column and row; the centre of the first pixel is 0, 0. */
  centroid: { x: number; y: number }
  /** Bounding box. */
  box: { x: number; y: number; width: number; height: number }
  /** Length of the boundary, in sides of pixels. */
  perimeter: number
  /** The neighbours, in ascending order, with the length of the common border in sides of pixels. */
  neighbors: { label: number; border: number }[]
}

/** An object for each region, by label, of the `regions` of `segmentImage`. */
export function describeRegions(regions: Regions): Region[] {
  requireRecord('regions', 'the regions of segmentImage', regions, ['count', 'areas', 'neighbors'])
  return Array.from({ length: regions.count }, (_, label) => describeRegion(regions, label))
}

function describeRegion({ areas, colors, centroids, boxes, perimeters, neighbors }: Regions, label: number): Region {
  const [red, green, blue, alpha] = colors.subarray(4 * label)
  const [x, y] = centroids.subarray(2 * label)
  const [left, top, width, height] = boxes.subarray(4 * label)
  const list: Region['neighbors'] = []
  for (let at = neighbors.offsets[label]; at < neighbors.offsets[label + 1]; at++) {
    list.push({ label: neighbors.labels[at], border: neighbors.lengths[at] })
  }
  return {
    label,
    area: areas[label],
    color: [red, green, blue, alpha],
    centroid: { x, y },
    box: { x: left, y: top, width, height },
    perimeter: perimeters[label],
    neighbors: list,
  }
}
