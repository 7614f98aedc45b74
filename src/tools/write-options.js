// Writes docs/options.md from the tables in src/options: `npm run docs`.
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

const { outputFiles } = await build({
  entryPoints: [here('../options/help/reference.ts')],
  bundle: true,
  format: 'esm',
  write: false,
})
const { formatReference } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
)
await mkdir(here('../../docs'), { recursive: true })
await writeFile(here('../../docs/options.md'), formatReference())
