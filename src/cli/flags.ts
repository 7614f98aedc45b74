import { Option } from 'commander'
import type { OptionTable } from '../options/table.js'
import { integer, type OptionSpec } from '../options/types.js'
import { parseInteger, parseNumber } from './numbers.js'

/** The properties of a flag that differ from those of the library's option. */
interface Own {
  /** Another help, where the flag takes less or other words than the option. */
  help?: string
  /** The default of the command; `told` is only said, for commands that must know whether the flag was given. */
  default?: unknown
  told?: string | number
  /** Tells the range. */
  range?: true
  /** Most that the command takes, and why. */
  to?: number
  why?: string
  required?: true
}

/** Makes the flags of a command that are options of a function: help, range, names and default are those of its table. */
export function flagsOf<T extends OptionTable>(table: T, help: { readonly [name in keyof T]: string }) {
  return (flags: string, name: keyof T & string, own: Own = {}): Option => {
    const spec: OptionSpec = table[name]
    const { from = 0, to = Number.MAX_VALUE } = { ...spec, ...(own.to !== undefined && { to: own.to }) }
    let text = own.help ?? help[name]
    if (own.range) text = text.replace(/^[^,]*/, (phrase) => `${phrase}, ${from} to ${to}`)
    if (own.told !== undefined) text += ` (default: ${own.told})`
    const option = new Option(flags, text)
    if (spec.names) option.choices([...spec.names])
    else if (spec.type === integer) option.argParser((value) => parseInteger(option.long!, value, from, to, own.why))
    else option.argParser((value) => parseNumber(option.long!, value, from, to))
    if (own.required) option.makeOptionMandatory()
    const value = 'default' in own ? own.default : spec.default
    return own.told === undefined && value !== undefined ? option.default(value) : option
  }
}
