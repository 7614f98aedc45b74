import { createEngine } from 'lloyd'
import { expect, test } from 'vitest'
import { memoryPixels, PixelStore } from '../../src/color/image/pixels.js'
import { Reporter } from '../../src/color/reporter.js'
import { createColorTable } from '../../src/color/table/color-table.js'
import { BufferScope, type Executor, executorOf } from '../../src/engine/engine.js'
import { alphaNoiseImage } from '../oracle/images'

/** The executor on a device that binds less. */
function withLess(executor: Executor, maxBufferBytes: number): Executor {
  return new Proxy(executor, {
    get(target, name) {
      if (name === 'maxBufferBytes') return maxBufferBytes
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

test('more colours with alpha than the largest hash table holds are an error that says so, and free everything', async () => {
  const engine = await createEngine({ backend: 'cpu' })
  const executor = executorOf(engine)
  const scope = new BufferScope(executor)
  const image = alphaNoiseImage(160, 125, 1)
  const pixels = memoryPixels(executor, new PixelStore(scope), image.data, image)
  const count = (slots: number) =>
    createColorTable(withLess(executor, 4 * slots), scope, [pixels], true, new Reporter(executor))
  await expect(count(2 ** 14)).rejects.toMatchObject({
    code: 'OutOfMemoryError',
    message: expect.stringMatching(/too many distinct colours with alpha for a table of 16384 slots.*make the image/),
  })
  // Nearly full, so that probes go far.
  expect((await count(2 ** 15)).unique).toBeGreaterThan(19_900)
  scope.release()
  expect(executor.allocatedBytes).toBe(0)
  engine.destroy()
})
