import { describeArgument, LloydError } from '../engine/error.js'
import type { OptionSpec } from './types.js'

/** A spec for every option of a record. */
export type OptionTable<O = Record<string, unknown>> = {
  readonly [K in keyof O]-?: OptionSpec & (object extends Pick<O, K> ? { required?: undefined } : unknown)
}

/** Options after reading: those with a default are always present. */
export type Settings<O, T> = {
  [K in keyof O & keyof T]: T[K] extends { default: infer D } ? NonNullable<O[K]> | Extract<D, null> : O[K]
}

/**
 * Reads options, with defaults filled in. `undefined` counts as left out, and so does `null`, except for options with
 * names.
 *
 * @param prefix prefix of the names in messages, such as `noise.`
 * @throws LloydError `InputError` for a name that is not in the table, or a value outside its spec
 */
export function readOptions<O extends object, T extends OptionTable<O>>(
  caller: string,
  options: O,
  table: T,
  prefix = '',
): Settings<O, T> {
  requireKnownOptions(caller, options, table)
  const settings: Record<string, unknown> = {}
  for (const [name, spec] of Object.entries<OptionSpec>(table)) {
    const value = options[name as keyof O]
    const absent = value === undefined || (value === null && !spec.names)
    if (!absent || spec.required) requireOption(prefix + name, value, spec)
    settings[name] = absent ? spec.default : value
  }
  return settings as Settings<O, T>
}

/** Throws an `InputError` unless `options` is a record whose names are all in the table. */
export function requireKnownOptions(caller: string, options: object, table: object): void {
  const known = Object.keys(table)
  if (typeof options !== 'object' || options === null || Array.isArray(options) || ArrayBuffer.isView(options)) {
    throw new LloydError('InputError', `${caller} takes options, { ${known[0]}: … }, got ${describeArgument(options)}`)
  }
  const unknown = Object.keys(options).filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    throw new LloydError(
      'InputError',
      `${caller} has no option ${unknown.map((name) => `'${name}'`).join(', ')}; it takes ${known.join(', ')}`,
    )
  }
}

/** Throws an `InputError` unless `value` conforms to the spec. */
export function requireOption(name: string, value: unknown, spec: OptionSpec): void {
  if (typeof spec.type === 'function') spec.type(name, value, spec)
}

/** A table with entries added, replaced or, if null, removed. */
export function withEntries<T extends object, A extends Record<string, OptionSpec | null>>(
  table: T,
  entries: A,
): Omit<T, keyof A> & { [K in keyof A as A[K] extends null ? never : K]: A[K] } {
  return Object.fromEntries(Object.entries({ ...entries, ...table, ...entries }).filter(([, spec]) => spec)) as never
}
