/** What the build makes of the WGSL: no comments, no needless space, short names. Development and tests keep the files' text. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { globSync } from 'tinyglobby'
import type { Plugin } from 'vite'

/** A directive, a comment, a word, a number, space, or one character. */
const TOKEN = /\/\/#.*|\/\/.*|[A-Za-z_]\w*|0x[\da-f]+u?|\d[\d.]*(?:e[+-]?\d+)?[fhiu]?|\s+|./gi
/** Characters that make another token side by side. */
const JOINED = /^(?:\w\w|([-+&|<>=/])\1|[-+*/%&|^<>=!]=|->|\/\*)$/

const isDirective = (token: string) => token.startsWith('//#')
const isSpace = (token: string) => token.trim() === '' || (token.startsWith('//') && !isDirective(token))

function tokensOf(text: string): string[] {
  return text.match(TOKEN) ?? []
}

/**
 * One line for each declaration of the module and each `//#` directive; a trailing comma goes. `names` are replaced.
 * Space stays where two tokens would become another one, which needs it in the text.
 */
export function minifyWgsl(text: string, names: ReadonlyMap<string, string> = new Map()): string {
  const lines: string[] = []
  let line = ''
  let depth = 0
  const endLine = () => {
    if (line) lines.push(line)
    line = ''
  }
  let spaced = false
  for (const token of tokensOf(text)) {
    if (isSpace(token)) {
      spaced = true
      continue
    }
    if (isDirective(token)) {
      endLine()
      lines.push(token)
      continue
    }
    if (/[)\]}]/.test(token) && line.endsWith(',')) line = line.slice(0, -1)
    if (spaced && JOINED.test(line.slice(-1) + token[0])) line += ' '
    line += names.get(token) ?? token
    spaced = false
    if (token === '{') depth++
    if (token === '}') depth--
    if (depth === 0 && (token === ';' || token === '}')) endLine()
  }
  endLine()
  return lines.join('\n')
}

/**
 * Short names for what shaders declare, which are programs (with an entry point) and the pieces put before them: the same for the same name
 * in all of them, since they share pieces, and none that a shader has already; names that no program has both of may get the
 * same. Flags, constants of kernels and overrides stay, and so do `main`, coordinates, and names that the language has too.
 */
export function shortNames(shaders: readonly string[]): Map<string, string> {
  const isProgram = (text: string) => text.includes('@compute')
  const programs = shaders.filter(isProgram)
  const pieces = shaders.filter((text) => !isProgram(text))
  const texts = [...pieces, ...programs]
  const counts = new Map<string, number>()
  const words = texts.map((text) => tokensOf(text).filter((token) => /^[a-z_]/i.test(token)))
  for (const word of words.flat()) counts.set(word, (counts.get(word) ?? 0) + 1)
  const code = texts.map((text) => minifyWgsl(text).replace(/^\/\/#.*$/gm, '')).join('\n')
  const matches = (pattern: RegExp) => [...code.matchAll(pattern)].map(([, name]) => name)
  const callable = new Set(matches(/\b(?:fn|struct|alias) (\w+)/g))
  const declared = new Set([...callable, ...matches(/\b(?:let|var(?:<[^>]*>)?|const) ?(\w+)/g), ...matches(/(\w+):/g)])
  const called = matches(/(\w+)\(/g).filter((name) => !callable.has(name))
  const attributes = matches(/@\w+\(([^)]*)\)/g).flatMap((list) => list.split(/\W+/))
  const language = new Set([...called, ...matches(/var<(\w+)/g), ...attributes, 'main', 'default'])
  // Flags and constants of kernels are in capitals too, but not declared where they are used.
  const constants = texts.map((text) => new Set([...text.matchAll(/^const (\w+)/gm)].map(([, name]) => name)))
  const given = new Set(
    words.flatMap((word, text) => word.filter((name) => /^[A-Z\d_]+$/.test(name) && !constants[text].has(name))),
  )
  const kept = (name: string) =>
    language.has(name) || given.has(name) || /^(?:\d.*|[xyzw]{1,4}|[rgba]{1,4})$/.test(name)
  const renamed = [...declared].filter((name) => !kept(name))
  const taken = new Set([...counts.keys()].filter((name) => !renamed.includes(name)))
  const free = candidates().filter((name) => !taken.has(name))
  const byUse = renamed.sort((a, b) => counts.get(b)! - counts.get(a)! || (a < b ? -1 : 1))
  const inPieces = new Set(words.slice(0, pieces.length).flat())
  const inPrograms = words.slice(pieces.length).map((word) => new Set(word))
  const holders = new Map(free.map((short) => [short, new Set<ReadonlySet<string>>()]))
  return new Map(
    byUse.map((name) => {
      const users = inPrograms.filter((word) => inPieces.has(name) || word.has(name))
      const short = free.find((one) => !users.some((program) => holders.get(one)!.has(program)))!
      for (const program of users) holders.get(short)!.add(program)
      return [name, short]
    }),
  )
}

/** Letters, then pairs that begin with a capital: no keyword or reserved word of WGSL is one. */
function candidates(): string[] {
  const small = [...'abcdefghijklmnopqrstuvwxyz']
  const capitals = small.map((letter) => letter.toUpperCase())
  return [
    ...small,
    ...capitals,
    ...capitals.flatMap((first) => [...small, ...'0123456789'].map((last) => first + last)),
  ]
}

/** Gives the build minified shaders. */
export function minifiedShaders(): Plugin {
  const files = globSync('**/*.wgsl', { cwd: fileURLToPath(new URL('.', import.meta.url)), absolute: true })
  let names: Promise<Map<string, string>>
  return {
    name: 'lloyd:minified-shaders',
    apply: 'build',
    enforce: 'pre',
    buildStart() {
      names = Promise.all(files.map((file) => readFile(file, 'utf8'))).then(shortNames)
    },
    async load(id) {
      const [, file] = /^(.*\.wgsl)\?raw$/.exec(id) ?? []
      if (!file) return null
      const text = minifyWgsl(await readFile(file, 'utf8'), await names)
      return { code: `export default ${JSON.stringify(text)}`, moduleType: 'js', map: null }
    },
  }
}
