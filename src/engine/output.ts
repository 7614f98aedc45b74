import type { Executor } from './engine.js'
import { LloydError } from './error.js'

/** Where results are left: `'gpu'` gives a matrix in a buffer (STORAGE, COPY_SRC, COPY_DST) that the caller destroys. */
export interface OutputOption<O extends 'cpu' | 'gpu' = 'cpu' | 'gpu'> {
  output?: O
}

/** Throws unless results can be left there; default 'cpu'. */
export function checkOutput({ device }: Executor, output: 'cpu' | 'gpu' = 'cpu'): 'cpu' | 'gpu' {
  if (output !== 'cpu' && output !== 'gpu') {
    throw new LloydError('InputError', `output must be 'cpu' or 'gpu', got '${String(output)}'`)
  }
  if (output === 'gpu' && !device) {
    throw new LloydError('InputError', "output 'gpu' needs an engine on WebGPU; this one runs on the CPU")
  }
  return output
}
