/** SLIC superpixels from the definition, in float64. */

export interface OraclePixels {
  data: ArrayLike<number>
  width: number
  height: number
}

/** Oklab of sRGB bytes, premultiplied with alpha, and alpha (B. Ottosson, 2020), × 200. */
function oklab(bytes: ArrayLike<number>, at: number): number[] {
  const [r, g, b] = [0, 1, 2].map((channel) => {
    const value = bytes[at + channel] / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  const alpha = bytes[at + 3] / 255
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    1,
  ].map((value) => 200 * alpha * value)
}

const squared = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0)
const mean = (vectors: readonly number[][]) =>
  vectors[0].map((_, i) => vectors.reduce((sum, vector) => sum + vector[i], 0) / vectors.length)

/**
 * The cell of each pixel after `iterations` updates and a last assignment (Achanta et al., 2012), each pixel compared with
 * the centres of the 3 × 3 cells around its own (Ren and Reid, 2011): |colours|² + compactness² · |places|² / spacing².
 */
export function oracleSuperpixels(
  { data, width, height }: OraclePixels,
  { columns, rows, compactness, iterations }: Record<'columns' | 'rows' | 'compactness' | 'iterations', number>,
): number[] {
  const colors = Array.from({ length: width * height }, (_, at) => oklab(data, 4 * at))
  const colorAt = (x: number, y: number) =>
    colors[Math.min(Math.max(y, 0), height - 1) * width + Math.min(Math.max(x, 0), width - 1)]
  const gradient = (x: number, y: number) =>
    squared(colorAt(x - 1, y), colorAt(x + 1, y)) + squared(colorAt(x, y - 1), colorAt(x, y + 1))
  const cellOf = (place: number, length: number, parts: number) => {
    let cell = 0
    while (Math.floor(((cell + 1) * length) / parts) <= place) cell++
    return cell
  }
  const spacing = Math.max(width / columns, height / rows)
  const homes = colors.map((_, at) => [
    cellOf(at % width, width, columns),
    cellOf(Math.floor(at / width), height, rows),
  ])
  const places = colors.map((_, at) => [at % width, Math.floor(at / width)])
  let centers = Array.from({ length: columns * rows }, (_, k) => {
    const own = places.filter((_, at) => homes[at][1] * columns + homes[at][0] === k)
    const middle = [0, 1].map((axis) => {
      const along = own.map((place) => place[axis])
      return Math.floor((Math.min(...along) + Math.max(...along) + 1) / 2)
    })
    const near = own.filter((place) => place.every((value, axis) => Math.abs(value - middle[axis]) <= 1))
    const [x, y] = near.reduce((best, next) => {
      return gradient(next[0], next[1]) < gradient(best[0], best[1]) ? next : best
    }, middle)
    return { color: colorAt(x, y), place: [x, y] }
  })
  const assign = () =>
    colors.map((color, at) => {
      const [column, row] = homes[at]
      let nearest = -1
      let least = Infinity
      for (let k = 0; k < centers.length; k++) {
        if (Math.abs((k % columns) - column) > 1 || Math.abs(Math.floor(k / columns) - row) > 1) continue
        const place = squared(places[at], centers[k].place) * (compactness / spacing) ** 2
        const distance = squared(color, centers[k].color) + place
        if (distance < least) [least, nearest] = [distance, k]
      }
      return nearest
    })
  for (let i = 0; i < iterations; i++) {
    const labels = assign()
    centers = centers.map((center, k) => {
      const members = [...labels.keys()].filter((at) => labels[at] === k)
      if (members.length === 0) return center
      return { color: mean(members.map((at) => colors[at])), place: mean(members.map((at) => places[at])) }
    })
  }
  return assign()
}
