import { createEngine, type EngineOptions } from 'lloyd'
import type { Measured } from './report.js'
import { suites } from './suites/index.js'

export interface PageRequest {
  suite: string
  backend: EngineOptions['backend']
  repeats: number
  /** The photograph's bytes are at this address. */
  photo: { url: string; name: string; width: number; height: number }
}

declare global {
  var runSuite: (request: PageRequest) => Promise<Measured>
}

/** Called by bench/main.ts in the page that bench/page.html is. */
globalThis.runSuite = async ({ suite, backend, repeats, photo }) => {
  const data = new Uint8ClampedArray(await (await fetch(photo.url)).arrayBuffer())
  const engine = await createEngine({ backend })
  try {
    const context = { engine, photo: { ...photo, data }, repeats, report: (line: string) => console.log(line) }
    const rows = await suites[suite].run(context)
    return { backend: engine.backend, adapter: { ...engine.adapter }, rows }
  } finally {
    engine.destroy()
  }
}
