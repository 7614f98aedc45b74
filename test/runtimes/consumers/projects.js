// New projects that install lloyd from its package: their files, how they are built, and the programs that run then.

/** Says the answers of the page, on both executors, and of the worker beside it. */
const PAGE = `
  import { answer } from './answer.js'
  const show = (text) => { globalThis.answers = text }
  const said = (worker) => new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = (event) => reject(new Error('worker: ' + event.message))
  })
  async function main() {
    const answers = { page: await answer('cpu'), webgpu: await answer('webgpu') }
    if (globalThis.makeWorker) answers.worker = await said(globalThis.makeWorker())
    show(answers)
  }
  main().catch((error) => show({ failed: String(error.stack ?? error) }))
`
const WORKER = `
  import { answer } from './answer.js'
  answer('cpu').then((text) => postMessage(text), (error) => postMessage(String(error.stack ?? error)))
`
/** Both bundlers find a worker by this form. */
const MAKE_WORKER = `globalThis.makeWorker = () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })\n`
const NODE = `import { answer } from './answer.js'\nanswer('cpu').then((text) => console.log(text))\n`
const SERVICE_WORKER = `
  import { answer } from './answer.js'
  self.addEventListener('install', () => self.skipWaiting())
  self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
  self.addEventListener('message', (event) => {
    event.waitUntil(answer('cpu').then(
      (text) => event.source.postMessage(text),
      (error) => event.source.postMessage(String(error.stack ?? error)),
    ))
  })
`
const REGISTER = (type) => `
  async function main() {
    const heard = new Promise((resolve) => navigator.serviceWorker.addEventListener('message', ({ data }) => resolve(data)))
    await navigator.serviceWorker.register('./sw.js', { type: '${type}' })
    const { active } = await navigator.serviceWorker.ready
    active.postMessage('')
    globalThis.answers = { serviceWorker: await heard }
  }
  main().catch((error) => { globalThis.answers = { failed: String(error) } })
`
const html = (script) => `<!doctype html><meta charset="utf-8"><title>lloyd</title>${script}`
const MODULE = html('<script type="module" src="./main.js"></script>')

const vite = (version) => ({
  install: [`vite@${version}`],
  files: { 'index.html': MODULE, 'main.js': MAKE_WORKER + PAGE, 'worker.js': WORKER },
  build: ['vite build --base ./'],
  serve: 'dist',
})

export const projects = {
  vite5: vite(5),
  vite8: vite(8),
  webpack: {
    install: ['webpack@5', 'webpack-cli'],
    files: { 'dist/index.html': MODULE, 'main.js': MAKE_WORKER + PAGE, 'worker.js': WORKER, 'node.js': NODE },
    build: [
      'webpack --mode production --entry ./main.js -o dist',
      'webpack --mode production --target node --entry ./node.js -o node-dist',
    ],
    serve: 'dist',
    // webpack writes CommonJS into files that the project calls modules.
    modules: false,
    run: [['node', 'node-dist/main.js']],
  },
  esbuild: {
    install: ['esbuild'],
    files: {
      'dist/index.html': MODULE,
      'main.js': `globalThis.makeWorker = () => new Worker(new URL('./worker.js', import.meta.url))\n${PAGE}`,
      'worker.js': WORKER,
      'node.js': NODE,
    },
    build: [
      'esbuild main.js --bundle --minify --format=esm --outfile=dist/main.js',
      'esbuild worker.js --bundle --minify --format=iife --outfile=dist/worker.js',
      'esbuild node.js --bundle --platform=node --format=esm --outfile=node.mjs',
      'esbuild node.js --bundle --platform=node --format=cjs --outfile=node.cjs',
    ],
    serve: 'dist',
    run: [
      ['node', 'node.mjs'],
      ['node', 'node.cjs'],
    ],
  },
  rollup: {
    install: ['rollup@4', '@rollup/plugin-node-resolve'],
    files: {
      'dist/index.html': MODULE,
      'main.js': PAGE,
      'rollup.config.js': `import resolve from '@rollup/plugin-node-resolve'
        export default { input: 'main.js', output: { dir: 'dist', format: 'es' }, plugins: [resolve({ browser: true })] }`,
    },
    build: ['rollup -c --failAfterWarnings'],
    serve: 'dist',
  },
  next: {
    install: ['next', 'react', 'react-dom'],
    files: {
      'next.config.js': `export default { output: 'export' }`,
      'app/layout.js': `export default ({ children }) => <html lang="en"><body>{children}</body></html>`,
      'app/page.js': `'use client'
        import { useEffect } from 'react'
        import { answer } from '../answer.js'
        export default function Page() {
          useEffect(() => {
            ;(async () => { globalThis.answers = { page: await answer('cpu'), webgpu: await answer('webgpu') } })().catch(
              (error) => { globalThis.answers = { failed: String(error.stack ?? error) } })
          }, [])
          return <p>lloyd</p>
        }`,
      // Also on the server.
      'app/server/page.js': `import { answer } from '../../answer.js'
        export default async function Page() { return <pre>{await answer('cpu')}</pre> }`,
    },
    build: ['next build'],
    serve: 'out',
  },
  'service worker, classic': {
    install: ['esbuild'],
    files: {
      'dist/index.html': html('<script src="./main.js"></script>'),
      'dist/main.js': REGISTER('classic'),
      'sw.js': SERVICE_WORKER,
    },
    build: ['esbuild sw.js --bundle --format=iife --outfile=dist/sw.js'],
    serve: 'dist',
  },
  'service worker, module': {
    install: ['vite@5'],
    files: {
      'index.html': html('<script src="./main.js"></script>'),
      'public/main.js': REGISTER('module'),
      'sw.js': SERVICE_WORKER,
      'vite.config.js': `export default { build: { rollupOptions: { input: { index: 'index.html', sw: 'sw.js' },
        output: { entryFileNames: '[name].js' } } } }`,
    },
    build: ['vite build'],
    serve: 'dist',
  },
  'node, ES modules': { install: [], files: { 'main.js': NODE }, run: [['node', 'main.js']] },
  'node, CommonJS': {
    install: [],
    modules: false,
    files: {
      'main.cjs': `const { createEngine } = require('lloyd')
        if (typeof createEngine !== 'function') throw new Error('require gave no functions')
        import('./answer.mjs').then(({ answer }) => answer('cpu')).then((text) => console.log(text))`,
    },
    copyAnswerAs: 'answer.mjs',
    run: [['node', 'main.cjs']],
  },
  deno: {
    install: ['deno'],
    files: { 'main.js': NODE },
    run: [['deno', 'run', '--allow-read', '--allow-env', 'main.js']],
  },
}
