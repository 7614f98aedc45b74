// Runs an example of auto-encoders in Node, through vite, with `lloyd` standing for its Node entry, so that no build is
// needed:
//
//     node demo/autoencoder/run.js              names the examples
//     node demo/autoencoder/run.js pca          runs one
//     node demo/autoencoder/run.js pca cpu      on the CPU
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

const server = await createServer({
  configFile: here('../../vite.config.ts'),
  root: here('../..'),
  appType: 'custom',
  logLevel: 'warn',
  oxc: { target: 'es2022' }, // Node 20 has no `using`
  resolve: { alias: [{ find: /^lloyd$/, replacement: here('../../src/node.ts') }] },
  ssr: { noExternal: ['gifenc'] }, // an ES module that says nowhere that it is one
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
})
try {
  const { main } = await server.ssrLoadModule('/demo/autoencoder/main.ts')
  process.exitCode = await main(process.argv.slice(2))
} finally {
  await server.close()
}
