import type { QuantizeOptions } from 'lloyd'

/** Every space with every dither. */
export const spacesAndDithers: QuantizeOptions[] = (['srgb', 'oklab'] as const).flatMap((space) =>
  (['none', 'floyd-steinberg', 'blue-noise', 'ordered'] as const).map((dither) => {
    return { colors: 16, maxIterations: 2, space, dither }
  }),
)

/**
 * Options with which Deno and browsers quantize an image; the results must equal those of Node's engines, byte for
 * byte.
 */
export const conformanceCases: QuantizeOptions[] = [
  { colors: 2 },
  { colors: 256 },
  ...spacesAndDithers,
  { colors: 256, maxIterations: 2, dither: 'blue-noise' },
  { colors: 16, maxIterations: 2, init: 'maximin' },
  { colors: 24, maxIterations: 2, space: 'oklab', init: 'k-means++', seed: 7, restarts: 2 },
]
