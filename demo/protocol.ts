/** The messages between the page and its worker. Pixels never cross: only settings, figures and the finished file. */

export type Backend = 'auto' | 'webgpu' | 'cpu'

export interface Settings {
  colors: number
  iterations: number
}

/** The visible part of the image: a rectangle in image pixels, and the device pixels that it may fill. */
export interface View {
  left: number
  top: number
  width: number
  height: number
  outputWidth: number
  outputHeight: number
}

export interface Swatch {
  /** `#rrggbb`, or `#rrggbbaa` where the entry is not opaque. */
  hex: string
  /** The fraction of pixels that have this entry. */
  share: number
}

export interface AdapterReport {
  backend: 'webgpu' | 'cpu'
  vendor: string
  architecture: string
  description: string
  software: boolean
  /** The software adapter that is slower than the CPU. */
  passedOver?: string
  /** The reason why there is no WebGPU, if the CPU was not requested. */
  missing: string | null
}

export interface RunReport {
  run: number
  name: string
  requested: number
  swatches: Swatch[]
  mse: number
  uniqueColors: number
  iterations: number
  milliseconds: number
}

export type ToWorker =
  | { type: 'start'; before: OffscreenCanvas; after: OffscreenCanvas; backend: Backend; settings: Settings }
  | { type: 'open'; id: number; source: Blob | string; name: string }
  | { type: 'settings'; settings: Settings }
  | { type: 'view'; view: View }
  | { type: 'encode'; run: number }

export type FromWorker =
  | { type: 'adapter'; adapter: AdapterReport }
  | { type: 'decoding'; name: string }
  | { type: 'opened'; id: number; name: string; width: number; height: number; bytes: number }
  | { type: 'refused'; id: number; name: string; message: string; remedy: string }
  | { type: 'running'; run: number }
  | { type: 'progress'; run: number; stage: string; done: number; total: number }
  | { type: 'result'; result: RunReport }
  | { type: 'png'; run: number; file: Blob }
  | { type: 'lost'; message: string }
  | { type: 'no-engine'; message: string }
  | { type: 'failed'; message: string }
