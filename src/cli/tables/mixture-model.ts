import { type GaussianMixture, type MixtureParameters, sampleMixture, undoScaling } from 'lloyd'
import { GAUSSIAN_MIXTURE } from '../../options/mixture.js'
import { type FaultOf, isIntegerFrom, listRows, matrixOf, type Own, type TableModel } from './model-table.js'

export interface MixtureModel extends TableModel {
  schema: 'lloyd.mixture'
  lloyd: string
  components: number
  covariance: (typeof GAUSSIAN_MIXTURE.covariance.names)[number]
  /** The weight of each component. */
  mixtureWeights: number[]
  /** Means in the units of the table: a row for each component. */
  componentMeans: number[][]
  /** Means in the units of clustering, each exactly a float32: a row for each component. */
  clusteredMeans: number[][]
  /** The covariances in the units of clustering, regularization included, as `gaussianMixture` lists them. */
  clusteredCovariances: number[]
  regularization: number
  seed: number
  /** Of the table, in the units of clustering. */
  logLikelihood: number
  bic: number
  aic: number
  iterations: number
  converged: boolean
}

export function mixtureModel(
  mixture: GaussianMixture,
  choices: Pick<MixtureModel, 'regularization' | 'seed'>,
  scaling: TableModel['scaling'],
): Own<MixtureModel> {
  const { covariance, means, logLikelihood, bic, aic, iterations, converged } = mixture
  return {
    schema: 'lloyd.mixture',
    components: means.rows,
    covariance,
    mixtureWeights: [...mixture.weights],
    componentMeans: undoScaling(means, scaling),
    clusteredMeans: listRows(means),
    clusteredCovariances: [...mixture.covariances],
    ...choices,
    ...{ logLikelihood, bic, aic, iterations, converged },
  }
}

/** The parameters of a model's mixture, for points in the units of clustering. */
export const mixtureOf = (model: MixtureModel): MixtureParameters => ({
  weights: model.mixtureWeights,
  means: matrixOf(model.clusteredMeans, model),
  covariances: model.clusteredCovariances,
  covariance: model.covariance,
})

export const faultOfMixture: FaultOf<MixtureModel> = (model, isRow) => {
  const { components, covariance, clusteredMeans: rows } = model
  const { names } = GAUSSIAN_MIXTURE.covariance
  if (!isIntegerFrom(components, 1)) return 'components is not a number of components'
  if (!names.some((name) => name === covariance)) return `covariance is not ${names.join(', ')}`
  if (!Array.isArray(rows) || rows.length !== components || !rows.every(isRow)) {
    return `clusteredMeans is not ${components} rows of ${(model.columns as string[]).length} numbers`
  }
  for (const key of ['mixtureWeights', 'clusteredCovariances'] as const) {
    const list = model[key]
    if (!Array.isArray(list) || !list.every(Number.isFinite)) return `${key} is not a list of numbers`
  }
  try {
    sampleMixture(mixtureOf(model as MixtureModel), 0)
    return null
  } catch (error) {
    return (error as Error).message
  }
}
