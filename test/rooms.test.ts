/** The folders of `src`: permitted imports, no circular imports, and maximum sizes of files and folders. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** A method: computes results from data, with kernels. Methods do not import each other. */
const METHOD = ['data', 'engine', 'io', 'kernels', 'linear', 'neighbors', 'options', 'types.ts', 'version.ts']

/** The rooms that each room may import, besides itself. Files directly in `src` are rooms of their own. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'types.ts': [],
  'version.ts': [],
  engine: ['options', 'shaders', 'types.ts'],
  options: ['engine/error.ts', 'types.ts'],
  kernels: ['engine', 'shaders'],
  data: ['engine', 'kernels', 'options', 'types.ts'],
  io: ['data', 'engine', 'options', 'types.ts'],
  linear: ['data', 'engine', 'kernels', 'options', 'types.ts'],
  neighbors: ['data', 'engine', 'kernels', 'linear', 'options', 'types.ts'],
  clustering: METHOD,
  color: METHOD,
  network: METHOD,
  evaluation: [...METHOD, 'clustering'],
  // What the CPU executor computes with; the sources in `assembly` are AssemblyScript.
  simd: ['engine', 'kernels'],
  applications: [...METHOD, 'clustering', 'color', 'evaluation', 'network'],
  'index.ts': [...METHOD, 'applications', 'clustering', 'color', 'evaluation', 'network', 'simd'],
  'node.ts': ['applications', 'data', 'engine', 'index.ts', 'io', 'simd'],
  cli: ['io/svg.ts', 'node.ts', 'options', 'package.json'],
  demo: ['node.ts', 'shaders', 'simd/compile.ts'],
  // Apart from the public entry, the browser and the adapter from npm.
  bench: ['node.ts', 'engine/node/node-gpu.ts', 'engine/node/unpack-chromium.ts', 'simd/compile.ts'],
}

interface Import {
  from: string
  to: string
}

/** The files of a folder with one of these endings, as paths from the root. */
function filesOf(folder: string, endings: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

/** The imports of a file from this repository: statements, types, `import()` and text by `?raw`. */
function importsOf(from: string): Import[] {
  return ts
    .preProcessFile(readFileSync(join(root, from), 'utf8'), true, true)
    .importedFiles.map(({ fileName }) => fileName.replace(/\?.*$/, ''))
    .filter((name) => name === 'lloyd' || name.startsWith('.'))
    .map((name) => ({ from, to: name === 'lloyd' ? 'src/node.ts' : resolved(join(dirname(from), name)) }))
}

function resolved(path: string): string {
  const candidates = [path.replace(/\.js$/, '.ts'), path.replace(/\.js$/, '.d.ts'), `${path}.ts`, path]
  const found = candidates.find((candidate) => existsSync(join(root, candidate)))
  if (!found) throw new Error(`no file ${path}`)
  return found
}

/** `kernels` for `src/kernels/points/gather-rows.ts`. */
function roomOf(path: string): string {
  return path.replace(/^src\//, '').split('/')[0]
}

function mayImport({ from, to }: Import): boolean {
  const allowed = [roomOf(from), ...(MAY_IMPORT[roomOf(from)] ?? [])]
  return allowed.includes(roomOf(to)) || allowed.includes(to.replace(/^src\//, ''))
}

/** Circular imports, found by a search from every file, each as a list of files. */
function circlesOf(imports: readonly Import[]): string[] {
  const next = groupBy(imports, ({ from }) => from)
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' -> '))
    if (done.has(path) || way.includes(path)) return
    for (const { to } of next.get(path) ?? []) visit(to, [...way, path])
    done.add(path)
  }
  for (const path of next.keys()) visit(path, [])
  return circles
}

function groupBy<T>(list: readonly T[], keyOf: (entry: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const entry of list) {
    const key = keyOf(entry)
    groups.set(key, [...(groups.get(key) ?? []), entry])
  }
  return groups
}

const imports = ['src', 'demo', 'bench'].flatMap((folder) => filesOf(folder, /\.[jt]s$/)).flatMap(importsOf)

test('reads statements, types, import() and texts', () => {
  expect(imports.length).toBeGreaterThan(1000)
  expect(imports).toContainEqual({ from: 'src/index.ts', to: 'src/types.ts' })
  expect(imports).toContainEqual({ from: 'src/engine/create-engine.ts', to: 'src/engine/host/cpu-engine.ts' })
  expect(imports).toContainEqual({
    from: 'src/kernels/linear/sum-values.ts',
    to: 'shaders/linear/sum-values.wgsl',
  })
})

test('each room imports only what is below it', () => {
  const wrong = imports.filter((one) => !mayImport(one)).map(({ from, to }) => `${from} imports ${to}`)
  expect(wrong, 'imports that MAY_IMPORT above does not allow').toEqual([])
})

test('no file is part of a circle of imports', () => {
  expect(circlesOf(imports)).toEqual([])
})

test.each(['src', 'shaders', 'test'])('no folder of %s has more than 25 files', (folder) => {
  const folders = [...groupBy(filesOf(folder, /./), dirname)]
  const full = folders.filter(([, files]) => files.length > 25).map(([path]) => path)
  expect(full, 'folders to divide').toEqual([])
})

test('no file of src has more than 250 lines', () => {
  const linesOf = (path: string) => readFileSync(join(root, path), 'utf8').split('\n').length - 1
  const long = filesOf('src', /\.[jt]s$/).filter((path) => linesOf(path) > 250)
  expect(long, 'files to divide').toEqual([])
})
