import { expect, test } from 'vitest'
import { flagsOf } from '../../src/cli/flags.js'
import { QUANTIZE } from '../../src/options/color.js'
import { QUANTIZE_HELP } from '../../src/options/help/color.js'
import { ELBOW_HELP } from '../../src/options/help/kmeans.js'
import { CONV2D_HELP } from '../../src/options/help/network.js'
import { ELBOW } from '../../src/options/kmeans.js'
import { CONV2D } from '../../src/options/layers.js'

const parse = (option: { parseArg?: unknown }, text: string) => (option.parseArg as (text: string) => number)(text)

test('a flag takes what the option takes: no iterations, and every activation', () => {
  const iterations = flagsOf(ELBOW, ELBOW_HELP)('--iterations <n>', 'maxIterations')
  expect(parse(iterations, '0')).toBe(0)
  expect(() => parse(iterations, '-1')).toThrow("--iterations must be an integer from 0 to 1000000, got '-1'")
  expect(iterations.defaultValue).toBe(300)
  expect(flagsOf(CONV2D, CONV2D_HELP)('--activation <name>', 'activation').argChoices).toContain('softmax')
})

test('help tells the range after the first phrase, and a default that is only said', () => {
  const restarts = flagsOf(QUANTIZE, QUANTIZE_HELP)('--restarts <n>', 'restarts', { range: true, told: 1 })
  expect(restarts.description).toMatch(/^number of runs, 1 to 1000, of which .* start from k-means\+\+ \(default: 1\)$/)
  expect(restarts.defaultValue).toBe(undefined)
  const colors = flagsOf(QUANTIZE, QUANTIZE_HELP)('--colors <n>', 'colors', { to: 256, why: ' (no more)' })
  expect(() => parse(colors, '257')).toThrow("--colors must be an integer from 1 to 256 (no more), got '257'")
})
