import { createEngine, type Engine, kmeans, quantize } from 'lloyd'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js'
import { minifyWgsl, shortNames } from '../../shaders/minify.js'
import type { Executor } from '../../src/engine/engine.js'
import { defineKernel, type Kernel } from '../../src/engine/kernel.js'
import { kernelNames } from '../../src/engine/kernel-names.js'
import { dispatchSize } from '../../src/engine/webgpu/dispatches.js'
import { kernelSource } from '../../src/engine/webgpu/pipeline.js'
import { specialize } from '../../src/engine/webgpu/specialize.js'
import { unrollLoops } from '../../src/engine/webgpu/unroll.js'
import { testEngines } from '../support/engines'
import { allowedFlags, allSamples, neededFeatures } from './harness'
import { flagSets } from './sample'

const modules = import.meta.glob<Record<string, unknown>>('../../src/kernels/**/*.ts', { eager: true })
const kernels = Object.values(modules).flatMap((module) =>
  Object.values(module).filter(
    (value): value is Kernel => typeof value === 'object' && value !== null && 'sources' in value,
  ),
)
const shaders = import.meta.glob<string>('../../shaders/**/*.wgsl', { eager: true, query: '?raw', import: 'default' })
const names = shortNames(Object.values(shaders))

/** The kernel as in the build. */
function minified(kernel: Kernel): Kernel {
  return { ...kernel, sources: kernel.sources.map((source) => minifyWgsl(source, names)) }
}

/** The first directive that is none, tests an undeclared flag or has no open condition; 'open' where one stays so. */
function conditionFault(source: string, flags: Record<string, boolean>): string | null {
  let depth = 0
  for (const line of source.split('\n').filter((line) => line.includes('//#'))) {
    const match = /^ *\/\/#(?:(if|elif) \$\{(\w+)\}|else|endif)$/.exec(line)
    if (!match || (match[2] && !(match[2] in flags))) return line
    if (match[1] === 'if') depth++
    else if (depth === 0) return line
    else if (line.endsWith('endif')) depth--
  }
  return depth > 0 ? 'open' : null
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: the form under test
describe('every kernel', () => {
  it('has a shader of its name, and every shader has a kernel', () => {
    const programs = Object.entries(shaders).filter(([, source]) => source.includes('@compute'))
    const stems = programs.map(([path]) => path.replace(/.*\/(.*)\.wgsl/, '$1')).sort()
    expect(kernels.map(({ name }) => name).sort()).toEqual(stems)
    expect(kernelNames).toEqual(stems)
  })

  it('passes no pointers to elements of arrays to functions, which Naga does not compile', () => {
    const passed = /\b(?!atomic)\w+\s*\((?:[^();]*,)?\s*&\w+\[/
    expect(passed.test('add(&known[o], a);') && !passed.test('atomicAdd(&sums[i], 1u)')).toBe(true)
    for (const { name, sources } of kernels) expect(sources.join('\n').match(passed), name).toBe(null)
  })

  it('closes its conditions, and tests declared flags only', () => {
    const faults = [
      '//#if ${A}',
      '//#endif',
      'a\n//#else',
      '//#if ${A}\n//#endif\n//#elif ${A}',
      '//#if ${B}\n//#endif',
    ]
    for (const source of faults) expect(conditionFault(source, { A: true }), source).not.toBe(null)
    expect(conditionFault('//#if ${A}\n//#elif ${A}\n//#else\n//#if ${A}\n//#endif\n//#endif', { A: true })).toBe(null)
    for (const { name, sources, flags } of kernels) {
      for (const source of sources) expect(conditionFault(source, flags), name).toBe(null)
    }
  })

  it('leaves declarations to its face, and uses all of them', () => {
    for (const kernel of kernels) {
      const text = kernel.sources.join('\n')
      expect(text, kernel.name).not.toMatch(/@group|struct Parameters/)
      expect(text, kernel.name).toContain('@compute @workgroup_size(WORKGROUP_SIZE)')
      const code = text.replace(/\/\/(?!#).*/g, '')
      const unused = [
        ...Object.keys(kernel.parameters).filter((name) => !code.includes(`parameters.${name}`)),
        ...Object.keys(kernel.bindings).filter((name) => !new RegExp(`(?<![.\\w])${name}\\b`).test(code)),
        ...Object.keys(kernel.words ?? {}).filter((name) => !new RegExp(`\\b${name}(_|\\b)`).test(code)),
      ]
      expect(unused, kernel.name).toEqual([])
    }
  })
})
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: the form under test

it('kernelSource declares parameters, bindings, integers and extensions before the sources', () => {
  const kernel = defineKernel({
    name: 'example',
    sources: ['// source'],
    parameters: { count: 'u32', scale: 'f32' },
    bindings: { points: 'read f32', means: 'read vec4<f32>', state: 'read_write atomic<u32>' },
    elements: { WIDE: { points: 'vec4<f32>' } },
    words: { STATE: { moves: 3, notFinite: 4 }, NONE: 0xffffffff },
    flags: { WIDE: false, UNIFORM: false },
    uniforms: { UNIFORM: ['means'] },
    enables: { WIDE: 'subgroups' },
    constants: { TILE: 4 },
    workgroupSize: 64,
    workgroups: () => 1,
    twin() {},
  }) as unknown as Kernel
  expect(kernelSource(kernel, { WIDE: false, UNIFORM: true }, { TILE: 8 }).split('\n')).toEqual([
    'override WORKGROUP_SIZE: u32 = 64;',
    'struct Parameters { count: u32,scale: f32 }',
    '// The parameters of a kernel, whose struct `kernelSource` declares.',
    '@group(0) @binding(0) var<uniform> parameters: Parameters;',
    '',
    '@group(0) @binding(1) var<storage, read> points: array<f32>;',
    '@group(0) @binding(2) var<uniform> means: array<vec4<f32>, 4096>;',
    '@group(0) @binding(3) var<storage, read_write> state: array<atomic<u32>>;',
    'const STATE_MOVES = 3u;',
    'const STATE_NOT_FINITE = 4u;',
    'const NONE = 4294967295u;',
    'const TILE = 8u;',
    '// source',
  ])
  expect(kernelSource(kernel, { WIDE: true, UNIFORM: false })).toMatch(
    /^enable subgroups;\n[\s\S]*points: array<vec4<f32>>;\n[\s\S]*storage, read> means: array<vec4<f32>>;/,
  )
})

/** 60 × 45 pixels: gradients with noise and all degrees of transparency. */
function picture() {
  const [width, height] = [60, 45]
  const data = new Uint8Array(4 * width * height)
  for (let i = 0; i < width * height; i++) {
    const noise = Math.imul(i + 1, 2654435761) >>> 28
    const [x, y] = [i % width, Math.floor(i / width)]
    data.set([4 * x + noise, 4 * y + noise, (x * y) >> 4, Math.min(255, 6 * x)], 4 * i)
  }
  return { data, width, height }
}

describe('the option twins', () => {
  const image = picture()
  // Whole numbers small enough that one update is exact in float32 as in the twins' float64.
  const rows = Array.from({ length: 400 }, (_, i) => [(Math.imul(i + 1, 2654435761) >>> 24) % 60, i % 7])
  const run = async (engine: Engine) => {
    const { labels, sizes } = await kmeans(engine, rows, { k: 7, maxIterations: 1 })
    const { palette, indices } = await quantize(engine, image, {
      colors: 24,
      dither: 'floyd-steinberg',
      maxIterations: 4,
    })
    return { labels, sizes, palette, indices }
  }

  it('moves kernels to the CPU, among others that stay, and changes no result', async () => {
    const [, { engine: own }] = await testEngines()
    const twins = ['nearest-centroid', 'update-means', 'count-colors', 'try-candidates', 'sum-clusters']
    const engine = await createEngine({
      backend: 'webgpu',
      twins: [...twins, 'assign-colors', 'average-colors', 'diffuse-errors'],
    })
    expect(await run(engine)).toEqual(await run(own))
    engine.destroy()
  })
})

describe('specialize', () => {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the form under test
  it('resolves conditions written as comments', () => {
    const source = 'a\n//#if ${ON}\nb\n//#else\nc\n//#endif\nd'
    expect(specialize(source, { ON: true }).split(/\s+/)).toEqual(['a', 'b', 'd'])
    expect(specialize(source, { ON: false }).split(/\s+/)).toEqual(['a', 'c', 'd'])
  })

  it('resolves chains, and conditions within conditions', () => {
    const source = '//#if ${A}\na\n//#if ${B}\nab\n//#else\na-\n//#endif\n//#elif ${B}\nb\n//#else\nc\n//#endif'
    const resolve = (A: boolean, B: boolean) => specialize(source, { A, B }).split('\n')
    expect(resolve(true, true)).toEqual(['a', 'ab'])
    expect(resolve(true, false)).toEqual(['a', 'a-'])
    expect(resolve(false, true)).toEqual(['b'])
    expect(resolve(false, false)).toEqual(['c'])
  })

  it('gives for every kernel, under every flag, what wgsl-preprocessor gives', () => {
    /** The directives without their comment, as the tag of that package knows them. */
    const resolve = (source: string, flags: Record<string, boolean>) => {
      const pieces = source.replaceAll('//#', '#').split(/\$\{(\w+)\}/)
      const strings = pieces.filter((_, index) => index % 2 === 0)
      const values = pieces.filter((_, index) => index % 2 === 1).map((name) => flags[name])
      return wgsl(Object.assign(strings, { raw: strings }), ...values)
    }
    const linesOf = (text: string) => text.split('\n').filter((line) => line.trim() !== '')
    for (const kernel of kernels) {
      for (const flags of flagSets(kernel)) {
        for (const { sources } of [kernel, minified(kernel)]) {
          const source = sources.join('\n')
          expect(linesOf(specialize(source, flags)), kernel.name).toEqual(linesOf(resolve(source, flags)))
        }
      }
    }
  })
})

// biome-ignore-end lint/suspicious/noTemplateCurlyInString: the form under test

describe('unrollLoops', () => {
  const head = 'const N = 2u;\nconst M = N * 4u / 3u;\n'
  const unroll = (text: string) => unrollLoops(head + text).slice(head.length)

  it('writes out loops to constants, and loops in them', () => {
    expect(unroll('for (var i = 0u; i < M; i++) { a[i] = ii; }')).toBe('{ a[0u] = ii; }{ a[1u] = ii; }')
    expect(unroll('for (var i = 0u; i < N; i++) { for (var j = 0u; j < 1u; j++) { a(i, j); } b(); }')).toBe(
      '{ { a(0u, 0u); } b(); }{ { a(1u, 0u); } b(); }',
    )
  })

  it.each([
    'for (var i = 0u; i < n; i++) { a(i); }',
    'for (var i = 0u; i < N + 1u; i++) { a(i); }',
    'for (var i = 1u; i < N; i++) { a(i); }',
    'for (var i = 0u; i < N; i += 2u) { a(i); }',
    'for (var i = 0u; i < 1000u; i++) { a(i); }',
    'for (var i = 0u; i < N; i++) { if (a(i)) { break; } }',
  ])('leaves %s', (loop) => {
    expect(unroll(loop)).toBe(loop)
    expect(unroll(`for (var k = 0u; k < n; k++) { ${loop} }`)).toBe(`for (var k = 0u; k < n; k++) { ${loop} }`)
  })

  it('leaves nothing to SwiftShader in the kernels that are marked', () => {
    for (const kernel of kernels.filter(({ registerLoops }) => registerLoops)) {
      for (const flags of flagSets(kernel)) {
        const unrolled = unrollLoops(kernelSource(kernel, flags))
        expect(unrolled).not.toMatch(/for \(var \w+ = 0u; \w+ < [A-Z]/)
        const loops = (text: string) => text.match(/\bfor\b/g)?.length
        expect(loops(unrollLoops(kernelSource(minified(kernel), flags)))).toBe(loops(unrolled))
      }
    }
  })
})

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: the form under test
describe('minifyWgsl', () => {
  it('takes comments, needless space and trailing commas out, and nothing else', () => {
    const text =
      'struct A {\n  x: u32, // one\n}\n//#if ${ON}\nfn f(a: u32,) -> f32 {\n  let b = a - -1.5e-3f; return b;\n}\n//#endif\n'
    expect(minifyWgsl(text)).toBe(
      'struct A{x:u32}\n//#if ${ON}\nfn f(a:u32)->f32{let b=a- -1.5e-3f;return b;}\n//#endif',
    )
    expect(minifyWgsl('let v: array<f32, 2> = f(a < b, c & &d, e >= g);')).toBe(
      'let v:array<f32,2> =f(a<b,c& &d,e>=g);',
    )
  })

  it('gives names to what a shader declares, and none of the language', () => {
    const texts = [
      '@compute fn area(side: f32, length: f32) -> f32 { let a = SIZE; return side * length; }',
      '@compute let b = length(v);',
    ]
    const names = shortNames(texts)
    expect([...names.keys()].sort()).toEqual(['area', 'side'])
    expect([...names.values()]).not.toContain('a')
    // No program contains both, but both contain the piece.
    const shared = shortNames(['@compute let first = piece;', '@compute let second = piece;', 'const piece = 1;'])
    expect(shared.get('first')).toBe(shared.get('second'))
    expect(shared.get('first')).not.toBe(shared.get('piece'))
  })

  it('leaves shaders that the compiler takes, under all flags that go together', async () => {
    const engine = (await createEngine({ backend: 'webgpu' })) as Executor
    const device = engine.device!
    const has = (feature: string) => device.features.has(feature as GPUFeatureName)
    for (const { kernel, flags } of allSamples.flatMap((of) =>
      allowedFlags(of).map((flags) => ({ kernel: of.kernel, flags })),
    )) {
      if (!neededFeatures(kernel, flags).every(has)) continue
      const declared = `${names.get('parameters')}: Parameters`
      const code = kernelSource(minified(kernel), flags).replace('parameters: Parameters', declared)
      const { messages } = await device.createShaderModule({ code }).getCompilationInfo()
      const errors = messages.filter(({ type }) => type === 'error').map(({ message }) => message)
      expect(errors, `${kernel.name} ${JSON.stringify(flags)}\n${code}`).toEqual([])
    }
    engine.destroy()
  })
})
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: the form under test

describe('the WebGPU executor', () => {
  let executor: Executor
  beforeAll(async () => {
    executor = (await createEngine({ backend: 'webgpu' })) as Executor
  })
  afterAll(() => executor.destroy())

  it('prints the final source with line numbers when a shader is refused', async () => {
    const broken = defineKernel({
      name: 'broken',
      sources: ['@compute @workgroup_size(WORKGROUP_SIZE)\nfn main() { let x = y; }'],
      parameters: { count: 'u32' },
      bindings: {},
      flags: {},
      workgroupSize: 1,
      workgroups: () => 1,
      twin() {},
    })
    const refused = executor.compile(broken)
    await expect(refused).rejects.toMatchObject({ code: 'ShaderError' })
    await expect(refused).rejects.toThrow(/broken.*refused[\s\S]*y[\s\S]* 7 fn main\(\)/)
  })

  it('folds dispatches of more workgroups than a dimension takes', async () => {
    expect(dispatchSize(1, 65535)).toEqual([1, 1])
    expect(dispatchSize(65535, 65535)).toEqual([65535, 1])
    const [x, y] = dispatchSize(65536, 65535)
    expect(x * y).toBeGreaterThanOrEqual(65536)
    const { labelSlots } = await import('../../src/kernels/color/table/label-slots.js')
    const label = await executor.compile(labelSlots, { workgroupSize: 1 })
    const colorCount = 70001
    const upload = (name: string, value: (i: number) => number) =>
      executor.upload(
        name,
        Uint32Array.from({ length: colorCount }, (_, i) => value(i)),
      )
    const buffers = {
      slots: upload('slots', (i) => colorCount - 1 - i),
      labels: upload('labels', (i) => (7 * i) % colorCount),
      ranks: upload('ranks', (i) => 3 * i),
      slotLabels: executor.allocate('slotLabels', 4 * colorCount),
    }
    executor.run(label, { colorCount }, buffers)
    const result = new Uint32Array(await executor.read(buffers.slotLabels))
    expect(result.every((value, i) => value === 3 * ((7 * (colorCount - 1 - i)) % colorCount))).toBe(true)
    for (const buffer of Object.values(buffers)) executor.release(buffer)
  })

  it('says what is too large before it allocates', () => {
    const bytes = executor.maxBufferBytes + 4
    expect(() => executor.allocate('points', bytes)).toThrow(`points needs ${bytes} bytes`)
    expect(executor.allocatedBytes).toBe(0)
  })

  it('holds no memory after the work, and none after a failure', async () => {
    await quantize(executor, picture(), { colors: 7 })
    expect(executor.allocatedBytes).toBe(0)
    const signal = AbortSignal.timeout(1)
    await quantize(executor, picture(), { colors: 200, maxIterations: 1_000_000, tolerance: 0, signal }).catch(() => {})
    expect(executor.allocatedBytes).toBe(0)
  })
})
