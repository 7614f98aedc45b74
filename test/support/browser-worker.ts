import { type BrowserAnswer, type BrowserRequest, quantizeInBrowser } from './browser-quantize.js'

export type WorkerAnswer = { answer: BrowserAnswer } | { error: string }

addEventListener('message', async ({ data }: MessageEvent<BrowserRequest>) => {
  let message: WorkerAnswer
  try {
    message = { answer: await quantizeInBrowser(data) }
  } catch (error) {
    message = { error: String(error) }
  }
  postMessage(message)
})
