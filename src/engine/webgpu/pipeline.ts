import parametersSource from '../../../shaders/shared/parameters.wgsl?raw'
import type { Compiled } from '../engine.js'
import { LloydError } from '../error.js'
import { bindingParts, isUniform, type Kernel, UNIFORM_BYTES } from '../kernel.js'
import { STAGE_COMPUTE } from '../usage.js'
import { unrolled } from './device.js'
import { specialize } from './specialize.js'

export interface Pipeline {
  readonly pipeline: GPUComputePipeline
  /** Binding 0, the parameters, has a dynamic offset. */
  readonly layout: GPUBindGroupLayout
}

/** The WGSL text of a kernel under `flags` and `constants`. */
export function kernelSource(
  kernel: Kernel,
  flags: Readonly<Record<string, boolean>>,
  constants: Readonly<Record<string, number>> = kernel.constants ?? {},
): string {
  const enables = Object.entries(kernel.enables ?? {}).filter(([flag]) => flags[flag])
  return [
    ...enables.map(([, extension]) => `enable ${extension};`),
    `override WORKGROUP_SIZE: u32 = ${kernel.workgroupSize};`,
    `struct Parameters { ${Object.entries(kernel.parameters).map(([name, scalar]) => `${name}: ${scalar}`)} }`,
    parametersSource,
    ...declareBindings(kernel, flags),
    ...declareIntegers({ ...kernel.words, ...constants }),
    ...kernel.sources.map((source) => specialize(source, flags)),
  ].join('\n')
}

function declareBindings(kernel: Kernel, flags: Readonly<Record<string, boolean>>): string[] {
  const others = Object.entries(kernel.elements ?? {}).filter(([flag]) => flags[flag])
  const elements = Object.assign({}, ...others.map(([, named]) => named))
  return Object.entries(kernel.bindings).map(([name, kind], index) => {
    const { access, element } = bindingParts(kind)
    const [space, type] = isUniform(kernel, name, flags)
      ? ['uniform', `vec4<f32>, ${UNIFORM_BYTES / 16}`]
      : [`storage, ${access}`, elements[name] ?? element]
    return `@group(0) @binding(${index + 1}) var<${space}> ${name}: array<${type}>;`
  })
}

function declareIntegers(integers: NonNullable<Kernel['words']>): string[] {
  return Object.entries(integers).flatMap(([name, value]) => {
    if (typeof value === 'number') return [`const ${name} = ${value}u;`]
    const capitals = (key: string) => key.replace(/[A-Z]/g, '_$&').toUpperCase()
    return Object.entries(value).map(([key, word]) => `const ${name}_${capitals(key)} = ${word}u;`)
  })
}

/** Compiles a kernel without blocking, with loops unrolled if `unroll`; rejects with messages and numbered source. */
export async function compilePipeline(
  device: GPUDevice,
  kernel: Kernel,
  { flags, constants, workgroupSize }: Omit<Compiled, 'kernel'>,
  unroll: boolean,
): Promise<Pipeline> {
  const source = kernelSource(kernel, flags, constants)
  const code = unroll ? unrolled(source) : source
  const label = `lloyd.${kernel.name}`
  // Errors of createShaderModule come back through getCompilationInfo; the scope keeps them from the page's console.
  device.pushErrorScope('validation')
  const module = device.createShaderModule({ label, code })
  device.popErrorScope().catch(() => null)
  const layout = device.createBindGroupLayout({
    label,
    entries: [
      { binding: 0, visibility: STAGE_COMPUTE, buffer: { type: 'uniform', hasDynamicOffset: true } },
      ...Object.entries(kernel.bindings).map(([name, kind], index): GPUBindGroupLayoutEntry => {
        const storage = bindingParts(kind).access === 'read' ? 'read-only-storage' : 'storage'
        return {
          binding: index + 1,
          visibility: STAGE_COMPUTE,
          buffer: { type: isUniform(kernel, name, flags) ? 'uniform' : storage },
        }
      }),
    ],
  })
  try {
    const pipeline = await device.createComputePipelineAsync({
      label,
      layout: device.createPipelineLayout({ label, bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: 'main', constants: { WORKGROUP_SIZE: workgroupSize } },
    })
    return { pipeline, layout }
  } catch (cause) {
    // A lost device gives none.
    const { messages } = await module.getCompilationInfo().catch(() => ({ messages: [] }))
    throw new LloydError('ShaderError', describeFailure(kernel.name, code, messages, cause), { cause })
  }
}

function describeFailure(
  name: string,
  code: string,
  messages: readonly GPUCompilationMessage[],
  cause: unknown,
): string {
  const numbered = code.split('\n').map((line, index) => `${String(index + 1).padStart(4)} ${line}`)
  const complaints = messages.map(({ type, lineNum, linePos, message }) => `${type} ${lineNum}:${linePos} ${message}`)
  const reason = complaints.length > 0 ? complaints.join('\n') : (cause as Error).message
  return `the shader '${name}' was refused:\n${reason}\n${numbered.join('\n')}`
}
