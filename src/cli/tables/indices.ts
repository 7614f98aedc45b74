/** The indices that `lloyd evaluate` prints. */
import * as lloyd from 'lloyd'
import { type Engine, LloydError } from 'lloyd'
import { formatCount } from '../numbers.js'
import type { IndexLine } from '../views/evaluation.js'
import { progressLine, remark } from '../views/terminal.js'
import type { LabelledRows } from './labelled-rows.js'
import type { progressOf } from './table-job.js'

export interface Index extends IndexLine {
  /** Its key in the JSON. */
  key: string
}

type Control = { signal: AbortSignal; onProgress: ReturnType<typeof progressOf> }
type Measure = (engine: Engine, rows: LabelledRows, control: Control) => Promise<number>

const INTERNAL: [key: string, name: string, range: string, measure: Measure][] = [
  [
    'silhouette',
    'silhouette',
    '-1 to 1, high is good',
    async (engine, { points, codes }, control) => (await lloyd.silhouette(engine, points, codes, control)).mean,
  ],
  [
    'simplifiedSilhouette',
    'simplified silhouette',
    '-1 to 1, by distances to centroids',
    async (engine, { points, codes }, control) =>
      (await lloyd.simplifiedSilhouette(engine, points, codes, control)).mean,
  ],
  ['dbcv', 'DBCV', '-1 to 1, high is good for clusters of any shape; -1 is noise', measureDensity],
  [
    'dunn',
    'Dunn index',
    'high is good: least distance between over largest within',
    (engine, { points, codes }, control) => lloyd.dunn(engine, points, codes, control),
  ],
  [
    'daviesBouldin',
    'Davies-Bouldin index',
    'low is good: spreads over distances of centroids',
    (engine, { points, codes }, { signal }) => lloyd.daviesBouldin(engine, points, codes, { signal }),
  ],
  [
    'calinskiHarabasz',
    'Calinski-Harabasz index',
    'high is good: variance between over within',
    (engine, { points, codes }, { signal }) => lloyd.calinskiHarabasz(engine, points, codes, { signal }),
  ],
  [
    'withinClusterSumOfSquares',
    'within-cluster sum of squares',
    'low is good for the same number of clusters',
    (engine, { points, codes }, { signal }) => lloyd.withinClusterSumOfSquares(engine, points, codes, { signal }),
  ],
]

/** Most rows for which DBCV, whose work is quadratic and not done by the GPU, takes seconds. */
const MAX_DENSITY_ROWS = 20_000

async function measureDensity(engine: Engine, { points, codes }: LabelledRows, control: Control): Promise<number> {
  if (points.rows <= MAX_DENSITY_ROWS) return await lloyd.dbcv(engine, points, codes, control)
  throw new LloydError('InputError', `it takes long for more than ${formatCount(MAX_DENSITY_ROWS)} rows`)
}

/** How dense clusters are and how far apart. */
export async function measureClusters(engine: Engine, rows: LabelledRows, control: Control): Promise<Index[]> {
  const { points, clusters } = rows
  if (clusters < 2 || clusters >= points.rows) {
    const what = clusters < 2 ? 'there is one cluster' : 'every row is a cluster'
    remark(`${what}, which has no density and separation to measure`)
    return []
  }
  const indices: Index[] = []
  for (const [key, name, range, measure] of INTERNAL) {
    progressLine.update(name)
    try {
      indices.push({ key, name, value: await measure(engine, rows, control), range })
    } catch (error) {
      if (!(error instanceof LloydError && error.code === 'InputError')) throw error
      remark(`no ${name}: ${error.message}`)
    }
  }
  return indices
}

const CHANCE = '1: the same partition, 0: by chance'

/** How labels agree with true ones. */
export function compareLabels(labels: lloyd.PointLabels, truth: lloyd.PointLabels): Index[] {
  const index = (key: string, name: string, value: number, range: string) => ({ key, name, value, range })
  return [
    index('adjustedRandIndex', 'adjusted Rand index', lloyd.adjustedRandIndex(labels, truth), CHANCE),
    index(
      'adjustedMutualInformation',
      'adjusted mutual information',
      lloyd.adjustedMutualInformation(labels, truth),
      CHANCE,
    ),
    index(
      'normalizedMutualInformation',
      'normalized mutual information',
      lloyd.normalizedMutualInformation(labels, truth),
      '0 to 1, not adjusted for chance',
    ),
    index('homogeneity', 'homogeneity', lloyd.homogeneity(labels, truth), '1: every cluster has one class'),
    index('completeness', 'completeness', lloyd.completeness(labels, truth), '1: every class is in one cluster'),
    index('vMeasure', 'V-measure', lloyd.vMeasure(labels, truth), 'harmonic mean of these two'),
    index('purity', 'purity', lloyd.purity(labels, truth), 'rows of the most frequent class of their cluster'),
    index('fMeasure', 'F-measure', lloyd.fMeasure(labels, truth), 'clusters matched to classes one to one'),
  ]
}
