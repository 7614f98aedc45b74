import type { Row } from '../suite.js'
import { plotCurves } from './curves.js'
import { plotMethods } from './methods.js'
import { plotScaling } from './scaling.js'

/** The SVG document that a suite's rows are drawn as, for the suites that have one. */
export const plots: Record<string, (rows: readonly Row[]) => string> = {
  density: plotMethods,
  kmeans: plotCurves,
  mixtures: plotMethods,
  scaling: plotScaling,
}
