import { mustBe, requireInteger, requireNumber } from '../engine/error.js'

/** Type, range and default of an option. The type is a check, or a word for one that the function checks itself. */
export interface OptionSpec {
  readonly type: OptionType | Unchecked
  /** Whether the option is required. */
  readonly required?: true
  readonly default?: unknown
  /** Range of an integer, minimum of a number. */
  readonly from?: number
  readonly to?: number
  /** Exclusive bounds of a share. */
  readonly above?: number
  readonly below?: number
  readonly names?: readonly string[]
  /** Alternative to a name or a share, an object or a function, which the function checks itself. */
  readonly or?: 'points' | 'row numbers' | 'a function'
  /** Length of an array. */
  readonly count?: number
}

type Unchecked =
  | 'buffer'
  | 'bytes'
  | 'colors'
  | 'device'
  | 'inputs'
  | 'layers'
  | 'milliseconds'
  | 'numbers'
  | 'optimizer'
  | 'points'
  | 'record'
  | 'texture'

/** Throws an `InputError` unless `value` is of the type. Unused types are left out of bundles. */
export type OptionType = (name: string, value: unknown, spec: OptionSpec) => void

export const integer: OptionType = (name, value, { from, to }) => requireInteger(name, value, from!, to!)

export const number: OptionType = (name, value, { from }) => requireNumber(name, value, from!)

/** A number that may be infinite. */
export const distance: OptionType = (name, value, { from }) => {
  if (typeof value !== 'number' || !(value >= from!))
    throw mustBe(name, `a number of at least ${from}`, value, String(value))
}

/** A number below an exclusive bound. */
export const fraction: OptionType = (name, value, { from, below }) => {
  if (requireNumber(name, value, from!) >= below!) throw mustBe(name, `below ${below}`, value)
}

/** A number between exclusive bounds; or points, which the function checks. */
export const share: OptionType = (name, value, { above, below, or }) => {
  const fits = typeof value === 'number' ? value > above! && value < below! : or && typeof value !== 'boolean'
  if (fits) return
  throw mustBe(name, `${or ? `${or} or ` : ''}a share above ${above} and below ${below}`, value)
}

/** One of `names`; or points or a function, which the function checks. */
export const choice: OptionType = (name, value, { names, or }) => {
  if (
    names!.includes(value as string) ||
    (or === 'a function' ? typeof value === 'function' : or && typeof value !== 'string')
  )
    return
  const list = names!.map((each) => `'${each}'`).concat(or ?? [])
  const last = list.pop()
  throw mustBe(name, `${list.length > 2 ? 'one of ' : ''}${list.join(', ')} or ${last}`, value)
}

export const boolean: OptionType = (name, value) => {
  if (typeof value !== 'boolean') throw mustBe(name, 'true or false', value)
}

export const listener: OptionType = (name, value) => {
  if (typeof value !== 'function') throw mustBe(name, 'a function', value, String(value))
}

export const signal: OptionType = (name, value) => {
  if (typeof (value as AbortSignal).throwIfAborted !== 'function') {
    throw mustBe(name, 'an AbortSignal', value, String(value))
  }
}

export const text: OptionType = (name, value) => {
  if (typeof value !== 'string') throw mustBe(name, 'a string', value)
}

export const texts: OptionType = (name, value) => {
  if (!Array.isArray(value) || value.some((each) => typeof each !== 'string')) {
    throw mustBe(name, 'an array of strings', value)
  }
}
