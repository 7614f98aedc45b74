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
