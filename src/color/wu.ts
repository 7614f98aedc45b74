import { straightMean } from '../kernels/shared/straight-color.js'
import { type ColorMoments, wuBoxes } from './wu-boxes.js'
import { type ColorSamples, cutSamples, sampleOf } from './wu-samples.js'

/**
 * Wu's variance-minimising boxes: starting with the whole cube, always the box with the largest sum of squared
 * deviations is cut in two where the sums that remain are smallest. All moments are exact integers in float64 and every
 * step uses + − × ÷ in one order, so that the boxes are the same everywhere.
 *
 * Where all boxes are single cells and more are wanted (a grey photograph has 32 cells), the same goes on at full
 * resolution, between the colours that `readSamples` gives.
 *
 * Returns at most `count` means as 4 coordinates each, of straight colours and opaque where a colour of the box is; fewer when no box can be cut
 * any more.
 *
 * Source: X. Wu, "Efficient statistical computations for optimal color quantization", Graphics Gems II, 1991.
 */
export async function wuSeeds(
  moments: ColorMoments,
  count: number,
  readSamples: () => Promise<ColorSamples>,
): Promise<Uint32Array> {
  const cells = wuBoxes(moments, count)
  const boxes = cells.length < count ? cutSamples(await readSamples(), cells, moments, count) : cells
  const seeds = new Uint32Array(4 * boxes.length)
  const unit = 2 ** moments.shift
  const opaqueSample = unit * sampleOf(moments.opaque, moments.shift)
  const flags = { ALPHA: true, OKLAB: moments.OKLAB }
  for (const [index, { sums, opaque }] of boxes.entries()) {
    const [n, ...channels] = sums
    for (const [axis, sum] of channels.entries()) {
      seeds[4 * index + axis] =
        opaque && axis < 3
          ? straightMean(axis, unit * sum, unit * channels[3], n, flags, opaqueSample)
          : Math.floor((2 * unit * sum + n) / (2 * n))
    }
    if (opaque) seeds[4 * index + 3] = moments.opaque
  }
  return seeds
}
