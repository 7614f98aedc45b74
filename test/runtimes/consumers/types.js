// Compiles the programs in this folder against an installed lloyd, with skipLibCheck: false.
import { execFile } from 'node:child_process'
import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const HOSTS = { dom: ['DOM'], webworker: ['WebWorker'], neither: [] }
const RESOLUTIONS = { bundler: 'ESNext', node16: 'Node16', nodenext: 'NodeNext' }

/** Every host, module resolution and target. From TypeScript 6 on, the libraries of the hosts have WebGPU's types. */
export function typeCases(version) {
  const hasWebGpu = Number.parseInt(version, 10) >= 6
  return Object.entries(HOSTS).flatMap(([host, lib]) =>
    Object.entries(RESOLUTIONS).flatMap(([moduleResolution, module]) =>
      ['ES2020', 'ESNext'].map((target) => ({
        name: `lib ${host}, ${moduleResolution}, ${target}`,
        compilerOptions: { target, lib: [target, ...lib], module, moduleResolution, types: [] },
        files: [
          'use.ts',
          moduleResolution === 'bundler' ? 'use-browser.ts' : 'use-node.ts',
          ...(host === 'neither' ? [] : [`use-${host}.ts`]),
          ...(host !== 'neither' && hasWebGpu ? ['use-webgpu.ts'] : []),
        ],
      })),
    ),
  )
}

/** For TypeScript before 6, or by preference: the types of WebGPU from their package. */
export const webGpuPackageCase = {
  name: '@webgpu/types',
  compilerOptions: {
    target: 'ES2020',
    lib: ['ES2020', 'DOM'],
    module: 'ESNext',
    moduleResolution: 'bundler',
    types: ['@webgpu/types'],
  },
  files: ['use.ts', 'use-dom.ts', 'use-webgpu.ts'],
}

/** Copies the programs into a project that has lloyd installed. */
export async function copyPrograms(folder) {
  const here = fileURLToPath(new URL('.', import.meta.url))
  await cp(here, folder, { recursive: true, filter: (path) => path === here || /use[\w-]*\.ts$/.test(path) })
}

/** The compiler's output for one case in a project of `copyPrograms`; '' without errors. */
export async function checkTypes(folder, tsc, { name, compilerOptions, files }) {
  const project = join(folder, `tsconfig.${name.replace(/\W+/g, '-')}.json`)
  const options = { strict: true, skipLibCheck: false, noEmit: true, ...compilerOptions }
  await writeFile(project, JSON.stringify({ compilerOptions: options, files }))
  try {
    await run(process.execPath, [tsc, '-p', project], { cwd: folder })
    return ''
  } catch (error) {
    return error.stdout || String(error)
  }
}
