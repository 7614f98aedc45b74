import { dirname, relative } from 'node:path'
import { camelCase } from './names.js'

/** The files of a kernel, `ROOM/NAME`. */
export function kernelFiles(path) {
  const name = path.split('/').at(-1)
  const face = `src/kernels/${path}.ts`
  const samples = `test/kernels/samples/${name}.ts`
  return {
    files: {
      [`shaders/${path}.wgsl`]: SHADER,
      [face]: faceText(name, (target) => relative(dirname(face), target), `shaders/${path}.wgsl`),
      [samples]: samplesText(camelCase(name), relative(dirname(samples), `src/kernels/${path}.js`)),
    },
    edits: { 'src/engine/kernel-names.ts': (text) => withName(text, name) },
    next: `npx vitest run test/kernels -t '${name}|every kernel'`,
  }
}

const SHADER = `// What it computes, by which technique (with its source). What one thread does, and what must hold.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.count) {
    return;
  }
  output[index] = input[index];
}
`

function faceText(name, to, shader) {
  return `import gridSource from '${to('shaders/shared/grid.wgsl')}?raw'
import source from '${to(shader)}?raw'
import { defineKernel } from '${to('src/engine/kernel.js')}'

/** What it computes, with shapes and units. */
export const ${camelCase(name)} = /* @__PURE__ */ defineKernel({
  name: '${name}',
  sources: [gridSource, source],
  parameters: { count: 'u32' },
  bindings: { input: 'read u32', output: 'read_write u32' },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ count }, size) => Math.ceil(count / size),
  twin({ count }, { input }) {
    throw new Error(\`${name}: write the twin, for \${count} of \${input.length} items, then the shader\`)
  },
})
`
}

function samplesText(camel, face) {
  return `import { ${camel} } from '${face}'
import { integers, samplesOf } from '../sample'

const { workgroupSize } = ${camel}

export default [
  samplesOf(${camel}, {
    agreement: 'exact',
    samples: (random) =>
      [1, workgroupSize - 1, workgroupSize, workgroupSize + 1, 1000].map((count) => ({
        parameters: { count },
        buffers: { input: integers(random, count, 2 ** 32), output: integers(random, count, 2 ** 32) },
      })),
  }),
]
`
}

/** The list of kernels, which the option \`twins\` takes, with another name. */
function withName(text, name) {
  const list = /(?<=kernelNames[^`]*`)[^`]*/.exec(text)?.[0]
  if (!list) return null
  const lines = ['']
  for (const one of [...list.trim().split(/\s+/), name].sort()) {
    if (`${lines.at(-1)} ${one}`.length > 121) lines.push('')
    lines[lines.length - 1] += `${lines.at(-1) && ' '}${one}`
  }
  return text.replace(list, `\n${lines.join('\n')}\n`)
}
