import { FIT } from '../../options/network.js'
import { type OptionTable, requireKnownOptions, requireOption } from '../../options/table.js'
import { choice, number } from '../../options/types.js'
import type { FitOptions, FitResult, FitSettings } from './fit-options.js'
import { checkOptimizer, type Optimizer } from './optimizer.js'

/** How an auto-encoder was last trained, as plain data; it is saved with it. */
export interface TrainingRecord {
  /** Done, of those asked for. */
  epochs: number
  batchSize: number
  optimizer: Optimizer
  /** `'function'`: one of the caller's. */
  schedule: 'constant' | 'cosine' | 'function'
  /** Share of the points held out, `'points'` of their own, or none. */
  validation: number | 'points' | null
  /** 0: without early stopping. */
  patience: number
  /** 0: gradients were not shortened. */
  clipNorm: number
  seed: number
  /** Of the last epoch, penalty included. */
  loss: number
  /** Of the last epoch, or null without validation. */
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

/** Throws an `InputError` unless `record` is what `recordTraining` makes. */
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
