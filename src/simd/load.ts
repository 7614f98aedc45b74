import { type MakeCpuEngine, setCpuEngine } from '../engine/create-engine.js'
import { CpuEngine } from '../engine/host/cpu-engine.js'
import { beside, implementations, requireImplemented } from '../engine/host/implementations.js'
import { hostOf, SimdEngine, type SimdHost, type SimdModule } from '../engine/host/simd-engine.js'
import { setSimdHost } from '../engine/host/simd-host.js'
import { countThreads } from '../engine/host/threads.js'
import base64 from './assembly/index.ts?asc'
import { simdImplementations } from './implementations.js'

let loading: Promise<SimdModule | null> | undefined
let host: SimdHost | null = null

/**
 * Changes the import of a shared memory to one of an ordinary memory, which pages without isolation have, in the binary: the
 * limits behind `env.memory` begin with 3, or 1 if it is not shared. The module has no atomics.
 */
function importUnshared(binary: Uint8Array): void {
  const name = 'memory'
  const at = binary.findIndex((_, i) => [...name].every((letter, j) => binary[i + j] === letter.charCodeAt(0)))
  binary[at + name.length + 1] = 1
}

/** The compiled module; null where the host has no WebAssembly SIMD, or its policy refuses to compile. */
async function compileModule(): Promise<SimdModule | null> {
  try {
    const binary = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const threads = countThreads()
    if (threads === 1) importUnshared(binary)
    if (!WebAssembly.validate(binary)) return null
    return { module: await WebAssembly.compile(binary), threads, implementations: simdImplementations() }
  } catch {
    return null
  }
}

/** Makes a CPU executor with SIMD, or one that runs twins where there is none, whose description says so. */
export const makeSimdEngine: MakeCpuEngine = async (memoryLimit, passedOver, twins, required) => {
  loading ??= compileModule()
  const simd = await loading
  if (required) requireImplemented(twins, implementations, simd?.implementations ?? new Map())
  const own = beside(implementations, twins)
  if (simd) {
    const module = { ...simd, implementations: beside(simd.implementations, twins) }
    return new SimdEngine(module, memoryLimit, passedOver, own)
  }
  const engine = new CpuEngine(memoryLimit, passedOver, own)
  engine.adapter.description += ', without SIMD'
  return engine
}

/** Lets the CPU, alone or beside a device, compute with SIMD from now on. */
export function useSimd(): void {
  setCpuEngine(makeSimdEngine)
  setSimdHost(async () => {
    loading ??= compileModule()
    const simd = await loading
    host ??= simd && hostOf(simd)
    return host
  })
}

/**
 * For pages: makes CPU executors that are created later compute with WebAssembly SIMD, some ten times as fast, as they do in
 * Node and Deno by themselves. Resolves to false where the browser or the page's policy (`script-src` without
 * `'wasm-unsafe-eval'`) allows none; they then compute as before. Pages that are cross-origin isolated (headers
 * `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`) share long work among threads;
 * `engine.adapter.description` tells where a policy (`worker-src` without `blob:`) refuses them.
 */
export async function loadSimd(): Promise<boolean> {
  useSimd()
  loading ??= compileModule()
  return (await loading) !== null
}
