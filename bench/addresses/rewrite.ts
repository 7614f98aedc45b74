/**
 * Rewrites a WGSL compute shader so that chosen threads log the addresses of their loads and stores: every index of an
 * array in a storage buffer, a uniform buffer or workgroup memory passes through a function that writes it down. Barriers
 * are logged, and the arithmetic operations of the blocks that a thread runs are counted.
 */
import { operationsOf } from './operations.js'

/** Neighbouring threads that load and store together. */
export const LANES = 32
/** Logged accesses of a thread; later ones are counted only. */
export const CAPACITY = 2048
/** Words that a thread logs: accesses, operations, and site and index of each access. */
export const THREAD_WORDS = 2 + 2 * CAPACITY

export interface Site {
  kind: 'storage' | 'uniform' | 'workgroup' | 'barrier'
  /** Name of the array. */
  name: string
  /** Bytes of an element. */
  bytes: number
}

interface TracedArray extends Site {
  /** WGSL expression of the number of elements in a row, where the elements are arrays themselves. */
  inner: string | null
}

const SCALAR_BYTES: Record<string, number> = { f32: 4, u32: 4, i32: 4, f16: 2 }
const SUBTREES = /\/\/[^\n]*|\/\*[\s\S]*?\*\//g

/** The shader with logs, and its sites, by the numbers in the log. */
export function traced(source: string): { code: string; sites: Site[] } {
  const text = source.replace(SUBTREES, '')
  const sites: Site[] = []
  const arrays = arraysOf(text)
  const counted = countOperations(text)
  const indexed = logIndices(counted, arrays, sites)
  const barriers = indexed.replace(/\b(?:workgroupBarrier|storageBarrier)\s*\(\s*\)\s*;/g, (barrier) => {
    const site = sites.push({ kind: 'barrier', name: 'barrier', bytes: 0 }) - 1
    return `_ = traceAt(${site}u, 0u); ${barrier}`
  })
  return { code: `${beginMain(barriers)}\n${LOG}`, sites }
}

const LOG = `
@group(1) @binding(0) var<uniform> traceHead: vec4<u32>;
@group(1) @binding(1) var<storage, read_write> traceLog: array<u32>;
var<private> traceBase = 0xffffffffu;
var<private> traceCount = 0u;
var<private> traceOperations = 0u;
var<private> traceRow = 0u;
fn traceBegin(group: vec3<u32>, local: u32) {
  let perGroup = (WORKGROUP_SIZE + ${LANES - 1}u) / ${LANES}u;
  let lanes = (group.y * traceHead.z + group.x) * perGroup + local / ${LANES}u;
  if (traceHead.y > 0u && lanes % traceHead.x == 0u && lanes / traceHead.x < traceHead.y) {
    traceBase = (lanes / traceHead.x * ${LANES}u + local % ${LANES}u) * ${THREAD_WORDS}u;
    traceLog[traceBase] = 1u;
  }
}
fn traceAt(site: u32, index: u32) -> u32 {
  if (traceBase != 0xffffffffu) {
    if (traceCount < ${CAPACITY}u) {
      traceLog[traceBase + 2u + 2u * traceCount] = site;
      traceLog[traceBase + 3u + 2u * traceCount] = index;
    }
    traceCount++;
    traceLog[traceBase] = traceCount + 1u;
    traceLog[traceBase + 1u] = traceOperations;
  }
  return index;
}
fn traceOuter(index: u32, inner: u32) -> u32 { traceRow = index * inner; return index; }
fn traceInner(site: u32, index: u32) -> u32 { _ = traceAt(site, traceRow + index); return index; }
`

/** The arrays of a module's storage, uniform and workgroup variables. */
function arraysOf(text: string): Map<string, TracedArray> {
  const structs = structBytes(text)
  const arrays = new Map<string, TracedArray>()
  for (const [, space, name] of text.matchAll(
    /\bvar\s*<\s*(storage|uniform|workgroup)\b[^>]*>\s*(\w+)\s*:\s*array\s*</g,
  )) {
    const type = text.slice(text.indexOf('array', text.search(new RegExp(`>\\s*${name}\\s*:\\s*array`))))
    const [element] = argumentsOf(type, type.indexOf('<'))
    const nested = /^array\s*</.test(element)
    const [of, inner] = nested ? argumentsOf(element, element.indexOf('<')) : [element, null]
    arrays.set(name, { kind: space as Site['kind'], name, bytes: bytesOf(of, structs), inner })
  }
  return arrays
}

function structBytes(text: string): Map<string, number> {
  const structs = new Map<string, number>()
  for (const [, name, body] of text.matchAll(/\bstruct\s+(\w+)\s*\{([^}]*)\}/g)) {
    const members = [...body.matchAll(/\w+\s*:\s*((?:vec[234]\s*<\s*\w+\s*>)|\w+)/g)]
    structs.set(
      name,
      members.reduce((sum, [, type]) => sum + bytesOf(type, structs), 0),
    )
  }
  return structs
}

function bytesOf(type: string, structs: ReadonlyMap<string, number>): number {
  const [, lanes, scalar] = /^(?:vec([234])\s*<\s*|atomic\s*<\s*)?(\w+)/.exec(type.trim()) ?? []
  const size = SCALAR_BYTES[scalar] ?? structs.get(scalar) ?? 4
  return size * (lanes === '3' ? 4 : Number(lanes ?? 1))
}

/** The comma-separated parts in the brackets that open at `open`. */
function argumentsOf(text: string, open: number): string[] {
  const parts: string[] = []
  let [depth, start] = [0, open + 1]
  for (let at = open; at < text.length; at++) {
    if ('<(['.includes(text[at])) depth++
    if (text[at] === ',' && depth === 1) {
      parts.push(text.slice(start, at).trim())
      start = at + 1
    }
    if ('>)]'.includes(text[at]) && --depth === 0) {
      parts.push(text.slice(start, at).trim())
      return parts
    }
  }
  throw new Error(`unclosed bracket: ${text.slice(open, open + 40)}`)
}

function closing(text: string, open: number): number {
  const pairs: Record<string, string> = { '[': ']', '(': ')', '{': '}' }
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if (text[at] === text[open]) depth++
    if (text[at] === pairs[text[open]] && --depth === 0) return at
  }
  throw new Error(`unclosed bracket: ${text.slice(open, open + 40)}`)
}

/** Passes the indices of these arrays through the log's functions, those inside of others too. */
function logIndices(text: string, arrays: ReadonlyMap<string, TracedArray>, sites: Site[]): string {
  const use = /(?<![\w.])([A-Za-z_]\w*)\s*\[/g
  let out = ''
  let from = 0
  for (let found = use.exec(text); found; found = use.exec(text)) {
    const array = arrays.get(found[1])
    if (!array) continue
    const open = use.lastIndex - 1
    const close = closing(text, open)
    const index = logIndices(text.slice(open + 1, close), arrays, sites)
    const { inner, ...site } = array
    const number = sites.push(site) - 1
    out += text.slice(from, open)
    from = close + 1
    if (inner === null) out += `[traceAt(${number}u, u32(${index}))]`
    else {
      const second = text.indexOf('[', from)
      const end = closing(text, second)
      const column = logIndices(text.slice(second + 1, end), arrays, sites)
      out += `[traceOuter(u32(${index}), u32(${inner}))][traceInner(${number}u, u32(${column}))]`
      from = end + 1
    }
    use.lastIndex = from
  }
  return out + text.slice(from)
}

/** Adds the number of operations of every block of every function to the thread's, where the block begins. */
function countOperations(text: string): string {
  const functions = /\bfn\s+\w+\s*\(/g
  let out = ''
  let from = 0
  for (let found = functions.exec(text); found; found = functions.exec(text)) {
    const open = text.indexOf('{', closing(text, functions.lastIndex - 1))
    const close = closing(text, open)
    out +=
      text.slice(from, open) +
      operationsOf(text.slice(0, found.index), text.slice(found.index, open), text.slice(open, close + 1))
    from = close + 1
    functions.lastIndex = from
  }
  return out + text.slice(from)
}

/** Begins the log of a thread where `main` begins. */
function beginMain(text: string): string {
  const main = /@compute[^{]*?\bfn\s+main\s*\(/.exec(text)
  if (!main) throw new Error('the shader has no main')
  const open = main.index + main[0].length - 1
  const close = closing(text, open)
  const parameters = text.slice(open + 1, close)
  const added: string[] = []
  const [group, local] = [
    ['workgroup_id', 'vec3<u32>'],
    ['local_invocation_index', 'u32'],
  ].map(([builtin, type]) => {
    const own = new RegExp(`@builtin\\s*\\(\\s*${builtin}\\s*\\)\\s*(\\w+)`)
    const direct = own.exec(parameters)
    if (direct) return direct[1]
    for (const [, name, struct] of parameters.matchAll(/(\w+)\s*:\s*(\w+)/g)) {
      const body = new RegExp(`\\bstruct\\s+${struct}\\s*\\{([^}]*)\\}`).exec(text)?.[1] ?? ''
      const member = own.exec(body)
      if (member) return `${name}.${member[1]}`
    }
    added.push(`@builtin(${builtin}) trace_${builtin}: ${type}`)
    return `trace_${builtin}`
  })
  const body = text.indexOf('{', close)
  const list = [parameters.trim().replace(/,$/, ''), ...added].filter(Boolean).join(', ')
  return `${text.slice(0, open + 1)}${list}${text.slice(close, body + 1)} traceBegin(${group}, ${local}); ${text.slice(body + 1)}`
}
