import type { OptionTable } from './table.js'
import { choice, texts } from './types.js'

export const CREATE_ENGINE = {
  backend: { type: choice, names: ['auto', 'webgpu', 'cpu'], default: 'auto' },
  device: { type: 'device' },
  powerPreference: { type: choice, names: ['low-power', 'high-performance'] },
  memoryLimit: { type: 'bytes', default: Infinity },
  twins: { type: texts },
} as const satisfies OptionTable
