import { type CentralRows, findCentralRows, type Space } from '../../evaluation/description/central-rows.js'
import { type Groups, groupRows, membersOf } from '../../evaluation/description/groups.js'
import type { Matrix } from '../../types.js'

/** The images of a cluster by their distance from its medoid. */
export interface RankedImages extends CentralRows {
  medoid: number
  images: number[]
}

/** The medoid of every cluster by the features, the distance of each image from that of its own, and their order by it. */
export function rankByMedoid(
  features: Matrix<Float32Array>,
  labels: Uint32Array,
): { distances: Float32Array; clusters: RankedImages[] } {
  const groups = groupRows(labels, features.rows)
  const ones = new Float64Array(features.columns).fill(1)
  const space: Space = { points: features, scales: ones, categories: [] }
  const centers = groups.labels.map((_, code) => ({ coordinates: meanOf(features, groups, code), categories: [] }))
  const central = findCentralRows(space, groups, centers)
  const distances = new Float32Array(features.rows)
  const clusters = central.map(({ medoid, ...rest }, code) => {
    const images = Array.from(membersOf(groups, code))
    for (const row of images) distances[row] = distanceOf(features, row, medoid!)
    const rank = (row: number) => (row === medoid ? -1 : distances[row])
    return { ...rest, medoid: medoid!, images: images.sort((a, b) => rank(a) - rank(b) || a - b) }
  })
  return { distances, clusters }
}

function meanOf({ data, columns }: Matrix<Float32Array>, groups: Groups, code: number): Float64Array {
  const mean = new Float64Array(columns)
  const rows = membersOf(groups, code)
  for (const row of rows) {
    for (let column = 0; column < columns; column++) mean[column] += data[row * columns + column] / rows.length
  }
  return mean
}

function distanceOf({ data, columns }: Matrix<Float32Array>, a: number, b: number): number {
  let sum = 0
  for (let column = 0; column < columns; column++) sum += (data[a * columns + column] - data[b * columns + column]) ** 2
  return Math.sqrt(sum)
}
