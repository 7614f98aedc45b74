import { type Engine, type Executor, executorOf } from './engine.js'
import { LloydError } from './error.js'
import type { Tile } from './traits.js'

/** The tiles in use on an engine, as JSON: measured there, or written by hand. */
export interface Tuning {
  format: 'lloyd-tuning'
  version: 1
  /** The adapter on which they were measured; another one refuses them. */
  adapter: { vendor: string; architecture: string; description: string }
  /** Tiles by kernel and class of shapes. */
  tiles: Record<string, Tile>
}

/** Number of timed runs of each candidate, whose median counts. */
const RUNS = 3

/**
 * Finds the fastest of a few candidates. `prepare` compiles one and returns a function that queues a run; the first run
 * of each is not timed. Candidates take turns, so that other work on the machine affects all of them.
 */
export async function chooseTile<T extends Tile>(
  executor: Executor,
  key: string,
  candidates: readonly T[],
  prepare: (tile: T) => Promise<() => void | Promise<void>>,
): Promise<T> {
  const runs = await Promise.all(candidates.map(prepare))
  const times = candidates.map((): number[] => [])
  for (let round = -1; round < RUNS; round++) {
    for (const [index, run] of runs.entries()) {
      const start = performance.now()
      await run()
      await executor.idle()
      if (round >= 0) times[index].push(performance.now() - start)
    }
  }
  const medians = times.map((samples) => samples.sort((a, b) => a - b)[RUNS >> 1])
  const fastest = candidates[medians.indexOf(Math.min(...medians))]
  executor.tuning.set(key, fastest)
  return fastest
}

/** The tiles tuned on an engine so far, for `importTuning` at another time. */
export function exportTuning(engine: Engine): Tuning {
  const executor = executorOf(engine)
  const { vendor, architecture, description } = executor.adapter
  const tiles = Object.fromEntries(executor.tuning)
  return { format: 'lloyd-tuning', version: 1, adapter: { vendor, architecture, description }, tiles }
}

/**
 * Imports tiles from `exportTuning`, instead of the default table and of measuring. They apply to kernels that are
 * compiled afterwards.
 *
 * @throws LloydError `FormatError` for other values, `InputError` for the tuning of another adapter.
 */
export function importTuning(engine: Engine, tuning: Tuning): void {
  const executor = executorOf(engine)
  if (typeof tuning !== 'object' || tuning?.format !== 'lloyd-tuning' || tuning.version !== 1) {
    throw new LloydError('FormatError', "this is not a tuning by lloyd (format 'lloyd-tuning', version 1)")
  }
  const own = exportTuning(engine).adapter
  for (const name of ['vendor', 'architecture', 'description'] as const) {
    if (tuning.adapter?.[name] === own[name]) continue
    throw new LloydError(
      'InputError',
      `the tuning is for the ${name} '${tuning.adapter?.[name]}', this adapter's is '${own[name]}'; tune again`,
    )
  }
  const tiles = Object.entries(tuning.tiles ?? {})
  for (const [key, tile] of tiles) {
    if (typeof tile === 'object' && tile !== null && Object.values(tile).every(Number.isInteger)) continue
    throw new LloydError('FormatError', `the tile of '${key}' must hold integers, got ${JSON.stringify(tile)}`)
  }
  for (const [key, tile] of tiles) executor.tuning.set(key, { ...tile })
}
