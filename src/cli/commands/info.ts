import type { Command } from 'commander'
import { createEngine, type EngineOptions } from 'lloyd'
import { version } from '../../../package.json'
import { backendOption, describeAdapter, remarkOnFallback } from '../adapter.js'
import { formatCount } from '../numbers.js'
import { print } from '../views/terminal.js'

interface InfoOptions {
  backend: NonNullable<EngineOptions['backend']>
  json?: boolean
}

/** The limits that determine the maximum size of a problem and the number of pieces. */
const SHOWN_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupsPerDimension',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupStorageSize',
] as const

export function addInfoCommand(program: Command): void {
  program
    .command('info')
    .description('Print the version, the adapter and its limits.')
    .addOption(backendOption())
    .option('--json', 'print JSON')
    .action(info)
}

async function info(options: InfoOptions): Promise<void> {
  const engine = await createEngine({ backend: options.backend })
  try {
    remarkOnFallback(options.backend, engine)
    const limits = engine.device ? readLimits(engine.device.limits) : null
    const features = engine.device ? [...engine.device.features].sort() : []
    const { backend, adapter } = engine
    if (options.json) {
      print(JSON.stringify({ version, node: process.version, platform, backend, adapter, limits, features }, null, 2))
      return
    }
    print(`lloyd      ${version} (Node ${process.version}, ${platform})`)
    print(`adapter    ${describeAdapter(engine)}`)
    if (!limits) return
    print(`features   ${features.join(', ') || 'none'}`)
    for (const name of SHOWN_LIMITS) print(`limit      ${name} ${formatCount(limits[name])}`)
  } finally {
    engine.destroy()
  }
}

const platform = `${process.platform} ${process.arch}`

/** Copies the limits, which are getters on the prototype and so invisible to JSON. */
function readLimits(limits: GPUSupportedLimits): Record<string, number> {
  const entries: [string, number][] = []
  for (const name in limits) {
    const value = limits[name as keyof GPUSupportedLimits]
    if (typeof value === 'number') entries.push([name, value])
  }
  return Object.fromEntries(entries)
}
