import type { CREATE_ENGINE } from '../engine.js'
import type { Sentences } from './sentences.js'

export const CREATE_ENGINE_HELP: Sentences<typeof CREATE_ENGINE> = {
  backend: 'what computes',
  device: 'a device to run on, which is never destroyed',
  powerPreference: 'which adapter is asked for, where there are several',
  memoryLimit: 'most bytes that may be held in buffers',
  twins: 'names of kernels that run as their CPU twins, to find out which one gives a wrong result',
}
