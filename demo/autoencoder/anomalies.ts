/**
 * Anomalies: an auto-encoder that has only seen benign tumours reconstructs malignant ones badly. A case is an anomaly
 * when its error is above almost all errors of training.
 *
 *     node demo/autoencoder/run.js anomalies
 */
import { adam, createAutoencoder, dense, type Engine } from 'lloyd'
import { filterRows, readLabelled } from './data'
import { areaUnderRoc } from './scores'

/** The class of benign cases in the table; 0 is malignant. */
const BENIGN = 1
/** The share of training errors below the threshold. */
const QUANTILE = 0.95

export async function anomalies(engine: Engine, { epochs = 100 } = {}) {
  const { points, classes } = await readLabelled('breast_cancer.csv')
  let benign = 0
  // Every third benign case is held out; no malignant one is ever learned from.
  const isHeldOut = Array.from(classes, (kind) => kind === BENIGN && benign++ % 3 === 2)
  const train = filterRows(points, (row) => classes[row] === BENIGN && !isHeldOut[row])
  const healthy = filterRows(points, (row) => isHeldOut[row])
  const malignant = filterRows(points, (row) => classes[row] !== BENIGN)

  using autoencoder = await createAutoencoder(engine, {
    inputs: points.columns,
    encoder: [dense(16, 'tanh'), dense(6)],
    standardize: true,
    seed: 1,
  })
  await autoencoder.fit(train, { epochs, batchSize: 16, optimizer: adam({ learningRate: 0.005 }), schedule: 'cosine' })
  const trained = (await autoencoder.errors(train)).sort()
  const threshold = trained[Math.floor(QUANTILE * trained.length)]
  const [healthyErrors, malignantErrors] = [await autoencoder.errors(healthy), await autoencoder.errors(malignant)]
  const above = (errors: Float32Array) => errors.filter((error) => error > threshold).length / errors.length
  return {
    threshold: threshold,
    'benign cases above it': above(healthyErrors),
    'malignant cases above it': above(malignantErrors),
    'area under the ROC curve': areaUnderRoc(healthyErrors, malignantErrors),
  }
}
