/**
 * A device whose compute shaders log addresses: its shader modules are rewritten, its pipelines have a second bind group
 * with the log, and the largest dispatch of each pipeline so far is traced. Whatever runs on the device runs as before.
 */
import { CAPACITY, LANES, type Site, THREAD_WORDS, traced } from './rewrite.js'

/** Traced groups of neighbouring threads in a dispatch, evenly apart. */
const GROUPS = 12

/** A thread's log of a dispatch. */
export interface ThreadLog {
  /** Site and index of each access, in order. */
  accesses: Uint32Array
  operations: number
  /** Whether there were more accesses than the log takes. */
  cut: boolean
}

export interface TracedDispatch {
  /** Name of the shader. */
  kernel: string
  sites: readonly Site[]
  workgroupSize: number
  /** Number of threads of the traced dispatch. */
  threads: number
  /** Dispatches of the pipeline, and threads of all of them. */
  dispatches: number
  allThreads: number
  /** The logs of the threads that ran, in groups of neighbours. */
  groups: ThreadLog[][]
}

interface Traced {
  label: string
  sites: Site[]
  workgroupSize: number
  dispatches: number
  allThreads: number
  threads: number
  log: GPUBuffer | null
}

/** Makes a device trace, and returns what reads and forgets the logs. */
export function traceDevice(device: GPUDevice): { read(): Promise<TracedDispatch[]> } {
  const { COMPUTE } = GPUShaderStageFlags
  const layout = device.createBindGroupLayout({
    entries: [
      { binding: 0, visibility: COMPUTE, buffer: { type: 'uniform' } },
      { binding: 1, visibility: COMPUTE, buffer: { type: 'storage' } },
    ],
  })
  const bind = (head: readonly number[], log: GPUBuffer) => {
    const buffer = device.createBuffer({ size: 16, usage: USAGE.uniform, mappedAtCreation: true })
    new Uint32Array(buffer.getMappedRange()).set(head)
    buffer.unmap()
    const resources = [{ buffer }, { buffer: log }]
    return device.createBindGroup({ layout, entries: resources.map((resource, binding) => ({ binding, resource })) })
  }
  const logOf = (size: number) => device.createBuffer({ size, usage: USAGE.log })
  const idle = bind([1, 0, 1, 0], logOf(4))

  const superseded: GPUBuffer[] = []
  const modules = new Map<GPUShaderModule, Site[]>()
  const pipelines = new Map<GPUComputePipeline, Traced>()
  const { createShaderModule, createPipelineLayout, createComputePipelineAsync, createCommandEncoder } = bound(device)
  device.createShaderModule = (descriptor) => {
    const { code, sites } = traced(descriptor.code)
    const module = createShaderModule({ ...descriptor, code })
    modules.set(module, sites)
    return module
  }
  device.createPipelineLayout = (descriptor) =>
    createPipelineLayout({ ...descriptor, bindGroupLayouts: [...descriptor.bindGroupLayouts, layout] })
  device.createComputePipelineAsync = async (descriptor) => {
    const pipeline = await createComputePipelineAsync(descriptor)
    pipelines.set(pipeline, {
      label: descriptor.label ?? '',
      sites: modules.get(descriptor.compute.module) ?? [],
      workgroupSize: descriptor.compute.constants?.WORKGROUP_SIZE ?? 1,
      dispatches: 0,
      allThreads: 0,
      threads: 0,
      log: null,
    })
    return pipeline
  }

  /** The bind group for a dispatch of a pipeline: with a log where it is the largest so far. */
  const groupFor = (pipeline: Traced, x: number, y: number): GPUBindGroup => {
    const { workgroupSize } = pipeline
    const threads = x * y * workgroupSize
    pipeline.dispatches++
    pipeline.allThreads += threads
    if (threads <= pipeline.threads) return idle
    pipeline.threads = threads
    // A former log may be in commands that are not submitted yet.
    if (pipeline.log) superseded.push(pipeline.log)
    pipeline.log = logOf(4 * LANES * THREAD_WORDS * GROUPS)
    const groups = x * y * Math.ceil(workgroupSize / LANES)
    return bind([Math.max(1, Math.floor(groups / GROUPS)), Math.min(GROUPS, groups), x, 0], pipeline.log)
  }
  device.createCommandEncoder = (descriptor) => {
    const encoder = createCommandEncoder(descriptor)
    const beginComputePass = encoder.beginComputePass.bind(encoder)
    encoder.beginComputePass = (options) => {
      const pass = beginComputePass(options)
      const setPipeline = pass.setPipeline.bind(pass)
      const dispatchWorkgroups = pass.dispatchWorkgroups.bind(pass)
      let current: GPUComputePipeline | null = null
      pass.setPipeline = (pipeline) => {
        current = pipeline
        setPipeline(pipeline)
      }
      pass.dispatchWorkgroups = (x, y = 1, z = 1) => {
        const pipeline = current && pipelines.get(current)
        if (pipeline) pass.setBindGroup(1, groupFor(pipeline, x, y))
        dispatchWorkgroups(x, y, z)
      }
      return pass
    }
    return encoder
  }

  return {
    async read() {
      const found: TracedDispatch[] = []
      for (const pipeline of pipelines.values()) {
        const { log, label, ...rest } = pipeline
        if (!log) continue
        const words = await readWords(device, log)
        log.destroy()
        Object.assign(pipeline, { dispatches: 0, allThreads: 0, threads: 0, log: null })
        found.push({ ...rest, kernel: label.replace(/^lloyd\./, ''), groups: groupsOf(words) })
      }
      for (const log of superseded.splice(0)) log.destroy()
      return found
    },
  }
}

const GPUShaderStageFlags = { COMPUTE: 4 }
/** Of GPUBufferUsage. */
const USAGE = { uniform: 0x40, log: 0x80 | 0x4, read: 0x8 | 0x1 }

function bound(device: GPUDevice) {
  return {
    createShaderModule: device.createShaderModule.bind(device),
    createPipelineLayout: device.createPipelineLayout.bind(device),
    createComputePipelineAsync: device.createComputePipelineAsync.bind(device),
    createCommandEncoder: device.createCommandEncoder.bind(device),
  }
}

async function readWords(device: GPUDevice, log: GPUBuffer): Promise<Uint32Array> {
  const copy = device.createBuffer({ size: log.size, usage: USAGE.read })
  const encoder = device.createCommandEncoder()
  encoder.copyBufferToBuffer(log, 0, copy, 0, log.size)
  device.queue.submit([encoder.finish()])
  await copy.mapAsync(1)
  const words = new Uint32Array(copy.getMappedRange().slice(0))
  copy.destroy()
  return words
}

function groupsOf(words: Uint32Array): ThreadLog[][] {
  const threads = Array.from({ length: LANES * GROUPS }, (_, thread): ThreadLog | null => {
    const own = words.subarray(thread * THREAD_WORDS, (thread + 1) * THREAD_WORDS)
    if (own[0] === 0) return null
    const count = own[0] - 1
    const kept = Math.min(count, CAPACITY)
    return { accesses: own.slice(2, 2 + 2 * kept), operations: own[1], cut: count > kept }
  })
  const groups = Array.from({ length: GROUPS }, (_, group) => threads.slice(group * LANES, (group + 1) * LANES))
  return groups.map((group) => group.filter((thread) => thread !== null)).filter((group) => group.length > 0)
}
