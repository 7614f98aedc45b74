import { ascendingOrder, sortByKeys } from '../../neighbors/sort.js'
import type { Matrix, TypedArray } from '../../types.js'
import type { CategoryColumn } from './category-profile.js'
import { type Groups, membersOf } from './groups.js'

/** Rows near a mean among which the medoid is found. */
const CANDIDATES = 64
/** Rows that distances from candidates are summed over: every n-th of more. */
const MOST_MEASURED = 4096
/** Typical and odd rows of a cluster. */
const SHOWN = 5

export interface CentralRows {
  medoid: number | null
  typical: number[]
  odd: number[]
}

/** Coordinates in which distances are measured: columns, scaled, and categorical columns. */
export interface Space {
  points: Matrix<TypedArray>
  /** What the differences in a column are multiplied with. */
  scales: Float64Array
  categories: readonly CategoryColumn[]
}

/** A place from which rows are measured. */
export interface Place {
  coordinates: ArrayLike<number>
  categories: ArrayLike<number>
}

/** The medoid of every cluster, and its rows near to it and far from it; of noise, those far from the center of all rows. */
export function findCentralRows(space: Space, groups: Groups, centers: readonly Place[]): CentralRows[] {
  const fromCenter = byDistance(space, groups, centers)
  const medoids = groups.labels.map((_, code) =>
    code === groups.noise ? null : medoidOf(space, membersOf(groups, code), membersOf(fromCenter, code)),
  )
  const places = medoids.map((row, code) => (row === null ? centers[code] : placeOf(space, row)))
  const fromMedoid = byDistance(space, groups, places)
  return medoids.map((medoid, code) => {
    const rows = Array.from(membersOf(fromMedoid, code)).filter((row) => row !== medoid)
    const near = medoid === null ? 0 : Math.min(SHOWN, Math.ceil(rows.length / 2))
    const far = Math.min(SHOWN, rows.length - near)
    return { medoid, typical: rows.slice(0, near), odd: far === 0 ? [] : rows.slice(-far).reverse() }
  })
}

/** Groups whose rows are in ascending order of their distance from the place of their cluster. */
function byDistance(space: Space, groups: Groups, places: readonly Place[]): Groups {
  const distances = new Float32Array(groups.codes.length)
  for (const [code, place] of places.entries()) {
    const rows = membersOf(groups, code)
    for (let at = 0; at < rows.length; at++) distances[rows[at]] = distanceOf(space, rows[at], place)
  }
  return { ...groups, members: sortByKeys(ascendingOrder(distances), groups.codes) }
}

/** The one of the first candidates with the least sum of distances to the members; the lowest row of equal ones. */
function medoidOf(space: Space, members: Uint32Array, candidates: Uint32Array): number {
  const rows = candidates.slice(0, CANDIDATES).sort()
  if (rows.length < 3) return rows[0]
  const places = Array.from(rows, (row) => placeOf(space, row))
  let [best, least] = [0, Infinity]
  for (const [at, place] of places.entries()) {
    const sum = sumDistances(space, members, place, least)
    if (sum < least) [best, least] = [at, sum]
  }
  return rows[best]
}

/** The sum of distances, or one above `most` where it exceeds that. */
function sumDistances(space: Space, rows: Uint32Array, place: Place, most: number): number {
  let sum = 0
  const step = Math.ceil(rows.length / MOST_MEASURED)
  for (let at = 0; at < rows.length && sum < most; at += step) sum += distanceOf(space, rows[at], place)
  return sum
}

function placeOf({ points, categories }: Space, row: number): Place {
  const from = row * points.columns
  return {
    coordinates: Float64Array.from(points.data.subarray(from, from + points.columns)),
    categories: categories.map(({ codes }) => codes[row]),
  }
}

function distanceOf({ points, scales, categories }: Space, row: number, place: Place): number {
  const { data, columns } = points
  const { coordinates } = place
  let sum = 0
  for (let column = 0, at = row * columns; column < columns; column++, at++) {
    sum += ((data[at] - coordinates[column]) * scales[column]) ** 2
  }
  for (let at = 0; at < categories.length; at++) if (categories[at].codes[row] !== place.categories[at]) sum++
  return Math.sqrt(sum)
}
