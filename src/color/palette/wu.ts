import { straightMean } from '../../kernels/color/space/straight-color.js'
import type { ColorMoments, ColorSamples } from '../table/color-moments.js'
import { wuBoxes } from './wu-boxes.js'
import { sampleOf } from './wu-samples.js'

/**
 * Wu's variance-minimizing boxes: starting with the whole cube, the box with the largest sum of squared deviations is
 * cut in two where the remaining sums are smallest. All moments are exact integers in float64, and every operation is +
 * − × ÷ in one order, so that the boxes are the same everywhere.
 *
 * The cube has 32 cells along each axis (16 with alpha). If the box to cut is a single cell, as for the background of a
 * screenshot or a grey photograph, it is cut between its colours, which `readSamples` returns: at once if they are few,
 * otherwise when nothing else can be cut.
 *
 * Returns at most `count` means of straight colours as 4 coordinates each, opaque if a colour of the box is; fewer when
 * no box can be cut further.
 *
 * Source: X. Wu, "Efficient statistical computations for optimal color quantization", Graphics Gems II, 1991.
 */
export async function wuSeeds(
  moments: ColorMoments,
  count: number,
  readSamples: () => Promise<ColorSamples>,
): Promise<Uint32Array> {
  const boxes = await wuBoxes(moments, count, readSamples)
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
