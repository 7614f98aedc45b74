/** The size of the built package in production bundles of esbuild and Vite, compressed as by servers. */
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build as esbuild } from 'esbuild'
import { build as vite } from 'vite'
import { describe, expect, it } from 'vitest'

const project = fileURLToPath(new URL('../..', import.meta.url))
/**
 * Names that a program imports, and the maximum kB of its bundle: 0.1 more than was reached where that is near, since the
 * same code was seen to differ by 0.07 kB by the short names that other modules leave to it.
 */
const programs: [names: string, limit: number][] = [
  ['kmeans', 22],
  ['kmeans, createEngine', 28.1],
  ['quantize, createEngine', 40],
  ['createKMeans, createEngine', 22],
  ['createAutoencoder', 31],
  ['dense', 1],
]

const kilobytes = (code: string | Uint8Array) => brotliCompressSync(code).length / 1000
const sourceOf = (names: string) => `import { ${names} } from '${project}dist/index.js'; console.log(${names})`

async function byEsbuild(names: string): Promise<string> {
  const { outputFiles } = await esbuild({
    stdin: { contents: sourceOf(names), resolveDir: project },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  })
  return outputFiles[0].text
}

async function byVite(names: string): Promise<string> {
  const entry = '\0program.js'
  const result = await vite({
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'program',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? sourceOf(names) : null),
      },
    ],
    build: { write: false, target: 'es2022', modulePreload: false, rolldownOptions: { input: entry } },
  })
  const { output } = result as { output: readonly { type: string; code: string }[] }
  return output.map(({ code }) => code).join('\n')
}

describe.each([
  { bundler: 'esbuild', bundle: byEsbuild },
  { bundler: 'vite', bundle: byVite },
])('by $bundler', ({ bundle }) => {
  it.each(programs)('%s: at most %s kB', async (names, limit) => {
    expect(kilobytes(await bundle(names))).toBeLessThanOrEqual(limit)
  })

  it('everything loads without a dynamic import, which service workers and workers in one file refuse', async () => {
    expect(await bundle('createEngine, encodeGif, encodePng, kmeans, quantize')).not.toMatch(/\bimport\s*\(/)
  })
})
