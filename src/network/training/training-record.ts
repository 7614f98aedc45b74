import { FIT } from '../../options/network.js'
import { type OptionTable, requireKnownOptions, requireOption } from '../../options/table.js'
import { choice, number } from '../../options/types.js'
import type { FitOptions, FitResult, FitSettings } from './fit-options.js'
import { checkOptimizer, type Optimizer } from './optimizer.js'

/** Record of a network's last training, as plain data, which is saved with it. */
export interface TrainingRecord {
  /** Number of epochs done, out of those requested. */
  epochs: number
  batchSize: number
  optimizer: Optimizer
  /** `'function'`: the caller's. */
  schedule: 'constant' | 'cosine' | 'function'
  /** Share of the points held out, `'points'` for separate ones, or none. */
  validation: number | 'points' | null
  /** 0: without early stopping. */
  patience: number
  /** 0: gradients were not limited. */
  clipNorm: number
  seed: number
  /** Loss of the last epoch, including the penalty. */
  loss: number
  /** Validation loss of the last epoch, or null without validation. */
  validationLoss: number | null
}

export function recordTraining(options: FitOptions, settings: FitSettings, result: FitResult): TrainingRecord {
  const { schedule = 'constant', validation = null } = options
  return {
    epochs: result.epochs,
    batchSize: settings.batchSize,
    optimizer: { ...settings.optimizer },
    schedule: typeof schedule === 'function' ? 'function' : schedule,
    validation: typeof validation === 'number' || validation === null ? validation : 'points',
    patience: settings.patience,
    clipNorm: settings.clipNorm,
    seed: settings.seed,
    loss: result.loss.at(-1)!,
    validationLoss: result.validation.at(-1) ?? null,
  }
}

/** Throws an `InputError` unless `record` has the form that `recordTraining` creates. */
export function checkTraining(record: TrainingRecord): TrainingRecord {
  const { epochs, batchSize, optimizer, schedule, validation, patience, clipNorm, seed } = FIT
  const loss = { type: number, from: -Infinity }
  const table: OptionTable<TrainingRecord> = {
    epochs,
    batchSize,
    optimizer,
    schedule: { type: choice, names: [...schedule.names, 'function'] },
    validation: { ...validation, or: undefined },
    patience,
    clipNorm,
    seed,
    loss,
    validationLoss: loss,
  }
  requireKnownOptions('a training', record, table)
  for (const name of Object.keys(table) as (keyof TrainingRecord)[]) {
    const value = record[name]
    const none =
      (name === 'validation' && (value === null || value === 'points')) || (name === 'validationLoss' && value === null)
    if (!none) requireOption(name, value, table[name])
  }
  checkOptimizer(record.optimizer)
  return record
}
