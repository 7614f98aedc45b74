// npm run new kernel ROOM/NAME   writes the shader, the face with its twin, and samples that fail until both are written.
// npm run new method NAME        writes a clustering method, its options, its oracle and a failing test.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const USAGE =
  'npm run new kernel ROOM/NAME (rooms are the folders of shaders/) or npm run new method NAME; names as my-name'

const [kind, path = ''] = process.argv.slice(2)
const name = path.split('/').at(-1)
const isName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)
const isKernel = kind === 'kernel' && path.includes('/') && existsSync(join(root, 'shaders', dirname(path)))
if (!isName || !(isKernel || (kind === 'method' && path === name))) fail(USAGE)

const camel = name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())
const pascal = camel[0].toUpperCase() + camel.slice(1)
const files = isKernel ? kernelFiles() : methodFiles()
for (const file of Object.keys(files)) if (existsSync(join(root, file))) fail(`${file} exists`)
for (const [file, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
  console.log(`wrote ${file}`)
}
if (isKernel) listKernel()
console.log(
  isKernel
    ? `next: npx vitest run test/kernels -t ${name}`
    : `next: export it from src/index.ts, add its line to test/contract, then npx vitest run test/clustering/${name}.test.ts`,
)

function fail(message) {
  console.error(message)
  process.exit(2)
}

/** The relative path of an import from one file to another. */
function to(target, from) {
  return relative(dirname(from), target)
}

function kernelFiles() {
  const face = `src/kernels/${path}.ts`
  const shader = `shaders/${path}.wgsl`
  const samples = `test/kernels/samples/${name}.ts`
  const imports = [
    `import source from '${to(shader, face)}?raw'`,
    `import gridSource from '${to('shaders/shared/grid.wgsl', face)}?raw'`,
  ].sort((a, b) => (a.split("'")[1] < b.split("'")[1] ? -1 : 1))
  return {
    [shader]: `// What it computes, by which technique (with its source). What one thread does, and what must hold.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.count) {
    return;
  }
  output[index] = input[index];
}
`,
    [face]: `${imports.join('\n')}
import { defineKernel } from '${to('src/engine/kernel.js', face)}'

/** The computation of one dispatch. */
export const ${camel} = /* @__PURE__ */ defineKernel({
  name: '${name}',
  sources: [gridSource, source],
  parameters: { count: 'u32' },
  bindings: { input: 'read u32', output: 'read_write u32' },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ count }, size) => Math.ceil(count / size),
  twin() {
    throw new Error('${name}: write the twin, then the shader')
  },
})
`,
    [samples]: `import { ${camel} } from '${to(face.replace(/\.ts$/, '.js'), samples)}'
import { integers, samplesOf } from '../sample'

export default [
  samplesOf(${camel}, {
    agreement: 'exact',
    samples: (random) =>
      [1, 63, 64, 65, 1000].map((count) => ({
        parameters: { count },
        buffers: { input: integers(random, count, 2 ** 32), output: new Uint32Array(count) },
      })),
  }),
]
`,
  }
}

/** Adds the kernel to the names for the option \`twins\` takes. */
function listKernel() {
  const file = join(root, 'src/engine/kernel-names.ts')
  const text = readFileSync(file, 'utf8')
  const [list] = /`[^`]*`/.exec(text) ?? fail('src/engine/kernel-names.ts holds no list')
  const names = [...list.slice(1, -1).trim().split(/\s+/), name].sort()
  const lines = ['']
  for (const one of names) {
    if (`${lines.at(-1)} ${one}`.length > 121) lines.push('')
    lines[lines.length - 1] += `${lines.at(-1) && ' '}${one}`
  }
  writeFileSync(file, text.replace(list, `\`\n${lines.join('\n')}\n\``))
}

function methodFiles() {
  const method = `src/clustering/${name}/${name}.ts`
  const test = `test/clustering/${name}.test.ts`
  return {
    [`src/options/${name}.ts`]: `import { LISTENER, SEED, SIGNAL } from './shared.js'
import type { OptionTable } from './table.js'
import { integer } from './types.js'

export const ${name.replaceAll('-', '_').toUpperCase()} = {
  k: { type: integer, from: 1, to: 65_536, required: true },
  seed: SEED,
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable
`,
    [method]: `import { type Engine, executorOf } from '../../engine/engine.js'
import type { Points } from '../../types.js'

/** A clustering. Plain data. */
export interface ${pascal} {
  /** The cluster of each point, 0 … k − 1. */
  labels: Uint32Array
}

export interface ${pascal}Options {
  /** Number of clusters, 1 … 65 536. */
  k: number
}

/** The result, the objective and the source (paper, equation). */
export async function ${camel}(engine: Engine, points: Points, options: ${pascal}Options): Promise<${pascal}> {
  executorOf(engine)
  throw new Error(\`${camel}: write the method for \${typeof points} and k = \${options.k}\`)
}
`,
    [`test/oracle/${name}.ts`]: `/** ${pascal} as the textbook has it, naive and in float64: it imports nothing from src. */
export function ${camel}(points: number[][], k: number): number[] {
  throw new Error(\`write the oracle for \${points.length} points and k = \${k}\`)
}
`,
    [test]: `import { expect, it } from 'vitest'
import { ${camel} } from '../../${method.replace(/\.ts$/, '.js')}'
import { ${camel} as oracle } from '../oracle/${name}'
import { testEngines } from '../support/engines'

it('${camel} finds what the textbook finds', async () => {
  const points = [[0], [1], [10], [11]]
  for (const { name, engine } of await testEngines()) {
    const { labels } = await ${camel}(engine, points, { k: 2 })
    expect([...labels], name).toEqual(oracle(points, 2))
    engine.destroy()
  }
})
`,
  }
}
