// npm run new kernel ROOM/NAME   a shader, its face with the twin, and samples. npm run new method NAME        a method
// of clustering: options, host loop, oracle, test and contract. npm run new command NAME       the command of that
// method, which groups the rows of a table. The files pass `npm run check`, and fail only in the tests of the missing
// parts.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commandFiles } from './new/command.js'
import { kernelFiles } from './new/kernel.js'
import { methodFiles } from './new/method.js'
import { camelCase } from './new/names.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const USAGE = 'npm run new kernel ROOM/NAME, npm run new method NAME or npm run new command NAME; names as my-name'
const KINDS = { kernel: kernelFiles, method: methodFiles, command: commandFiles }

const read = (file) => readFileSync(join(root, file), 'utf8')
const [kind, path = ''] = process.argv.slice(2)
check()
const { files, edits, next } = KINDS[kind](path)
for (const file of Object.keys(files)) if (existsSync(join(root, file))) fail(`${file} exists`)
// All edits are made before the first file is written.
const edited = Object.entries(edits).map(([file, edit]) => [
  file,
  edit(read(file)) ?? fail(`${file} has no place for it as src/tools/new/${kind}.js expects`),
])
for (const [file, text] of [...Object.entries(files), ...edited]) {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
}
run('node_modules/@biomejs/biome/bin/biome', 'check', '--write', ...Object.keys({ ...files, ...edits }))
if (kind === 'method') run('src/tools/write-options.js') // docs/options.md
for (const file of Object.keys(files)) console.log(`wrote ${file}`)
for (const file of Object.keys(edits)) console.log(`added to ${file}`)
console.log(`next: ${next}`)

/** Ends with a message where the arguments name nothing new. */
function check() {
  if (!Object.hasOwn(KINDS, kind) || process.argv.length > 4) fail(USAGE)
  const name = path.split('/').at(-1)
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || (kind === 'kernel') !== path.includes('/')) fail(USAGE)
  if (kind === 'kernel') {
    const room = dirname(path)
    if (!existsSync(join(root, 'shaders', room))) {
      const rooms = [...new Set(shaders().map(dirname))].sort().join(', ')
      fail(`there is no room ${room}, but ${rooms}; to make it: mkdir shaders/${room}`)
    }
    const taken = shaders().find((shader) => basename(shader, '.wgsl') === name)
    if (taken) fail(`shaders/${taken} has this name`)
  }
  if (kind === 'method' && new RegExp(`\\b${camelCase(name)}\\b`).test(read('src/index.ts'))) {
    fail(`src/index.ts exports ${camelCase(name)}`)
  }
  if (kind === 'command' && !existsSync(join(root, `src/options/${name}.ts`))) {
    fail(`there is no src/options/${name}.ts; first npm run new method ${name}`)
  }
}

/** The paths of all shaders from `shaders` on. */
function shaders() {
  return readdirSync(join(root, 'shaders'), { recursive: true }).filter((file) => file.endsWith('.wgsl'))
}

function run(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) fail(`${stdout}${stderr}`)
}

function fail(message) {
  console.error(message)
  process.exit(2)
}
