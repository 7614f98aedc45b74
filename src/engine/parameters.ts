import type { Kernel } from './kernel.js'

/** Uniform bindings start at multiples of this (the default limit of every device). */
export const PARAMETER_STRIDE = 256

/** Size of a kernel's `Parameters` struct as it is bound, in bytes. */
export function parameterBytes(kernel: Kernel): number {
  return Math.max(16, Math.ceil(Object.keys(kernel.parameters).length / 4) * 16)
}

/** Writes a kernel's `Parameters` struct. */
export function writeParameters(
  kernel: Kernel,
  parameters: Record<string, number>,
  bytes: ArrayBuffer,
  byteOffset: number,
): void {
  const view = new DataView(bytes, byteOffset, PARAMETER_STRIDE)
  for (const [index, name] of Object.keys(kernel.parameters).entries()) {
    const scalar = kernel.parameters[name]
    if (scalar === 'u32') view.setUint32(4 * index, parameters[name], true)
    else if (scalar === 'i32') view.setInt32(4 * index, parameters[name], true)
    else view.setFloat32(4 * index, parameters[name], true)
  }
}
