import type { NodeSuite } from '../suite.js'
import { addressesSuite } from './addresses.js'
import { cq100Suite } from './cq100.js'
import { densitySuite } from './density.js'
import { ditherSuite } from './dither.js'
import { mixturesSuite } from './mixtures.js'
import { peersSuite } from './peers.js'
import { scalingSuite } from './scaling.js'
import { seedingSuite } from './seeding.js'
import { segmentsSuite } from './segments.js'
import { shapesSuite } from './shapes.js'
import { superpixelQualitySuite } from './superpixel-quality.js'

/** The suites that run in Node only, by name. */
export const nodeSuites: Record<string, NodeSuite> = {
  addresses: addressesSuite,
  cq100: cq100Suite,
  density: densitySuite,
  dither: ditherSuite,
  mixtures: mixturesSuite,
  peers: peersSuite,
  scaling: scalingSuite,
  seeding: seedingSuite,
  segments: segmentsSuite,
  shapes: shapesSuite,
  'superpixel-quality': superpixelQualitySuite,
}
