import * as lloyd from 'lloyd'
import { type SegmentAnswer, type SegmentRequest, segmentInBrowser } from '../color/segments/segment-cases.js'
import { type BrowserAnswer, type BrowserRequest, quantizeInBrowser } from './browser-quantize.js'
import type { WorkerAnswer } from './browser-worker.js'
import { type ClusteringAnswer, type ClusteringCase, runClusterings, runSimd } from './run-clusterings.js'
import { trainNetworks } from './train-networks.js'

declare global {
  var quantizeInPage: (request: BrowserRequest) => Promise<BrowserAnswer>
  var quantizeInWorker: (request: BrowserRequest) => Promise<BrowserAnswer>
  var clusterInPage: (cases: ClusteringCase[]) => Promise<{ backend: string; answers: ClusteringAnswer[] }>
  var segmentInPage: (request: SegmentRequest) => Promise<SegmentAnswer>
  var simdInPage: () => ReturnType<typeof runSimd>
  var trainInPage: () => Promise<{ backend: string; networks: number[][] }>
}

globalThis.quantizeInPage = quantizeInBrowser

globalThis.clusterInPage = async (cases) => {
  const engine = await lloyd.createEngine({ backend: 'webgpu' })
  try {
    return { backend: engine.backend, answers: await runClusterings(lloyd, engine, cases) }
  } finally {
    engine.destroy()
  }
}

globalThis.segmentInPage = segmentInBrowser

globalThis.simdInPage = () => runSimd(lloyd)

globalThis.trainInPage = async () => {
  const engine = await lloyd.createEngine({ backend: 'webgpu' })
  try {
    return { backend: engine.backend, networks: await trainNetworks(lloyd, engine) }
  } finally {
    engine.destroy()
  }
}

globalThis.quantizeInWorker = async (request) => {
  const worker = new Worker(new URL('./browser-worker.ts', import.meta.url), { type: 'module' })
  try {
    const message = await new Promise<WorkerAnswer>((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<WorkerAnswer>) => resolve(event.data)
      worker.onerror = (event) => reject(new Error(`the worker failed: ${event.message}`))
      worker.postMessage(request)
    })
    if ('error' in message) throw new Error(message.error)
    return message.answer
  } finally {
    worker.terminate()
  }
}
