import { LloydError, requireInteger, requireKnownOptions, requireNumber } from '../../engine/error.js'
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

const KEYS = [
  'epochs',
  'batchSize',
  'optimizer',
  'schedule',
  'validation',
  'patience',
  'clipNorm',
  'seed',
  'loss',
  'validationLoss',
] as const satisfies (keyof TrainingRecord)[]

/** Throws an `InputError` unless `record` is what `recordTraining` makes. */
export function checkTraining(record: TrainingRecord): TrainingRecord {
  requireKnownOptions('a training', record, KEYS)
  const { optimizer, schedule, validation, validationLoss } = record
  for (const key of ['epochs', 'batchSize'] as const) requireInteger(key, record[key], 1, 2 ** 32)
  for (const key of ['patience', 'seed'] as const) requireInteger(key, record[key], 0, 2 ** 32)
  checkOptimizer(optimizer)
  if (!['constant', 'cosine', 'function'].includes(schedule)) {
    throw new LloydError('InputError', `schedule is '${String(schedule)}'`)
  }
  const isShare = typeof validation === 'number' && validation > 0 && validation < 1
  if (!isShare && validation !== 'points' && validation !== null) {
    throw new LloydError('InputError', `validation is '${String(validation)}'`)
  }
  requireNumber('clipNorm', record.clipNorm, 0)
  requireNumber('loss', record.loss, -Infinity)
  if (validationLoss !== null) requireNumber('validationLoss', validationLoss, -Infinity)
  return record
}
