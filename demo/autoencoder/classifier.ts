/**
 * Feature learning: digits of which only a few have labels. An auto-encoder learns from all of them without labels; a
 * classifier, one layer with softmax and cross-entropy, then learns from the few, by their codes and by their pixels.
 *
 *     node demo/autoencoder/run.js classifier
 */
import type { Engine, Matrix } from 'lloyd'
import { type Labelled, readDigits } from './data'
import { type EncoderSettings, learnDigits } from './digit-encoder'
import { everyRow } from './picture'
import { classificationAccuracy } from './softmax-regression'

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
    'held-out accuracy by pixels': classificationAccuracy(few, digits.heldOut, 10),
    'held-out accuracy by codes': classificationAccuracy(await encoded(few), await encoded(digits.heldOut), 10),
  }
}
