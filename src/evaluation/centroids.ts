/**
 * The mean of the rows of each cluster, row-major, clusters × columns, in float64. Differences from the first row are
 * summed, so that the sums are small where the points are near one another.
 *
 * @param owners cluster of each row
 */
export function centroidsOf(
  data: ArrayLike<number>,
  columns: number,
  owners: Uint32Array,
  sizes: Uint32Array,
): Float64Array<ArrayBuffer> {
  const means = new Float64Array(sizes.length * columns)
  for (let row = 0, at = 0; row < owners.length; row++) {
    const mean = owners[row] * columns
    for (let column = 0; column < columns; column++, at++) means[mean + column] += data[at] - data[column]
  }
  for (let cluster = 0, at = 0; cluster < sizes.length; cluster++) {
    for (let column = 0; column < columns; column++, at++) means[at] = data[column] + means[at] / sizes[cluster]
  }
  return means
}
