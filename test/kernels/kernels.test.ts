import type { Engine } from 'lloyd'
import {
  assign,
  conv2d,
  createAutoencoder,
  createClassifier,
  createEngine,
  createKMeans,
  dense,
  distances,
  dropout,
  kmeans,
  maxPool2d,
  quantize,
  sgd,
} from 'lloyd'
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
import { COPY_DST, COPY_SRC, readTexture, textureOf } from '../support/textures'

const modules = import.meta.glob<Record<string, unknown>>('../../src/kernels/**/*.ts', { eager: true })
const kernels = Object.values(modules).flatMap((module) =>
  Object.values(module).filter(
    (value): value is Kernel => typeof value === 'object' && value !== null && 'sources' in value,
  ),
)
const shaders = import.meta.glob<string>('../../shaders/**/*.wgsl', { eager: true, query: '?raw', import: 'default' })
const names = shortNames(Object.values(shaders))

/** Every combination of a kernel's flags. */
function flagSets(kernel: Kernel): Record<string, boolean>[] {
  return Object.keys(kernel.flags).reduce<Record<string, boolean>[]>(
    (sets, name) =>
      sets.flatMap((set) => [
        { ...set, [name]: false },
        { ...set, [name]: true },
      ]),
    [{}],
  )
}

/** The kernel as the build has it. */
function minified(kernel: Kernel): Kernel {
  return { ...kernel, sources: kernel.sources.map((source) => minifyWgsl(source, names)) }
}

describe('every kernel', () => {
  it('has a shader of its name, and every shader has a kernel', () => {
    const programs = Object.entries(shaders).filter(([, source]) => source.includes('@compute'))
    const stems = programs.map(([path]) => path.replace(/.*\/(.*)\.wgsl/, '$1')).sort()
    expect(kernels.map(({ name }) => name).sort()).toEqual(stems)
    expect(kernelNames).toEqual(stems)
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
    'struct Parameters { count: u32, scale: f32 }',
    '@group(0) @binding(0) var<uniform> parameters: Parameters;',
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

/** 120 × 90 pixels: gradients with noise, and with `alpha` all degrees of transparency. */
function picture(alpha: boolean) {
  const width = 120
  const height = 90
  const data = new Uint8Array(4 * width * height)
  let seed = 1
  for (let i = 0; i < width * height; i++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    const x = i % width
    const y = Math.floor(i / width)
    data.set([2 * x + (seed >>> 28), 2 * y + ((seed >>> 24) & 7), (x * y) >> 6, 255], 4 * i)
    if (alpha) data[4 * i + 3] = x < 20 ? 0 : Math.min(255, 3 * x)
  }
  return { data, width, height }
}

describe('the twin of each kernel', () => {
  const pictures = [false, true].map(picture)
  const options = { colors: 40, maxIterations: 6 }
  // Whole numbers small enough that seeding and one update are exact in float32 as in the twins' float64.
  const rows = 400
  const data = Float32Array.from({ length: 3 * rows }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 24) % 60)
  const points = { data, rows, columns: 3 }
  const weights = Array.from({ length: rows }, (_, i) => i % 3)
  /** From a texture into textures. */
  async function throughTextures(engine: Engine) {
    const device = engine.device as GPUDevice
    const source = textureOf(device, pictures[1], 'bgra8unorm')
    const make = (format: GPUTextureFormat) =>
      device.createTexture({ format, size: [120, 90], usage: COPY_SRC | COPY_DST })
    const into = { indices: make('r8uint'), colors: make('rgba8unorm') }
    const result = await quantize(engine, source, { ...options, into })
    return [result, await readTexture(device, into.indices, 1), await readTexture(device, into.colors, 4)]
  }

  async function quantizeAll(engine: Engine) {
    const results: unknown[] = []
    for (const image of pictures) results.push(await quantize(engine, image, options))
    results.push(await quantize(engine, pictures[1], { ...options, dither: 'floyd-steinberg', space: 'oklab' }))
    results.push(await quantize(engine, pictures[1], { ...options, dither: 'ordered' }))
    results.push(await throughTextures(engine))
    for (const init of ['maximin', 'k-means++'] as const) {
      const importance = Uint8Array.from({ length: 120 * 90 }, (_, i) => i % 5)
      results.push(await quantize(engine, pictures[1], { colors: 9, init, importance, maxIterations: 1 }))
    }
    return results
  }

  async function cluster(engine: Engine) {
    const results: unknown[] = []
    for (const init of ['k-means++', 'k-means||', 'maximin', 'random'] as const) {
      const clustering = { k: 7, init, weights, maxIterations: 1, seed: 5 }
      const { labels, sizes, iterations } = await kmeans(engine, points, clustering)
      results.push({ init, labels, sizes, iterations })
    }
    const { labels } = await kmeans(engine, points, { k: 5, batchSize: 64, maxIterations: 1, init: 'random' })
    const few = [
      [0, 0, 0],
      [9, 9, 9],
      [50, 3, 7],
      [500, 500, 500],
    ]
    const { sizes } = await kmeans(engine, points, { k: 4, init: few, maxIterations: 1 })
    results.push(labels, sizes, await assign(engine, points, few), await distances(engine, points, few))
    const job = await createKMeans(engine, { rows, columns: 3, k: 5 })
    job.prepare({ points, centroids: { data: data.slice(0, 15), rows: 5, columns: 3 } })
    job.run()
    results.push(await job.readCentroids(), await job.readState())
    job.prepare({ points })
    job.run()
    results.push(await job.readLabels())
    const size = [40, 10]
    const device = engine.device as GPUDevice
    const points4 = Float32Array.from({ length: 4 * rows }, (_, i) => (i % 4 === 3 ? 0 : data[3 * (i >> 2) + (i % 4)]))
    const texture = device.createTexture({ format: 'rgba32float', size, usage: COPY_SRC | COPY_DST })
    device.queue.writeTexture({ texture }, points4, { bytesPerRow: 16 * 40 }, size)
    job.prepare({ points: texture, centroids: { data: data.slice(0, 15), rows: 5, columns: 3 } })
    job.run()
    results.push(await job.readCentroids(), await job.readLabels())
    job.destroy()
    return results
  }

  /** Auto-encoders and a classifier: what they learned, as numbers. */
  async function train(engine: Engine): Promise<number[]> {
    const numbers: number[] = []
    const unit = { data: data.map((value) => value / 60), rows, columns: 3 }
    const softened = [dense(5, 'softplus'), dense(2, 'softmax')]
    for (const [options, fitting] of [
      [{ encoder: softened, loss: 'binary-cross-entropy', noise: { kind: 'masking', amount: 0.3 }, sparsity: 0.1 }, {}],
      [
        { encoder: [dense(2)], variational: { beta: 1 }, standardize: true },
        { optimizer: sgd(), clipNorm: 1 },
      ],
      [{ inputs: [1, 3, 1], encoder: [conv2d(4, { activation: 'relu' }), maxPool2d(), dropout(0.2)] }, {}],
    ] as const) {
      const autoencoder = await createAutoencoder(engine, { inputs: 3, ...options })
      const { loss, validation } = await autoencoder.fit(unit, {
        epochs: 2,
        batchSize: 64,
        validation: 0.2,
        ...fitting,
      })
      numbers.push(...loss, ...validation, ...(await autoencoder.errors(unit)))
      numbers.push(...(await autoencoder.reconstruct(unit)).data)
      autoencoder.destroy()
    }
    const classifier = await createClassifier(engine, { inputs: 3, classes: 3 })
    const { loss, validation } = await classifier.fit(unit, weights, { epochs: 2, batchSize: 64, validation: 0.2 })
    numbers.push(...loss, ...validation, ...(await classifier.probabilities(unit)).data)
    classifier.destroy()
    return numbers
  }

  const same = (actual: unknown[], expected: unknown[]) => expect(actual).toEqual(expected)
  /** Networks compute with floats, which shader and twin may round differently. */
  const alike = (actual: unknown[], expected: unknown[]) => {
    const [numbers, trained] = [actual, expected] as number[][]
    const distance = Math.hypot(...numbers.map((value, i) => value - trained[i]))
    expect(distance / Math.hypot(...trained)).toBeLessThan(1e-4)
  }
  /** Together they have a part for every kernel. */
  const works: { run: (engine: Engine) => Promise<unknown[]>; compare: typeof same }[] = [
    { run: quantizeAll, compare: same },
    { run: cluster, compare: same },
    { run: train, compare: alike },
  ]
  let done: { expected: unknown[]; kernels: Set<string> }[]

  beforeAll(async () => {
    const engine = (await createEngine({ backend: 'webgpu' })) as Executor
    const { compile } = engine
    done = []
    for (const { run } of works) {
      const used = new Set<string>()
      engine.compile = (kernel, options) => {
        used.add(kernel.name)
        return compile.call(engine, kernel as never, options as never) as never
      }
      done.push({ expected: await run(engine), kernels: used })
    }
    engine.destroy()
  })

  for (const { name } of kernels) {
    it(`${name} can take its shader's place`, async () => {
      const concerned = works.filter((_, i) => done[i].kernels.has(name))
      expect(concerned.length, 'works that use it').toBeGreaterThan(0)
      const mixed = await createEngine({ backend: 'webgpu', twins: [name] })
      for (const work of concerned) work.compare(await work.run(mixed), done[works.indexOf(work)].expected)
      mixed.destroy()
    })
  }
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

  it.each(['//#if ${A}', '//#endif', 'a\n//#else', '//#if ${A}\n//#endif\n//#elif ${A}'])('refuses %j', (source) => {
    expect(() => specialize(source, { A: true })).toThrow(/without #/)
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

  it('refuses a flag that is not declared', () => {
    expect(() => specialize('//#if ${OON}\n//#endif', { ON: true })).toThrow("undeclared flag 'OON'")
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
    // No program has both, but both have the piece.
    const shared = shortNames(['@compute let first = piece;', '@compute let second = piece;', 'const piece = 1;'])
    expect(shared.get('first')).toBe(shared.get('second'))
    expect(shared.get('first')).not.toBe(shared.get('piece'))
  })

  it('leaves shaders that the compiler takes as before, under every flag', async () => {
    const engine = (await createEngine({ backend: 'webgpu' })) as Executor
    for (const kernel of kernels) {
      for (const flags of flagSets(kernel)) {
        const errorsOf = async (code: string) => {
          const { messages } = await engine.device!.createShaderModule({ code }).getCompilationInfo()
          return messages.filter(({ type }) => type === 'error').map(({ message }) => message)
        }
        const code = kernelSource(minified(kernel), flags)
        // Not all flags go together, and subgroups are not everywhere.
        if ((await errorsOf(code)).length === 0) continue
        expect(
          await errorsOf(kernelSource(kernel, flags)),
          `${kernel.name} ${JSON.stringify(flags)}\n${code}`,
        ).not.toEqual([])
      }
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
      parameters: {},
      bindings: {},
      flags: {},
      workgroupSize: 1,
      workgroups: () => 1,
      twin() {},
    })
    const refused = executor.compile(broken)
    await expect(refused).rejects.toMatchObject({ code: 'ShaderError' })
    await expect(refused).rejects.toThrow(/broken.*refused[\s\S]*y[\s\S]* 3 fn main\(\)/)
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
    await quantize(executor, picture(true), { colors: 7 })
    expect(executor.allocatedBytes).toBe(0)
    const signal = AbortSignal.timeout(1)
    await quantize(executor, picture(false), { colors: 200, maxIterations: 1_000_000, tolerance: 0, signal }).catch(
      () => {},
    )
    expect(executor.allocatedBytes).toBe(0)
  })
})
