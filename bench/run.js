// Runs bench/main.ts in Node through vite, with `lloyd` standing for the built package: what users run is what is timed
// (the CPU executor takes 1.5 times as long in modules as vite loads them).
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

const server = await createServer({
  configFile: false,
  root: here('..'),
  appType: 'custom',
  logLevel: 'warn',
  resolve: { alias: [{ find: /^lloyd$/, replacement: here('../dist/node.js') }] },
  // ES modules that say nowhere that they are: bundlers take them, Node does not.
  ssr: { noExternal: ['gifenc', /^@tensorflow\//] },
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
})
// tfjs, as the ES modules that alone have its gradients, asks for Node's by `require`.
globalThis.require ??= createRequire(import.meta.url)
try {
  const { main } = await server.ssrLoadModule('/bench/main.ts')
  process.exitCode = await main(process.argv.slice(2))
} finally {
  await server.close()
}
