import type { Pixels } from '../../color/image/pixels.js'
import type { Reporter } from '../../color/reporter.js'
import { createColorTable } from '../../color/table/color-table.js'
import { BufferScope, type Executor } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { oklabCoordinates } from '../../kernels/color/space/oklab.js'
import { ColorHistogram } from './color-histogram.js'
import { ColorTraits } from './color-traits.js'

/** What is kept of the colours of an image. */
export interface ImageColors {
  /** As `ColorHistogram.coordinates` returns them. */
  histogram: Float32Array
  /** A value for each of `imageTraits()`. */
  traits: Float64Array
}

/**
 * Measures the colours of an image. Its distinct colours are counted on the engine; a pixel counts in proportion to its
 * alpha. The same image gives the same bytes on every device.
 */
export async function measureColors(executor: Executor, pixels: Pixels, reporter: Reporter): Promise<ImageColors> {
  const scope = new BufferScope(executor)
  try {
    const table = await createColorTable(executor, scope, [pixels], pixels.alpha, reporter)
    const [colors, counts] = [new Uint32Array(table.unique), new Uint32Array(table.unique)]
    await executor.readInto(table.colors, colors)
    await executor.readInto(table.counts, counts)
    return summarize(colors, counts, pixels.alpha)
  } finally {
    scope.release()
  }
}

function summarize(colors: Uint32Array, counts: Uint32Array, alpha: boolean): ImageColors {
  const histogram = new ColorHistogram()
  const traits = new ColorTraits()
  const coordinates = new Uint32Array(4)
  let visible = 0
  for (let at = 0; at < colors.length; at++) {
    const weight = counts[at] * (alpha ? colors[at] >>> 24 : 1)
    if (weight === 0) continue
    visible++
    oklabCoordinates(colors[at], false, coordinates)
    histogram.add(coordinates, weight)
    traits.add(colors[at], coordinates, weight)
  }
  if (visible === 0) {
    throw new LloydError('InputError', 'the image is fully transparent, so it has no colours; leave it out')
  }
  return { histogram: histogram.coordinates(), traits: traits.values() }
}
