import type { Option } from 'commander'
import type { Engine } from 'lloyd'
import { CREATE_ENGINE } from '../options/engine.js'
import { CREATE_ENGINE_HELP } from '../options/help/engine.js'
import { flagsOf } from './flags.js'
import { remark } from './views/terminal.js'

export function backendOption(): Option {
  return flagsOf(CREATE_ENGINE, CREATE_ENGINE_HELP)('--backend <name>', 'backend')
}

/** One line that describes the executor. */
export function describeAdapter({ backend, adapter }: Engine): string {
  if (backend === 'cpu') {
    const [simd = ''] = /, with(out)? SIMD.*$/.exec(adapter.description) ?? []
    const run = `the CPU computes${simd}`
    return adapter.passedOver ? `${adapter.passedOver} is passed over: faster than it, ${run}` : `none; ${run}`
  }
  const name = adapter.description || [adapter.vendor, adapter.architecture].filter(Boolean).join(' ') || 'unnamed'
  return `${name} (${adapter.software ? 'software' : 'hardware'}, WebGPU)`
}

/** Reports on stderr that `--backend auto` found no adapter, with a remedy. */
export function remarkOnFallback(asked: string, engine: Engine): void {
  if (asked !== 'auto' || engine.backend !== 'cpu' || engine.adapter.passedOver) return
  const remedy = isInstalled('webgpu')
    ? 'a GPU driver with Vulkan, Metal or Direct3D 12 makes it faster'
    : 'the package webgpu is not installed: npm install webgpu makes it faster'
  remark(`no WebGPU adapter, so the CPU computes, with the same result; ${remedy}`)
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name)
    return true
  } catch {
    return false
  }
}
