import { describeArgument, LloydError } from '../engine/error.js'
import type { OptionSpec } from './types.js'

/** A spec for every option of a record. */
export type OptionTable<O = Record<string, unknown>> = {
  readonly [K in keyof O]-?: OptionSpec & (object extends Pick<O, K> ? { required?: undefined } : unknown)
}

/** Options as they are read: those with a default are always there. */
export type Settings<O, T> = {
  [K in keyof O & keyof T]: T[K] extends { default: infer D } ? NonNullable<O[K]> | Extract<D, null> : O[K]
}

/**
 * The options as given or by default. `undefined` is an option left out, and so is `null` but for names.
 *
 * @param prefix what stands before their names in messages, such as `noise.`
 * @throws LloydError `InputError` for a name that is not in the table, or a value that its spec does not take
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

/** Throws an `InputError` unless `options` is a record with no other names than those of the table. */
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

/** Throws an `InputError` unless `value` is what the spec takes. */
export function requireOption(name: string, value: unknown, spec: OptionSpec): void {
  if (typeof spec.type === 'function') spec.type(name, value, spec)
}

/** A table with other entries: added, in place of its own, or, where they are null, left out. */
export function withEntries<T extends object, A extends Record<string, OptionSpec | null>>(
  table: T,
  entries: A,
): Omit<T, keyof A> & { [K in keyof A as A[K] extends null ? never : K]: A[K] } {
  return Object.fromEntries(Object.entries({ ...entries, ...table, ...entries }).filter(([, spec]) => spec)) as never
}
