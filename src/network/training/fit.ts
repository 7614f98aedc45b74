import { LloydError } from '../../engine/error.js'
import type { Model } from '../model.js'
import { type Examples, type Given, loadExamples } from './examples.js'
import type { FitResult, FitSettings } from './fit-options.js'
import { Training } from './training.js'

/** Trains a model, one run at a time. */
export async function fitModel(
  model: Model,
  given: Given,
  validation: Given | null,
  settings: FitSettings,
): Promise<FitResult> {
  const { signal } = settings
  signal?.throwIfAborted()
  if (model.learning) throw new LloydError('InputError', 'this network is being trained; wait for that fit')
  model.learning = true
  const held: { release(): void }[] = []
  try {
    const load = async (given: Given) => {
      const examples = await loadExamples(model, given, signal)
      held.push(examples)
      return examples
    }
    const examples = await load(given)
    const validating = validation && (await load(validation))
    return await train(model, examples, validating, settings)
  } finally {
    for (const part of held.reverse()) part.release()
    model.learning = false
  }
}

/**
 * Trains with columns scaled by the points, unless an earlier fit has chosen the scaling. The scaling of a failed run
 * goes with the weights: it is undone if they have not changed, otherwise kept, and the next fit chooses again.
 */
async function train(
  model: Model,
  examples: Examples,
  validating: Examples | null,
  settings: FitSettings,
): Promise<FitResult> {
  const { scale: before } = model
  const scales = model.architecture.standardize && !model.settled
  if (scales) model.scaleBy(examples.set)
  let training: Training | null = null
  try {
    training = await Training.create({ model, examples, validation: validating, settings })
    const result = await training.run()
    model.settled = true
    return result
  } catch (error) {
    if (scales && !training?.moved) model.setScaling(before)
    throw error
  } finally {
    training?.release()
  }
}
