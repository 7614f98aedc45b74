import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { formatReference, REFERENCE } from '../../src/options/help/reference.js'

test('docs/options.md is what npm run docs writes', () => {
  const file = readFileSync(new URL('../../docs/options.md', import.meta.url), 'utf8')
  expect(file).toBe(formatReference())
})

const modules = import.meta.glob<Record<string, unknown>>('../../src/options/*.ts', { eager: true })

test('every table of options is in the reference', () => {
  const isTable = (value: unknown) =>
    typeof value === 'object' && Object.values(value ?? []).every((spec) => Object.hasOwn(spec, 'type'))
  const exported = Object.values(modules).flatMap((module) => Object.entries(module))
  const tables = exported.filter(([, value]) => isTable(value))
  expect(tables.length).toBeGreaterThan(30)
  const missing = tables.filter(([, value]) => !REFERENCE.some(({ table }) => table === value)).map(([name]) => name)
  expect(missing, 'tables to enter in src/options/help/reference.ts').toEqual([])
})

test.each(REFERENCE)('$name: every option has one sentence, and its default is in its range', ({ table, help }) => {
  expect(Object.keys(help).sort()).toEqual(Object.keys(table).sort())
  for (const [name, text] of Object.entries(help)) {
    expect(text, name).toMatch(/\w/)
    expect(text, name).not.toMatch(/\.( |$)/)
    const { type, default: value } = table[name]
    if (typeof type === 'function' && value !== undefined) type(name, value, table[name])
  }
})
