import { mustBe, requireInteger, requireNumber } from '../engine/error.js'

/** What an option takes: a type that checks its values, or a word for one whose values the function itself checks. */
export interface OptionSpec {
  readonly type: OptionType | Unchecked
  /** Set where the option must be given. */
  readonly required?: true
  readonly default?: unknown
  /** Least and greatest of an integer, least of a number. */
  readonly from?: number
  readonly to?: number
  /** What a share is above and below. */
  readonly above?: number
  readonly below?: number
  readonly names?: readonly string[]
  /** What else a name or a share can be, an object or a function, which the function itself checks. */
  readonly or?: 'points' | 'a function'
  /** Numbers of an array. */
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

/** Throws an `InputError` unless `value` is of the type. A type that is not used costs a bundle nothing. */
export type OptionType = (name: string, value: unknown, spec: OptionSpec) => void

export const integer: OptionType = (name, value, { from, to }) => requireInteger(name, value, from!, to!)

export const number: OptionType = (name, value, { from }) => requireNumber(name, value, from!)

/** A number below another. */
export const fraction: OptionType = (name, value, { from, below }) => {
  if (requireNumber(name, value, from!) >= below!) throw mustBe(name, `below ${below}`, value)
}

/** A number between two others; or points, which the function checks. */
export const share: OptionType = (name, value, { above, below, or }) => {
  const fits = typeof value === 'number' ? value > above! && value < below! : or && typeof value !== 'boolean'
  if (fits) return
  throw mustBe(name, `${or ? `${or} or ` : ''}a share above ${above} and below ${below}`, value)
}

/** One of `names`; or points or a function, which the function checks. */
export const choice: OptionType = (name, value, { names, or }) => {
  if (
    names!.includes(value as string) ||
    (or === 'points' ? typeof value !== 'string' : or && typeof value === 'function')
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
