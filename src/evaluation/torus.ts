import type { MeasuredPoints } from '../neighbors/measured-points.js'

/** The bounding box of points. */
export interface Box {
  least: Float64Array
  sides: Float64Array
}

export function boxOf({ data, columns }: MeasuredPoints): Box {
  const least = new Float64Array(columns).fill(Infinity)
  const greatest = new Float64Array(columns).fill(-Infinity)
  for (let at = 0, column = 0; at < data.length; at++) {
    if (data[at] < least[column]) least[column] = data[at]
    if (data[at] > greatest[column]) greatest[column] = data[at]
    if (++column === columns) column = 0
  }
  return { least, sides: greatest.map((value, column) => value - least[column]) }
}

/**
 * Points of a box that is repeated, with each column on a circle as long as its side. Chords grow with the distances along
 * circles, and are as long where they are short, so that the nearest points are among the same few.
 */
export function toCircles(points: MeasuredPoints, { least, sides }: Box): MeasuredPoints {
  const { data, rows, columns } = points
  const circles = new Float32Array(2 * rows * columns)
  for (let at = 0, column = 0; at < data.length; at++) {
    const side = sides[column]
    const angle = side > 0 ? (2 * Math.PI * (data[at] - least[column])) / side : 0
    circles[2 * at] = (side / (2 * Math.PI)) * Math.cos(angle)
    circles[2 * at + 1] = (side / (2 * Math.PI)) * Math.sin(angle)
    if (++column === columns) column = 0
  }
  return { ...points, data: circles, columns: 2 * columns }
}

/** The length of a chord of the circle that a side is, by its arc. */
export const chord = (arc: number, side: number) => (side > 0 ? (side / Math.PI) * Math.sin((Math.PI * arc) / side) : 0)

/** The squared distance, with sides that are repeated the shorter way around; or that of the chords of these arcs. */
export function measureBetween(
  { points, queries }: { points: MeasuredPoints; queries: MeasuredPoints },
  query: number,
  row: number,
  sides: Float64Array | null,
  lengthOf: (arc: number, side: number) => number = (arc) => arc,
): number {
  const { columns } = points
  let measure = 0
  for (let column = 0; column < columns; column++) {
    const difference = Math.abs(queries.data[query * columns + column] - points.data[row * columns + column])
    if (sides) measure += lengthOf(Math.min(difference, sides[column] - difference), sides[column]) ** 2
    else measure += difference ** 2
  }
  return measure
}
