import type { Executor } from './engine.js'
import { LloydError } from './error.js'

/** Place of the results: `'gpu'` gives a matrix in a buffer (STORAGE, COPY_SRC, COPY_DST) that the caller destroys. */
export interface OutputOption<O extends 'cpu' | 'gpu' = 'cpu' | 'gpu'> {
  output?: O
}

/** Throws where results cannot be left on the device. */
export function requireOutput({ device }: Executor, output: 'cpu' | 'gpu'): void {
  if (output === 'gpu' && !device) {
    throw new LloydError('InputError', "output 'gpu' needs an engine on WebGPU; this one runs on the CPU")
  }
}
