import type { AdapterDescription } from '../engine.js'
import { LloydError } from '../error.js'

/** A way to a GPUAdapter. Browsers and Deno have `navigator.gpu`; src/engine/node/node-gpu.ts brings Node's. */
export interface GpuProvider {
  requestAdapter(options: GPURequestAdapterOptions): Promise<GPUAdapter | null>
  /** Remedy for messages when there is no adapter. */
  remedy: string
  /** Releases what keeps the process alive, once the device is destroyed. */
  release(adapter: GPUAdapter): void
}

/** The provider for a host without `navigator.gpu`, and its hook for waits. */
export interface HostProvider extends GpuProvider {
  /** Called when a wait for a device begins, whoever provided it; the returned function is called when it ends. */
  beginWait(): () => void
  /** Writes out the loops of a WGSL text, for compilers that do not. */
  unrollLoops(source: string): string
}

const navigatorProvider: GpuProvider = {
  async requestAdapter(options) {
    const gpu = globalThis.navigator?.gpu
    // Older hardware only has adapters of the lower feature level.
    const compatible = { ...options, featureLevel: 'compatibility' }
    return (await gpu?.requestAdapter(options)) ?? (await gpu?.requestAdapter(compatible)) ?? null
  },
  remedy: 'use a browser with WebGPU (navigator.gpu) on a secure page (https or localhost)',
  release() {},
}

let hostProvider: HostProvider | null = null

/** Registers the provider for hosts without `navigator.gpu`. */
export function setHostProvider(provider: HostProvider): void {
  hostProvider = provider
}

/**
 * A WGSL text with its loops written out, where the host can: Node and Deno. A page that asks for SwiftShader itself does
 * without, since others would pay for it; `backend: 'auto'` takes the CPU there.
 */
export function unrolled(source: string): string {
  return hostProvider?.unrollLoops(source) ?? source
}

/** Tells the host that a wait for a device begins; the returned function is to be called when it ends. */
export function beginWait(): () => void {
  return hostProvider?.beginWait() ?? (() => {})
}

export interface AcquiredDevice {
  device: GPUDevice
  /** Destroys the device and lets the process exit. */
  release(): void
}

export interface FoundAdapter {
  description: AdapterDescription
  /** Requests a device with the adapter's own limits; rejects with an `AdapterError`. */
  acquireDevice(): Promise<AcquiredDevice>
  /** Releases an adapter that is not used. */
  release(): void
}

/** Requests an adapter; rejects with an `AdapterError`. */
export async function findAdapter(powerPreference?: GPUPowerPreference): Promise<FoundAdapter> {
  const provider = globalThis.navigator?.gpu || hostProvider === null ? navigatorProvider : hostProvider
  let adapter: GPUAdapter | null
  try {
    adapter = await provider.requestAdapter(powerPreference ? { powerPreference } : {})
  } catch (cause) {
    throw new LloydError('AdapterError', `no WebGPU adapter: ${(cause as Error).message}; ${provider.remedy}`, {
      cause,
    })
  }
  if (!adapter) throw new LloydError('AdapterError', `no WebGPU adapter: ${provider.remedy}`)
  const release = () => provider.release(adapter)
  return {
    description: describeAdapter(adapter.info),
    release,
    async acquireDevice() {
      const device = await requestDevice(adapter)
      return {
        device,
        release() {
          device.destroy()
          release()
        },
      }
    },
  }
}

const WANTED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxUniformBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxStorageBuffersPerShaderStage',
] as const

/** Optional features that some kernels use. */
const WANTED_FEATURES = ['subgroups'] as const

/** Requests a device with the limits; some drivers refuse limits that they report, but then give a default device. */
async function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const requiredLimits = Object.fromEntries(WANTED_LIMITS.map((name) => [name, adapter.limits[name]]))
  const requiredFeatures = WANTED_FEATURES.filter((name) => adapter.features.has(name))
  try {
    return await adapter.requestDevice({ label: 'lloyd', requiredLimits, requiredFeatures })
  } catch {
    try {
      return await adapter.requestDevice({ label: 'lloyd' })
    } catch (cause) {
      throw new LloydError('AdapterError', `the adapter gave no device: ${(cause as Error).message}`, { cause })
    }
  }
}

/** Whether an adapter is software: WebGPU marks fallback adapters; llvmpipe and others are recognized by name. */
export function describeAdapter(info: GPUAdapterInfo | undefined): AdapterDescription {
  const { vendor = '', architecture = '', description = '' } = info ?? {}
  const named = /swiftshader|llvmpipe|lavapipe|softpipe|warp|basic render/i.test(`${architecture} ${description}`)
  return { vendor, architecture, description, software: named || info?.isFallbackAdapter === true }
}
