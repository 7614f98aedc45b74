import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { fileURLToPath } from 'node:url'
import { globSync } from 'tinyglobby'
import { esmExternalRequirePlugin, type Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { minifiedShaders } from './shaders/minify.js'
import { assemblyModules } from './src/simd/compile.js'
import { LongestFirst } from './test/longest-first.js'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** All test files; where `.ci/run` verifies, which has just run them, those that LLOYD_VERIFY has more of. */
function testFiles(): string[] {
  const all = globSync('test/**/*.test.ts', { cwd: here('.') })
  const hasMore = (path: string) => /LLOYD_VERIFY|support\/cli/.test(readFileSync(here(path), 'utf8'))
  return process.env.LLOYD_UNTIL ? all.filter(hasMore) : all
}

/** Writes constants such as 2 ** 22 as numbers: a bundler drops unused numbers, but not unused arithmetic, which might throw. */
function foldedConstants(): Plugin {
  const evaluate = (arithmetic: string): number => Function(`return ${arithmetic}`)()
  return {
    name: 'lloyd:folded-constants',
    apply: 'build',
    renderChunk: (code) => ({
      code: code.replace(
        /^(var [\w$]+ = )([\d\s()*+/.-]+);$/gm,
        (_, head, arithmetic) => `${head}${evaluate(arithmetic)};`,
      ),
      map: null,
    }),
  }
}

/**
 * One configuration for the library build, the demo and the tests.
 * `vite build` makes dist/index.js (browsers), dist/node.js (Node and Deno) and dist/cli.js.
 */
export default defineConfig({
  resolve: { alias: [{ find: /^lloyd$/, replacement: here('src/node.ts') }] },
  // Dependencies of the command that are CommonJS require Node's modules, with and without the prefix.
  plugins: [
    minifiedShaders(),
    assemblyModules(),
    foldedConstants(),
    esmExternalRequirePlugin({ external: [/^node:/, ...builtinModules] }),
  ],
  build: {
    target: 'es2022',
    // Readable as it is: maps would be more than half of the package.
    minify: false,
    sourcemap: false,
    // The licences of what is bundled ask to go with it.
    license: { fileName: 'licenses.md' },
    lib: {
      entry: { index: here('src/index.ts'), node: here('src/node.ts'), cli: here('src/cli/main.ts') },
      formats: ['es'],
    },
    rollupOptions: {
      checks: { pluginTimings: false },
      output: {
        codeSplitting: {
          groups: [
            // Together, texts that are alike compress better by a fiftieth of a bundle.
            { name: 'shaders', test: /\.wgsl\?raw$/ },
            { name: 'simd', test: /\.ts\?asc$/ },
            // Files of their own, so that `sideEffects` in package.json lets a bundler leave out those that are not used.
            { name: (id) => /node_modules\/(gifenc|pako)\//.exec(id)?.[1] ?? null, debugName: 'dependencies' },
          ],
        },
      },
    },
  },
  test: {
    include: testFiles(),
    setupFiles: ['test/support/until.ts'],
    // For what hangs: no work takes so long, even where other processes hold the cores.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Two processes for two cores. Files share theirs, and in it the engines with their compiled pipelines.
    isolate: false,
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    restoreMocks: true,
    // .ci/run counts the tests from a report.
    reporters: process.env.VITEST_REPORT
      ? ['default', ['json', { outputFile: process.env.VITEST_REPORT }]]
      : ['default'],
  },
})
