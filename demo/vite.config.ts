import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { assemblyModules } from '../src/simd/compile'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The page: `npm run demo` serves it, `npx vite build demo` writes demo/dist, which can be hosted under any path. */
export default defineConfig({
  root: here('.'),
  base: './',
  plugins: [assemblyModules()],
  resolve: { alias: [{ find: /^lloyd$/, replacement: here('../src/index.ts') }] },
  // The worker's imports are not scanned; found late, they would reload the page.
  optimizeDeps: { include: ['tweakpane', 'pako'] },
  server: { fs: { allow: [here('..')] } },
  worker: { format: 'es', plugins: () => [assemblyModules()] },
  build: {
    target: 'es2022',
    outDir: here('dist'),
    rolldownOptions: { input: [here('index.html'), here('points.html')] },
  },
})
