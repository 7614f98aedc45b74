/** Standard deviation of the filter, in pixels, as in Ulichney. */
const SIGMA = 1.5

/**
 * A square of blue noise that tiles seamlessly: the ranks 0 … size² − 1, each once, so that every threshold leaves an
 * even pattern without low frequencies (R. Ulichney, "The void-and-cluster method for dither array generation", SPIE
 * 1913, 1993). Weights are integers and ties go to the lowest place, so that the result is the same on every machine.
 */
export function voidAndCluster(size: number): Uint32Array {
  const count = size * size
  const weights = filterWeights(size)
  const on = new Uint8Array(count)
  /** The filtered number of places that are on, for each place: high in a cluster, low in a void. */
  const energy = new Float64Array(count)
  const set = (place: number, value: 0 | 1) => {
    on[place] = value
    const [left, top] = [place % size, Math.floor(place / size)]
    for (let i = 0; i < count; i++) {
      const weight = weights[((Math.floor(i / size) - top + size) % size) * size + (((i % size) - left + size) % size)]
      energy[i] += value ? weight : -weight
    }
  }
  const find = (state: 0 | 1): number => {
    let best = -1
    for (let i = 0; i < count; i++) {
      if (on[i] !== state) continue
      if (best < 0 || (state ? energy[i] > energy[best] : energy[i] < energy[best])) best = i
    }
    return best
  }

  // A random tenth of the places (by an LCG), moved from the tightest cluster to the largest void until both coincide.
  let ones = 0
  for (let random = 1; ones < count / 10; random = (Math.imul(random, 1664525) + 1013904223) >>> 0) {
    const place = (random >>> 8) % count
    if (on[place]) continue
    set(place, 1)
    ones++
  }
  for (;;) {
    const cluster = find(1)
    set(cluster, 0)
    const hole = find(0)
    set(hole, 1)
    if (hole === cluster) break
  }

  const ranks = new Uint32Array(count)
  const prototype = on.slice()
  for (let rank = ones - 1; rank >= 0; rank--) {
    const cluster = find(1)
    ranks[cluster] = rank
    set(cluster, 0)
  }
  for (let i = 0; i < count; i++) if (prototype[i]) set(i, 1)
  // A place that is off sees the same sum of both kinds: the largest void is the tightest cluster of the places that
  // are off.
  for (let rank = ones; rank < count; rank++) {
    const hole = find(0)
    ranks[hole] = rank
    set(hole, 1)
  }
  return ranks
}

/** A Gaussian of the distance on the torus, in units of 2⁻²⁰. */
function filterWeights(size: number): Float64Array {
  const distance = (i: number) => Math.min(i, size - i)
  return Float64Array.from({ length: size * size }, (_, i) => {
    const squared = distance(i % size) ** 2 + distance(Math.floor(i / size)) ** 2
    return Math.round(2 ** 20 * Math.exp(-squared / (2 * SIGMA ** 2)))
  })
}
