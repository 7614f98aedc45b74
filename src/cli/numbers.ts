import { LloydError } from 'lloyd'

/** Reads the value of an option that is an integer from `from` to `to`. */
export function parseInteger(option: string, text: string, from: number, to: number, why = ''): number {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= from && value <= to)) {
    throw new LloydError('InputError', `${option} must be an integer from ${from} to ${to}${why}, got '${text}'`)
  }
  return value
}

/** Reads the value of an option that is a number of at least `from`, and at most `to`. */
export function parseNumber(option: string, text: string, from: number, to = Number.MAX_VALUE): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!(value >= from && value <= to)) {
    const limits = to === Number.MAX_VALUE ? `of at least ${from}` : `from ${from} to ${to}`
    throw new LloydError('InputError', `${option} must be a number ${limits}, got '${text}'`)
  }
  return value
}

const grouped = new Intl.NumberFormat('en')

export function formatCount(count: number): string {
  return grouped.format(count)
}

/** `1 colour`, `2 colours`. */
export function formatQuantity(count: number, noun: string): string {
  return `${grouped.format(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** `1 person`, `2 people`. */
export function formatPeople(count: number): string {
  return count === 1 ? '1 person' : `${grouped.format(count)} people`
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return formatQuantity(bytes, 'byte')
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(2)} MB`
}

export function formatTime(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`
  return milliseconds < 10_000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(1)} s`
}
