/**
 * An estimate of the arithmetic operations of a WGSL function: operators and built-in functions of each block, times the
 * width of the widest vector in their statement. Indices, conditions and loop headers do not count; an integer operation
 * counts as much as one in floating point, fused ones as two.
 */

const CALLS: Record<string, (width: number) => number> = {
  fma: (width) => 2 * width,
  dot: (width) => 2 * width - 1,
  distance: (width) => 3 * width,
  length: (width) => 2 * width,
}
const UNARY = 'min max sqrt exp log exp2 log2 inverseSqrt abs floor ceil round sign tanh clamp'.split(' ')
for (const name of UNARY) CALLS[name] = (width) => width

/** A function's body, with the number of operations of each block added to `traceOperations` where the block begins. */
export function operationsOf(module: string, head: string, body: string): string {
  const widths = new Map<string, number>()
  for (const declared of [module, head]) {
    for (const [, name, lanes] of declared.matchAll(/(\w+)\s*:\s*(?:array\s*<\s*)*(?:array\s*<\s*)?vec([234])/g)) {
      widths.set(name, Number(lanes))
    }
  }
  return block(body, widths)
}

/** A block from its opening to its closing brace. */
function block(text: string, widths: Map<string, number>): string {
  let own = ''
  let out = ''
  let at = 1
  while (at < text.length - 1) {
    if (text[at] === '{') {
      const close = closingBrace(text, at)
      const isSwitch = /\bswitch\b[^;{}]*$/.test(own)
      // Loop headers and conditions are not of the block's own statements.
      own = own.replace(/(?:\b(?:for|while|if|switch|loop|else)\b[^;{}]*(?:;[^;{}]*;[^;{}]*)?)$/, ';')
      const nested = text.slice(at, close + 1)
      out += isSwitch ? switchBody(nested, widths) : block(nested, widths)
      at = close + 1
    } else {
      own += text[at]
      out += text[at++]
    }
  }
  const count = own.split(';').reduce((sum, statement) => sum + operations(statement, widths), 0)
  return `{${count > 0 ? ` traceOperations += ${count}u; ` : ''}${out}}`
}

/** The cases of a switch; the switch itself takes no statements. */
function switchBody(text: string, widths: Map<string, number>): string {
  let out = '{'
  for (let at = 1; at < text.length - 1; at++) {
    if (text[at] !== '{') out += text[at]
    else {
      const close = closingBrace(text, at)
      out += block(text.slice(at, close + 1), widths)
      at = close
    }
  }
  return `${out}}`
}

function operations(statement: string, widths: Map<string, number>): number {
  const plain = withoutIndices(statement)
  const width = widthOf(plain, widths)
  const declared = /\b(?:let|var)\s+(\w+)/.exec(plain)
  if (declared) widths.set(declared[1], /\bdot\s*\(|\bdistance\s*\(|\blength\s*\(/.test(plain) ? 1 : width)
  const expression = plain.replace(/:\s*[\w<>, ]+(?==)/, '').replace(/->\s*\w+/, '')
  const operators = expression.match(/(?<=[\w)\]]\s*)[-+*/%](?!=?\s*[-+])|[-+*/]=/g)?.length ?? 0
  let sum = operators * width
  for (const [, name] of expression.matchAll(/(?<![\w.])(\w+)\s*\(/g)) sum += CALLS[name]?.(width) ?? 0
  return sum
}

/** The number of lanes of the widest vector of a statement; members of vectors are scalars. */
function widthOf(statement: string, widths: ReadonlyMap<string, number>): number {
  let width = 1
  for (const [, name, member] of statement.matchAll(/(?<![\w.])([A-Za-z_]\w*)(?:\.([xyzwrgba]{1,4})\b)?/g)) {
    const own = /^vec([234])/.exec(name)
    const lanes = member ? member.length : own ? Number(own[1]) : (widths.get(name) ?? 1)
    width = Math.max(width, lanes)
  }
  return width
}

function withoutIndices(text: string): string {
  let out = ''
  let depth = 0
  for (const character of text) {
    if (character === '[') depth++
    if (depth === 0) out += character
    if (character === ']') depth--
  }
  return out
}

function closingBrace(text: string, open: number): number {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++
    if (text[at] === '}' && --depth === 0) return at
  }
  throw new Error('unclosed brace')
}
