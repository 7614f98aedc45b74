/** A Python value as NumPy writes it in the header of a file. Tuples become arrays. */
type Literal = string | number | boolean | null | Literal[] | { [key: string]: Literal }

/** Parses a literal of dictionaries, tuples, lists, strings, integers, True, False and None; undefined for others. */
export function parseLiteral(text: string): Literal | undefined {
  const tokens = text.match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[[\](){},:]|[^\s[\](){},:'"]+/g) ?? []
  let at = 0
  const list = (close: string): Literal[] => {
    const items: Literal[] = []
    while (tokens[at] !== close) {
      items.push(value())
      if (tokens[at] === ',') at++
      else if (tokens[at] !== close) throw new SyntaxError()
    }
    at++
    return items
  }
  const dictionary = (): { [key: string]: Literal } => {
    const entries: [string, Literal][] = []
    while (tokens[at] !== '}') {
      const key = value()
      if (tokens[at++] !== ':') throw new SyntaxError()
      entries.push([String(key), value()])
      if (tokens[at] === ',') at++
      else if (tokens[at] !== '}') throw new SyntaxError()
    }
    at++
    return Object.fromEntries(entries)
  }
  const value = (): Literal => {
    const token = tokens[at++]
    if (token === undefined) throw new SyntaxError()
    if (token === '[') return list(']')
    if (token === '(') return list(')')
    if (token === '{') return dictionary()
    if (/^['"]/.test(token)) return token.slice(1, -1).replace(/\\(.)/g, '$1')
    if (/^-?\d+L?$/.test(token)) return Number(token.replace('L', ''))
    const constant = new Map([
      ['True', true],
      ['False', false],
      ['None', null],
    ]).get(token)
    if (constant === undefined) throw new SyntaxError()
    return constant
  }
  try {
    const result = value()
    return at === tokens.length ? result : undefined
  } catch {
    return undefined
  }
}

/** Place and element type of a field of a record. */
export interface Field {
  name: string
  /** Bytes from the start of the record. */
  offset: number
  /** NumPy's kind and size, such as f8. */
  type: string
  little: boolean
  /** Size of an element, in bytes. */
  size: number
  /** Number of elements, more than 1 for a field that is an array. */
  count: number
}

/** Names of NumPy's element kinds that are not numbers. */
const OTHERS: Record<string, string> = {
  M: 'dates',
  m: 'durations',
  c: 'complex numbers',
  U: 'text',
  S: 'text',
  a: 'text',
  O: 'Python objects',
  V: 'raw bytes',
}

/** The name of a NumPy element type that cannot be read as numbers. */
export function describeType(type: string): string {
  return OTHERS[type[0]] ?? `numbers of type ${type}`
}

/** Parses the description of a type: '<f8', or a list of fields; undefined for anything else. */
export function parseType(
  descr: Literal | undefined,
): { fields: Field[]; size: number; isRecord: boolean } | undefined {
  if (typeof descr === 'string') {
    const element = parseElement(descr)
    return element && { fields: [{ name: '', offset: 0, count: 1, ...element }], size: element.size, isRecord: false }
  }
  if (!Array.isArray(descr)) return undefined
  const fields: Field[] = []
  let offset = 0
  for (const entry of descr) {
    if (!Array.isArray(entry)) return undefined
    const [title, inner, shape = []] = entry
    const name = String(Array.isArray(title) ? title[1] : title)
    const count = (Array.isArray(shape) ? shape : [shape]).reduce<number>((product, n) => product * Number(n), 1)
    const parsed = parseType(inner)
    if (!parsed || !Number.isInteger(count)) return undefined
    // An entry without a name is padding.
    if (name !== '' && parsed.isRecord) {
      if (count !== 1) fields.push({ name, offset, type: 'V', little: true, size: parsed.size, count })
      else
        for (const field of parsed.fields)
          fields.push({ ...field, name: `${name}.${field.name}`, offset: offset + field.offset })
    } else if (name !== '') {
      fields.push({ ...parsed.fields[0], name, offset, count })
    }
    offset += parsed.size * count
  }
  return { fields, size: offset, isRecord: true }
}

function parseElement(descr: string): Pick<Field, 'type' | 'little' | 'size'> | undefined {
  const [, order, kind, digits, unit = ''] = /^([<>|=]?)([a-zA-Z])(\d*)(\[[^\]]*\])?$/.exec(descr) ?? []
  if (!kind) return undefined
  const length = digits === '' ? 8 : Number(digits)
  return { type: kind + digits + unit, little: order !== '>', size: kind === 'U' ? 4 * length : length }
}
