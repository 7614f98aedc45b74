/** Arguments that are nothing a function takes are refused with an error of lloyd's own, not one of the language. */
import * as lloyd from 'lloyd'
import { afterAll, beforeAll, expect, test } from 'vitest'

const NONSENSE = [null, undefined, 7, 'text', [], {}]
/** All public functions but createEngine, whose engines would have to be destroyed; its own tests cover its arguments. */
const FUNCTIONS = Object.entries(lloyd).filter(
  ([name, value]) => typeof value === 'function' && /^[a-z]/.test(name) && name !== 'createEngine',
) as [string, (...args: unknown[]) => unknown][]

let engine: lloyd.Engine

beforeAll(async () => {
  engine = await lloyd.createEngine({ backend: 'cpu' })
})

afterAll(() => engine.destroy())

test.each(FUNCTIONS)('%s refuses what it does not take', async (_name, call) => {
  const others: unknown[] = []
  for (const lead of [[], [engine]]) {
    for (const first of NONSENSE) {
      for (const second of NONSENSE) {
        try {
          await call(...lead, first, second)
        } catch (error) {
          if (!(error instanceof lloyd.LloydError)) others.push([...lead, first, second, error])
        }
      }
    }
  }
  expect(others).toEqual([])
})
