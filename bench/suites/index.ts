import type { Suite } from '../suite.js'
import { autoencoderSuite } from './autoencoder.js'
import { kmeansSuite } from './kmeans.js'
import { quantizeSuite } from './quantize.js'

/** Every suite by the name that `npm run bench -- <name>` takes; the first is the default. */
export const suites: Record<string, Suite> = {
  quantize: quantizeSuite,
  kmeans: kmeansSuite,
  autoencoder: autoencoderSuite,
}
