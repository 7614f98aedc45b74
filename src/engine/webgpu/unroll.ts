/** Maximum number of iterations of a loop that is unrolled. */
const MAX_ITERATIONS = 64

const LOOP = /for ?\(var (\w+) ?= ?0u; ?\1 ?< ?([\w */+-]+); ?\1\+\+\) ?\{/

/**
 * Writes out the loops of a WGSL text that run to a constant: `for (var i = 0u; i < N; i++)`, with N a product or
 * quotient of numbers and constants of the text. Loops of more than 64 turns, or with a break or continue, stay. The
 * body must not declare the variable's name anew or have members of that name. Comments go. Spaces may be missing, as
 * in minified texts.
 */
export function unrollLoops(text: string): string {
  const source = text.replace(/\/\/.*$/gm, '')
  const constants = new Map<string, number>()
  for (const [, name, expression] of source.matchAll(/^const (\w+)(?:: ?\w+)? ?= ?([\w */+-]+);/gm)) {
    const value = evaluate(expression, constants)
    if (value !== null) constants.set(name, value)
  }
  return unroll(source, constants)
}

function unroll(source: string, constants: ReadonlyMap<string, number>): string {
  const found = LOOP.exec(source)
  if (!found) return source
  const [head, variable, bound] = found
  const bodyStart = found.index + head.length
  const bodyEnd = closingBrace(source, bodyStart)
  const before = source.slice(0, found.index)
  const body = unroll(source.slice(bodyStart, bodyEnd), constants)
  const after = unroll(source.slice(bodyEnd + 1), constants)
  const iterations = evaluate(bound, constants)
  if (iterations === null || iterations > MAX_ITERATIONS || /\b(break|continue)\b/.test(body)) {
    return `${before}${head}${body}}${after}`
  }
  const name = new RegExp(`\\b${variable}\\b`, 'g')
  const copies = Array.from({ length: iterations }, (_, i) => `{${body.replace(name, `${i}u`)}}`)
  return before + copies.join('') + after
}

/** The end of the block that begins before `start`. */
function closingBrace(source: string, start: number): number {
  let depth = 1
  for (let i = start; i < source.length; i++) {
    if (source[i] === '{') depth++
    if (source[i] === '}' && --depth === 0) return i
  }
  return source.length
}

/** The value of a product or quotient of constants and numbers, or null. */
function evaluate(expression: string, constants: ReadonlyMap<string, number>): number | null {
  let value = 1
  let divide = false
  for (const token of expression.match(/\w+|\S/g) ?? []) {
    if (token === '*' || token === '/') {
      divide = token === '/'
      continue
    }
    const number = constants.get(token) ?? (/^\d+u?$/.test(token) ? Number.parseInt(token, 10) : null)
    if (number === null) return null
    value = divide ? Math.floor(value / number) : value * number
  }
  return value
}
