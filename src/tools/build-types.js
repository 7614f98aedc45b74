// Builds dist/index.d.ts and dist/node.d.ts from the output of tsc in dist/types: the public names and nothing else,
// without dependencies. Types that a host may lack are conditional: `GPUDevice` is the host's own type if it has one
// (lib.dom of TypeScript 6 and later, @webgpu/types before), so neither needs to be installed, and both may be.
import { rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { rollup } from 'rollup'
import { dts } from 'rollup-plugin-dts'

const dist = fileURLToPath(new URL('../../dist/', import.meta.url))

/** Fallbacks for hosts that lack these types: the members that distinguish them. */
const FALLBACKS = {
  GPUDevice: '{ readonly queue: object; readonly limits: object; createCommandEncoder(): object; destroy(): void }',
  GPUBuffer: '{ readonly size: number; readonly usage: number; unmap(): void; destroy(): void }',
  GPUTexture:
    '{ readonly width: number; readonly height: number; readonly format: string; createView(): object; destroy(): void }',
  GPUCommandEncoder: '{ beginComputePass(): object; finish(): object }',
  GPUComputePassEncoder: '{ dispatchWorkgroups(x: number, y?: number, z?: number): void; end(): void }',
  AbortSignal: '{ readonly aborted: boolean; readonly reason: any; throwIfAborted(): void }',
  // A host that lacks one of these types lacks all.
  ImageBitmap: 'never',
  ImageData: 'never',
  VideoFrame: 'never',
  HTMLImageElement: 'never',
  HTMLCanvasElement: 'never',
  OffscreenCanvas: 'never',
}

/** Types without a value of the same name, by which their presence could be tested. */
const OTHERS = {
  GPUPowerPreference: "'low-power' | 'high-performance'",
  ErrorOptions: '{ cause?: unknown }',
  Disposable:
    'SymbolConstructor extends { readonly dispose: infer D extends symbol } ? { [dispose in D]: () => void } : {}',
}

for (const entry of ['index', 'node']) {
  const bundle = await rollup({
    input: `${dist}types/${entry}.d.ts`,
    external: entry === 'node' ? [/\/index\.js$/] : [],
    plugins: [dts()],
    onwarn(warning) {
      throw new Error(warning.message)
    },
  })
  const { output } = await bundle.generate({ format: 'es' })
  await bundle.close()
  await writeFile(`${dist}${entry}.d.ts`, withHostTypes(output[0].code))
}
await rm(`${dist}types`, { recursive: true })

function withHostTypes(code) {
  const uncommented = code.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
  const uses = (name) => new RegExp(`\\b${name}\\b`).test(uncommented)
  const declarations = Object.entries(FALLBACKS)
    .map(([name, otherwise]) => [
      name,
      `typeof globalThis extends { ${name}: { prototype: infer T } } ? T : ${otherwise}`,
    ])
    .concat(Object.entries(OTHERS))
    .filter(([name]) => uses(name))
    .map(([name, type]) => `type ${name} = ${type};\n`)
  const unknown = uncommented
    .match(/\b(GPU|HTML)\w+|\bNodeJS\b|\bBuffer\b/g)
    ?.filter((name) => !(name in { ...FALLBACKS, ...OTHERS }))
  if (unknown?.length)
    throw new Error(`src/tools/build-types.js has no fallback for ${[...new Set(unknown)].join(', ')}`)
  return declarations.join('') + code
}
