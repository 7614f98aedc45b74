/** Gives the build and the tests the WebAssembly of the sources in `assembly/`. */
import { readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { globSync } from 'tinyglobby'
import type { Plugin } from 'vite'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** No garbage collector and no checks: the sources use memory that the host gives them. Addresses have 32 bits. */
const OPTIONS =
  '--runtime stub --noAssert -O3 --enable simd --enable threads --importMemory --sharedMemory --initialMemory 1 --maximumMemory 65536 --disableWarning 112 --disableWarning 201'.split(
    ' ',
  )

/** Compiles a file of AssemblyScript with what it imports; throws with all messages of the compiler. */
export async function compileAssembly(file: string): Promise<Uint8Array> {
  const { default: asc } = await import('assemblyscript/asc').catch((cause) => {
    throw new Error('the compiler assemblyscript is not installed; run npm install', { cause })
  })
  let binary: Uint8Array | null = null
  const { error, stderr } = await asc.main([relative(root, file), ...OPTIONS, '--outFile', 'module.wasm'], {
    readFile: (name, base) => readFile(join(root, base === '.' ? '' : base, name), 'utf8').catch(() => null),
    writeFile(_, contents) {
      binary = contents as Uint8Array
    },
    listFiles: () => [],
  })
  const messages = stderr.toString()
  // A warning is a mistake as well: the sources are written without.
  if (error || messages || !binary) throw new Error(`${file}: ${messages || error?.message}`)
  return binary
}

/** Imports of `file.ts?asc` are the module that the file compiles to, in base64. */
export function assemblyModules(): Plugin {
  return {
    name: 'lloyd:assembly-modules',
    enforce: 'pre',
    async load(id) {
      const [, file] = /^(.*\.ts)\?asc$/.exec(id) ?? []
      if (!file) return null
      for (const part of globSync('*.ts', { cwd: dirname(file), absolute: true })) this.addWatchFile(part)
      const base64 = Buffer.from(await compileAssembly(file)).toString('base64')
      return { code: `export default '${base64}'`, moduleType: 'js', map: null }
    },
  }
}
