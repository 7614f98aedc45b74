/** The element-wise activations by their number in shaders/shared/activation.wgsl. */
export const ELEMENTWISE = ['linear', 'relu', 'leaky-relu', 'sigmoid', 'tanh', 'softplus'] as const

/** The twin of `activate`. */
export function activate(kind: number, z: number): number {
  switch (kind) {
    case 1:
      return Math.max(z, 0)
    case 2:
      return z > 0 ? z : 0.01 * z
    case 3: {
      const e = Math.exp(-Math.abs(z))
      return (z >= 0 ? 1 : e) / (1 + e)
    }
    case 4:
      return Math.tanh(z)
    case 5:
      return softplus(z)
    default:
      return z
  }
}

/** log(1 + exp(z)). */
export function softplus(z: number): number {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))
}

/** The derivative of an activation, computed from its result. */
export function activationSlope(kind: number, a: number): number {
  switch (kind) {
    case 1:
      return a > 0 ? 1 : 0
    case 2:
      return a > 0 ? 1 : 0.01
    case 3:
      return a * (1 - a)
    case 4:
      return 1 - a * a
    case 5:
      return -Math.expm1(-a)
    default:
      return 1
  }
}
