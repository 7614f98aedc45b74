import type { CompileOptions, Executor } from '../../engine/engine.js'
import type { Element, Kernel } from '../../engine/kernel.js'
import { floatOf } from '../../kernels/points/pack-halves.js'

/**
 * The executor with other kernels where they read `points`: float16, two to a word. What they compute is the same, in
 * float32. `plain` is the executor itself.
 */
export function withHalfKernels(executor: Executor): Executor {
  const known = new Map<Kernel, Kernel>()
  const compile = (kernel: Kernel, options?: CompileOptions<Record<string, boolean>>) => {
    if (kernel.bindings.points !== 'read f32') return executor.compile(kernel, options)
    if (!known.has(kernel)) known.set(kernel, halfKernel(kernel))
    return executor.compile(known.get(kernel)!, options)
  }
  return new Proxy(executor, {
    get(_, key) {
      if (key === 'compile') return compile
      if (key === 'plain') return executor
      const value: unknown = Reflect.get(executor, key)
      return typeof value === 'function' ? value.bind(executor) : value
    },
  })
}

/** A kernel that reads `points` as float16. */
export function halfKernel(kernel: Kernel): Kernel {
  const elements: Record<string, Record<string, Element | undefined>> = {}
  let quads = ''
  for (const [flag, named] of Object.entries(kernel.elements ?? {})) {
    elements[flag] = { ...named }
    if (named?.points !== 'vec4<f32>') continue
    elements[flag].points = 'vec2<u32>'
    quads = flag
  }
  return {
    ...kernel,
    name: `${kernel.name} of halves`,
    bindings: { ...kernel.bindings, points: 'read u32' },
    elements,
    sources: [readingSource(quads), ...kernel.sources.map(readHalves)],
    twin: (parameters, arrays, flags) =>
      kernel.twin(parameters, { ...arrays, points: floatsOf(arrays.points as Uint32Array) }, flags),
  }
}

/** The WGSL function that reads a coordinate, or four of them under the flag `quads`. */
function readingSource(quads: string): string {
  const one = `fn halfPoint(i: u32) -> f32 {
  return unpack2x16float(points[i / 2u] >> (16u * (i % 2u))).x;
}`
  if (!quads) return one
  return `//#if \${${quads}}
fn halfPoint(i: u32) -> vec4<f32> {
  let words = points[i];
  return vec4<f32>(unpack2x16float(words.x), unpack2x16float(words.y));
}
//#else
${one}
//#endif`
}

/** A WGSL text with `halfPoint(…)` for each `points[…]`. */
function readHalves(source: string): string {
  const [head, ...rest] = source.split(/\bpoints\[/)
  return head + rest.map((text) => `halfPoint(${closeParenthesis(text)}`).join('')
}

/** Replaces the bracket that closes an index, whose beginning is before the text. */
function closeParenthesis(text: string): string {
  let depth = 1
  let end = -1
  while (depth > 0) {
    end++
    if (text[end] === '[') depth++
    if (text[end] === ']') depth--
  }
  return `${text.slice(0, end)})${text.slice(end + 1)}`
}

function floatsOf(words: Uint32Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(2 * words.length)
  for (let i = 0; i < bits.length; i++) bits[i] = floatOf((words[i >>> 1] >>> (16 * (i & 1))) & 0xffff)
  return new Float32Array(bits.buffer)
}
