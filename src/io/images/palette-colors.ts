import { LloydError } from '../../engine/error.js'

/** Red, green, blue and alpha, 0 … 255. */
export type Color = [number, number, number, number]

const LINE_END = /\r\n?|\n/
const COMMENT = /^\s*(;|\/\/|#(\s|#|$))/
/** Three or four decimal numbers, optionally followed by a name. */
const DECIMAL = /^\s*(\d{1,3})[\s,;]+(\d{1,3})[\s,;]+(\d{1,3})(?:[\s,;]+(\d{1,3}))?(?:[\s,;]+\D.*)?\s*$/
const FUNCTION = /^rgba?\(([^()]*)\)$/i

export function splitLines(text: string): string[] {
  return text.split(LINE_END)
}

/**
 * Reads colours separated by line ends, commas or spaces, each optionally followed by a name: hexadecimal, rgb(), or
 * lines of three or four decimal numbers. Lines that begin with `;`, `//` or `# ` are comments; in a file with `;`
 * comments, as Paint.NET writes, 8 digits without `#` are AARRGGBB.
 *
 * @param source where there is no `;` comment, 8 digits without `#` are refused in `txt`, and RRGGBBAA in `hex`
 */
export function readColorList(text: string, source: 'hex' | 'txt'): Color[] {
  const lines = splitLines(text)
  const order = lines.some((line) => /^\s*;/.test(line)) ? 'argb' : source === 'hex' ? 'rgba' : null
  const filled = lines.filter((line) => line.trim() !== '' && !COMMENT.test(line))
  if (filled.some((line) => DECIMAL.test(line))) return filled.map(parseDecimals)
  return filled.flatMap((line) => splitItems(line).flatMap((item) => parseItem(item, order)))
}

/** Splits a line at commas and semicolons outside parentheses. */
function splitItems(line: string): string[] {
  return line.split(/[,;](?![^()]*\))/).filter((item) => item.trim() !== '')
}

/** The colours at the start of an item; the rest is a name. */
function parseItem(item: string, order: 'argb' | 'rgba' | null): Color[] {
  const tokens = item.match(/rgba?\([^()]*\)|\S+/gi)!
  const isBare = (token: string) => /^[0-9a-f]+$/i.test(token)
  const isColor = (token: string) => {
    return (
      /^(#[0-9a-f]+$|rgba?\()/i.test(token) || (isBare(token) && token.length === tokens[0].length && isBare(tokens[0]))
    )
  }
  const end = tokens.findIndex((token, at) => at > 0 && !isColor(token))
  return tokens.slice(0, end < 0 ? tokens.length : end).map((token) => {
    if (!isBare(token) || token.length !== 8 || order === 'rgba') return parseColor(token)
    if (order === 'argb') return parseColor(token.slice(2) + token.slice(0, 2))
    throw new LloydError(
      'FormatError',
      `${quote(token)} is AARRGGBB in Paint.NET's palettes and RRGGBBAA elsewhere; write it as #rrggbbaa`,
    )
  })
}

function parseDecimals(line: string): Color {
  const [, ...channels] = DECIMAL.exec(line) ?? []
  const color = channels.filter((channel) => channel !== undefined).map(Number)
  if (color.length >= 3 && color.every((value) => value <= 255)) return [color[0], color[1], color[2], color[3] ?? 255]
  throw new LloydError(
    'FormatError',
    `${quote(line)} is not a colour like the decimal ones on other lines (0 … 255, three or four times); begin hexadecimal colours with #`,
  )
}

/** Reads the custom properties that are colours; a notation that is not supported is refused. */
export function readCssColors(text: string): Color[] {
  const withoutComments = text.replace(/\/\*[\s\S]*?\*\//g, '')
  const values = withoutComments.matchAll(/--[^\s:;{}]+\s*:\s*(#[0-9a-f]+|[a-z]+\([^(){};]*\))\s*(?=[;}]|$)/gi)
  return [...values].flatMap(([, value]) => {
    if (value.startsWith('#') || FUNCTION.test(value)) return [parseColor(value)]
    if (!/^(hsla?|hwb|lab|lch|oklab|oklch|color|color-mix)\(/i.test(value)) return []
    throw new LloydError(
      'FormatError',
      `${quote(value)} is in a notation that is not supported; write it as #rrggbb or rgb()`,
    )
  })
}

/** Reads `#rgb`, `#rgba`, `#rrggbb` or `#rrggbbaa`, also without `#`, or `rgb()` with numbers or percentages. */
export function parseColor(text: string): Color {
  const [, channels] = FUNCTION.exec(text) ?? []
  if (channels !== undefined) return parseFunction(text, channels)
  const digits = text.replace(/^#/, '')
  if (!/^([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i.test(digits)) {
    throw new LloydError('FormatError', `${quote(text)} is not a hexadecimal colour; write it as #rrggbb or #rrggbbaa`)
  }
  const pairs = digits.length < 6 ? [...digits].map((digit) => digit + digit) : digits.match(/../g)!
  const [red, green, blue, alpha = 255] = pairs.map((pair) => Number.parseInt(pair, 16))
  return [red, green, blue, alpha]
}

function parseFunction(text: string, channels: string): Color {
  const parts = channels.trim().split(/\s*[,/]\s*|\s+/)
  const numbers = parts.map((part, at) => {
    const [, number, percent] = /^(\d*\.?\d+)(%?)$/.exec(part) ?? []
    const whole = percent ? 100 : at === 3 ? 1 : 255
    return Math.round((255 * Math.min(Number(number), whole)) / whole)
  })
  if (numbers.length < 3 || numbers.length > 4 || !numbers.every(Number.isFinite)) {
    throw new LloydError('FormatError', `${quote(text)} is not a colour; write it as rgb(255, 0, 0) or #rrggbb`)
  }
  return [numbers[0], numbers[1], numbers[2], numbers[3] ?? 255]
}

export function quote(text: string): string {
  return `'${text.length > 40 ? `${text.slice(0, 40)}…` : text}'`
}
