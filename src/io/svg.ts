/** What the charts of lloyd share: texts, round numbers and colours of SVG documents. */

export const FONT = "system-ui, 'Segoe UI', Helvetica, Arial, sans-serif"
export const INK = '#1f2933'
export const DIM = '#52606d'
export const GRID = '#e4e7eb'
export const AXIS = '#7b8794'

/** Colours of clusters that readers with any colour vision tell apart (M. Okabe and K. Ito, 2008). */
export const CLUSTER_COLORS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#b8a800', '#111111']

/** Text as the content or an attribute of an element. */
export function escapeText(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  // Control characters, lone surrogates and two noncharacters are not allowed in XML.
  return text.replace(/[&<>"]/g, (character) => names[character]).replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ')
}

export const shorten = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text)

/** Round numbers from 0 to at least `highest`, about `count` of them. */
export function roundNumbers(highest: number, count: number): number[] {
  if (!(highest > 1e-300)) return [0, 1]
  const rough = highest / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999)!
  return Array.from({ length: Math.ceil(highest / step - 1e-9) + 1 }, (_, index) => index * step)
}

/** A number of an axis. */
export function formatTick(value: number): string {
  if (value !== 0 && (value < 1e-3 || value >= 1e15)) return Number(value.toPrecision(3)).toExponential()
  const notation = value >= 1e6 ? 'compact' : 'standard'
  return new Intl.NumberFormat('en', { notation, maximumSignificantDigits: 4 }).format(value)
}
