/** Segments of images from the definitions. */

/** The indices of the pixels above, below and beside one. */
function neighborsOf(at: number, width: number, height: number): number[] {
  const [x, y] = [at % width, Math.floor(at / width)]
  const places: [number, number][] = [
    [x, y - 1],
    [x - 1, y],
    [x + 1, y],
    [x, y + 1],
  ]
  return places.filter(([u, v]) => u >= 0 && v >= 0 && u < width && v < height).map(([u, v]) => v * width + u)
}

/** For every pixel the lowest index of those of its label that it is connected to, by filling from there. */
export function oracleComponents(labels: ArrayLike<number>, width: number, height: number): number[] {
  const components: number[] = Array(width * height).fill(-1)
  for (let first = 0; first < components.length; first++) {
    if (components[first] !== -1) continue
    components[first] = first
    const open = [first]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const next of neighborsOf(at, width, height)) {
        if (components[next] !== -1 || labels[next] !== labels[first]) continue
        components[next] = first
        open.push(next)
      }
    }
  }
  return components
}

/** Names replaced by 0, 1, … in the order of their first appearance. */
export function numbered(names: readonly number[]): number[] {
  const numbers = new Map<number, number>()
  return names.map((name) => {
    if (!numbers.has(name)) numbers.set(name, numbers.size)
    return numbers.get(name)!
  })
}

export interface OracleRegion {
  label: number
  area: number
  color: number[]
  centroid: { x: number; y: number }
  box: { x: number; y: number; width: number; height: number }
  perimeter: number
  neighbors: { label: number; border: number }[]
}

/** Mean of whole numbers, rounded half up. */
const mean = (sum: number, count: number) => Math.floor((2 * sum + count) / (2 * count))
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** Properties of the regions 0, 1, … of an image of RGBA bytes. */
export function oracleRegions(
  labels: ArrayLike<number>,
  data: ArrayLike<number>,
  width: number,
  height: number,
): OracleRegion[] {
  const places = Array.from(labels, (_, at) => at)
  return [...Array(Math.max(...places.map((at) => labels[at])) + 1).keys()].map((label) => {
    const own = places.filter((at) => labels[at] === label)
    const [xs, ys] = [own.map((at) => at % width), own.map((at) => Math.floor(at / width))]
    const alphas = own.map((at) => data[4 * at + 3])
    const weighted = [0, 1, 2].map((i) => sum(own.map((at) => data[4 * at + i] * data[4 * at + 3])))
    const transparent = sum(alphas) === 0
    const others = own.flatMap((at) => neighborsOf(at, width, height).map((next) => labels[next]))
    const borders = others.filter((other) => other !== label)
    const [x, y] = [Math.min(...xs), Math.min(...ys)]
    return {
      label,
      area: own.length,
      color: transparent ? [0, 0, 0, 0] : [...weighted.map((w) => mean(w, sum(alphas))), mean(sum(alphas), own.length)],
      centroid: { x: sum(xs) / own.length, y: sum(ys) / own.length },
      box: { x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 },
      perimeter: borders.length + 4 * own.length - others.length,
      neighbors: [...new Set(borders)]
        .sort((a, b) => a - b)
        .map((other) => ({ label: other, border: borders.filter((each) => each === other).length })),
    }
  })
}

/**
 * Regions of equal names, connected, where those of fewer than `minArea` pixels have joined their neighbour of the most
 * similar mean colour, all at once, again and again; of equally similar ones that of the longest border, then the first.
 */
export function oracleSegments(
  names: ArrayLike<number>,
  data: ArrayLike<number>,
  width: number,
  height: number,
  minArea: number,
  most = Infinity,
): number[] {
  let labels = numbered(oracleComponents(names, width, height))
  for (;;) {
    const regions = oracleRegions(labels, data, width, height)
    const means = regions.map(({ label, area }) => {
      const own = labels.flatMap((each, at) => (each === label ? [at] : []))
      const alphas = own.map((at) => data[4 * at + 3])
      const weighted = [0, 1, 2].map((i) => sum(own.map((at) => data[4 * at + i] * data[4 * at + 3])))
      return [...weighted.map((w) => mean(w, 255 * area)), mean(sum(alphas), area)]
    })
    const distance = (a: number, b: number) => sum(means[a].map((value, i) => (value - means[b][i]) ** 2))
    const sizes = regions.map(({ area }) => area).sort((a, b) => b - a)
    const least = sizes.length <= most || Math.min(...sizes) < minArea ? minArea : sizes[most - 1]
    const small = regions.filter(({ area, neighbors }) => area < least && neighbors.length > 0)
    if (small.length === 0) return labels
    const sets = regions.map(({ label }) => label)
    for (const { label, neighbors } of small) {
      const order = (a: (typeof neighbors)[number], b: (typeof neighbors)[number]) =>
        distance(label, a.label) - distance(label, b.label) || b.border - a.border || a.label - b.label
      const [from, to] = [sets[label], sets[[...neighbors].sort(order)[0].label]]
      for (const [at, set] of sets.entries()) if (set === from) sets[at] = to
    }
    labels = numbered(labels.map((label) => sets[label]))
  }
}
