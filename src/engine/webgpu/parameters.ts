import type { Kernel } from '../kernel.js'

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
  bytes: DataView,
  byteOffset: number,
): void {
  let at = byteOffset
  for (const name in kernel.parameters) {
    const scalar = kernel.parameters[name]
    if (scalar === 'u32') bytes.setUint32(at, parameters[name], true)
    else if (scalar === 'i32') bytes.setInt32(at, parameters[name], true)
    else bytes.setFloat32(at, parameters[name], true)
    at += 4
  }
}
