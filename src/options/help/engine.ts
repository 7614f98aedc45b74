import type { CREATE_ENGINE } from '../engine.js'
import type { Sentences } from './sentences.js'

export const CREATE_ENGINE_HELP: Sentences<typeof CREATE_ENGINE> = {
  backend: 'device to compute on; auto is WebGPU, or the CPU where WebGPU is missing or slower',
  device: 'device to run on, which is never destroyed',
  powerPreference: 'adapter to request, where there are several',
  memoryLimit: 'maximum number of bytes held in buffers',
  twins: 'names of kernels to run as their CPU twins, to find one that gives wrong results',
}
