const CODES = [
  'InputError',
  'AdapterError',
  'DeviceLostError',
  'OutOfMemoryError',
  'FormatError',
  'ShaderError',
  'DivergenceError',
] as const

/** The kind of an error, for programs to branch on. */
export type LloydErrorCode = (typeof CODES)[number]

/** Known to all copies of lloyd in a program. */
const BRAND = Symbol.for('lloyd.error')

/** The plain data of an error, as `toJSON` returns it. */
export interface PlainLloydError {
  name: 'LloydError'
  code: LloydErrorCode
  message: string
}

/**
 * The one error class of lloyd. `message` holds the offending value, the limit and the remedy.
 *
 * - `InputError`: an argument is outside its range; nothing was allocated.
 * - `AdapterError`: no WebGPU adapter, or one that cannot give a device.
 * - `DeviceLostError`: the GPU device was lost or destroyed before the work ended.
 * - `OutOfMemoryError`: an allocation was refused.
 * - `FormatError`: a file or byte string is not what it claims to be.
 * - `DivergenceError`: the loss or a weight grew out of bounds in training; the weights are as they last were.
 * - `ShaderError`: a shader was refused by the driver; the message holds its source.
 *
 * An abort rejects with `signal.reason` instead. `cause` is `{ code, cause? }`: the code again, and the error that this
 * one came of, if any.
 *
 * A structured clone of an error (`postMessage`) is a plain `Error` with its message and, in Chrome, Node and Deno, its
 * `cause`: send `error.toJSON()`, or the error itself there, and make it one again by `toLloydError`. `instanceof`
 * holds across copies of lloyd in a program.
 */
export class LloydError extends Error {
  readonly code: LloydErrorCode

  constructor(code: LloydErrorCode, message: string, options?: ErrorOptions) {
    super(message, { cause: { code, ...(options?.cause !== undefined && { cause: options.cause }) } })
    this.name = 'LloydError'
    this.code = code
  }

  get [BRAND](): true {
    return true
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: a class that extends this one has instances of its own
    if (this !== LloydError) return super[Symbol.hasInstance](value)
    return typeof value === 'object' && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true
  }

  toJSON(): PlainLloydError {
    return { name: 'LloydError', code: this.code, message: this.message }
  }
}

/** Description of a value for a message: `'text'`, `3`, `a Float32Array`, `{ a, b }`. */
export function describeArgument(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  const name = Object.getPrototypeOf(value)?.constructor?.name ?? 'Object'
  if (name !== 'Object') return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`
  const keys = Object.keys(value)
  return keys.length > 0 ? `{ ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ', …' : ''} }` : '{}'
}

/** Restores an error from the result of `LloydError.toJSON` or a structured clone; null for anything else. */
export function toLloydError(value: unknown): LloydError | null {
  if (value instanceof LloydError) return value
  if (typeof value !== 'object' || value === null) return null
  const { name, message, stack, code: own } = value as Partial<LloydError>
  const cause = (value as Error).cause as Partial<LloydError> | undefined
  const code = name === 'LloydError' ? own : cause?.code
  if (typeof message !== 'string' || !CODES.includes(code as LloydErrorCode)) return null
  const error = new LloydError(code as LloydErrorCode, message, { cause: cause?.cause })
  if (stack) error.stack = stack
  return error
}

/** The error for an argument that is not what it must be; `got` is what it is. */
export function mustBe(name: string, what: string, value: unknown, got = describeArgument(value)): LloydError {
  return new LloydError('InputError', `${name} must be ${what}, got ${got}`)
}

/** Throws an `InputError` unless `value`, which must be `what`, is a record with all of the keys. */
export function requireRecord(name: string, what: string, value: unknown, keys: readonly string[]): void {
  if (typeof value === 'object' && value !== null && keys.every((key) => key in value)) return
  throw mustBe(name, `${what}, { ${keys.join(', ')} }`, value)
}

/** Throws an `InputError` unless `value` is an integer in [`from`, `to`]. */
export function requireInteger(name: string, value: unknown, from: number, to: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < from || value > to) {
    throw mustBe(name, `an integer from ${from} to ${to}`, value)
  }
  return value
}

/** Throws an `InputError` unless `value` is a finite number of at least `from`. */
export function requireNumber(name: string, value: unknown, from: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < from) {
    throw mustBe(name, `a finite number of at least ${from}`, value, String(value))
  }
  return value
}
