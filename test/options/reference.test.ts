import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { formatReference, REFERENCE } from '../../src/options/help/reference.js'

test('docs/options.md is what npm run docs writes', () => {
  const file = readFileSync(new URL('../../docs/options.md', import.meta.url), 'utf8')
  expect(file).toBe(formatReference())
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
