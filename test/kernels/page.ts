import { holdKernels } from './hold-kernels'

declare global {
  var holdInPage: typeof holdKernels
}

globalThis.holdInPage = holdKernels
