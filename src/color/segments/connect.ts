/**
 * Joins fragments to their neighbours, in place, as SLIC does: of `components`, connected ones that each pixel names by its
 * lowest pixel, one of fewer than `least` pixels gets the segment of the pixel before its first one in the row or, at the
 * left border, of the one above. Segments are numbered in the order of their first pixels, and each is connected; all
 * but the one of the first pixel have at least `least` pixels. Returns their number.
 */
export function joinFragments(components: Uint32Array, width: number, least: number): number {
  const sizes = countPixels(components)
  let count = 0
  for (let at = 0; at < components.length; at++) {
    const first = components[at]
    // Those before have their numbers.
    if (first !== at) components[at] = components[first]
    else if (at > 0 && sizes[at] < least) components[at] = components[at % width > 0 ? at - 1 : at - width]
    else components[at] = count++
  }
  return count
}

/** The number of pixels of each component, by its lowest pixel. */
function countPixels(components: Uint32Array): Uint32Array {
  const sizes = new Uint32Array(components.length)
  for (let at = 0; at < components.length; at++) sizes[components[at]]++
  return sizes
}
