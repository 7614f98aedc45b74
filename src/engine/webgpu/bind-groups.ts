import type { WebGpuBuffer } from './device-memory.js'

/** Number of bind groups kept per pipeline: enough for a loop that dispatches it a few times. */
const KEPT_GROUPS = 4

/** The last bind groups of each pipeline: loops dispatch with the same buffers again and again. */
export class BindGroups<K extends object> {
  readonly #kept = new WeakMap<K, { bound: readonly WebGpuBuffer[]; group: GPUBindGroup }[]>()

  /** The existing bind group of the same parts of buffers, or a new one. */
  get(pipeline: K, bound: readonly WebGpuBuffer[], make: () => GPUBindGroup): GPUBindGroup {
    const known = this.#kept.get(pipeline) ?? []
    const same = known.find((entry) => entry.bound.every((buffer, i) => samePart(buffer, bound[i])))
    if (same) return same.group
    const group = make()
    this.#kept.set(pipeline, [{ bound, group }, ...known.slice(0, KEPT_GROUPS - 1)])
    return group
  }
}

function samePart(a: WebGpuBuffer, b: WebGpuBuffer): boolean {
  return a.gpu === b.gpu && a.offset === b.offset && a.size === b.size
}
