/**
 * Minifies the WGSL in the build: no comments, no needless space, short names. Development and tests use the original
 * text.
 */
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
  let before = ''
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
    // Names of parameters are those of the kernel's face.
    line += before === 'parameters.' ? token : (names.get(token) ?? token)
    before = (token === '.' ? before : '') + token
    spaced = false
    if (token === '{') depth++
    if (token === '}') depth--
    if (depth === 0 && (token === ';' || token === '}')) endLine()
  }
  endLine()
  return lines.join('\n')
}

/**
 * Short names for what shaders declare, which are programs (with an entry point) and the pieces put before
 * them: the same for the same name in all of them, since they share pieces, and none that a shader has already; names that no
 * program has both of, in its pieces or itself, may get the same. What `kernelSource` declares stays, and so do `main`, coordinates, and names that the language has too.
 */
export function shortNames(shaders: readonly string[]): Map<string, string> {
  const isProgram = (text: string) => text.includes('@compute')
  const programs = shaders.filter(isProgram)
  const pieces = shaders.filter((text) => !isProgram(text))
  const texts = [...pieces, ...programs]
  const counts = new Map<string, number>()
  const words = texts.map((text) => tokensOf(text).filter((token) => /^[a-z_]/i.test(token)))
  for (const word of words.flat()) counts.set(word, (counts.get(word) ?? 0) + 1)
  const codes = texts.map((text) => minifyWgsl(text).replace(/^\/\/#.*$/gm, ''))
  const matches = (code: string, pattern: RegExp) => [...code.matchAll(pattern)].map(([, name, other]) => name ?? other)
  const declared = codes.map((code) =>
    matches(code, /(?:\b(?:fn|struct|alias|let|const|var(?:<[^>]*>)?) ?(\w+)|(\w+)(?=:))/g),
  )
  const declaredBy = codes
    .slice(0, pieces.length)
    .map((code) => matches(code, /^(?:@\w+\([\w,]+\))*(?:fn|struct|alias|const|var<\w+>) ?(\w+)/gm))
  const shared = new Set(declaredBy.flat())
  // Names of the language, and of what is declared before a shader's text.
  const given = new Set(
    codes.flatMap((code, i) => {
      const own = new Set(declared[i])
      return matches(code, /(?<![\w.])([a-z_]\w*)/gi).filter((name) => !own.has(name) && !shared.has(name))
    }),
  )
  const kept = (name: string) =>
    given.has(name) || /^(?:\d.*|main|default|workgroup|[xyzw]{1,4}|[rgba]{1,4})$/.test(name)
  const renamed = [...new Set(declared.flat())].filter((name) => !kept(name))
  const taken = new Set([...counts.keys()].filter((name) => !renamed.includes(name)))
  const free = candidates().filter((name) => !taken.has(name))
  const byUse = renamed.sort((a, b) => counts.get(b)! - counts.get(a)! || (a < b ? -1 : 1))
  const inPrograms = words.slice(pieces.length).map((own) => new Set(own))
  for (const all of inPrograms) {
    // A program has the pieces whose names it mentions, and the pieces that those mention.
    const waiting = new Set(pieces.keys())
    const isMet = (piece: number) => declaredBy[piece].some((name) => all.has(name))
    for (let met = [...waiting].find(isMet); met !== undefined; met = [...waiting].find(isMet)) {
      waiting.delete(met)
      for (const word of words[met]) all.add(word)
    }
  }
  const holders = new Map(free.map((short) => [short, new Set<ReadonlySet<string>>()]))
  return new Map(
    byUse.map((name) => {
      const users = inPrograms.filter((words) => words.has(name))
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
