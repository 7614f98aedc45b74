/**
 * Feature learning: digits of which only a few have labels. An auto-encoder learns from all of them without labels; a
 * classifier, one layer with softmax and cross-entropy, then learns from the few, by their codes and by their pixels.
 *
 *     node demo/autoencoder/run.js classifier
 */
import { adamw, createClassifier, type Engine, type Matrix } from 'lloyd'
import { type Labelled, readDigits } from './data'
import { type EncoderSettings, learnDigits } from './digit-encoder'
import { everyRow } from './picture'

export interface ClassifierSettings extends EncoderSettings {
  /** Digits that have labels. */
  labelled?: number
}

export async function classifier(
  engine: Engine,
  { digits = readDigits(), labelled = 100, ...settings }: ClassifierSettings = {},
) {
  using autoencoder = await learnDigits(engine, digits, settings)
  const step = Math.floor(digits.train.points.rows / labelled)
  const few: Labelled = {
    points: everyRow(digits.train.points, step),
    classes: digits.train.classes.filter((_, row) => row % step === 0),
  }
  const encoded = async ({ points, classes }: Labelled): Promise<Labelled> => {
    const codes: Matrix = await autoencoder.encode(points)
    return { points: codes, classes }
  }
  return {
    'digits with labels': few.points.rows,
    'held-out accuracy by pixels': await accuracy(engine, few, digits.heldOut),
    'held-out accuracy by codes': await accuracy(engine, await encoded(few), await encoded(digits.heldOut)),
  }
}

/** The share of held-out points that a classifier, trained on others, puts into their class. */
async function accuracy(engine: Engine, { points, classes }: Labelled, heldOut: Labelled): Promise<number> {
  using head = await createClassifier(engine, { inputs: points.columns, classes: 10, standardize: true, seed: 1 })
  // Weights are kept small, so that few examples are not learned by heart.
  const optimizer = adamw({ learningRate: 0.03, weightDecay: 0.1 })
  await head.fit(points, classes, { epochs: 100, batchSize: points.rows, optimizer })
  const predicted = await head.predict(heldOut.points)
  return predicted.filter((digit, row) => digit === heldOut.classes[row]).length / predicted.length
}
