// Runs commands that cli.ts sends, one after another, in this process: each evaluates dist/cli.js anew.
import { pathToFileURL } from 'node:url'

let count = 0
let queue = Promise.resolve()
process.on('message', (request) => {
  queue = queue.then(() => answer(request))
})
process.on('disconnect', () => process.exit())

async function answer({ command, args, folder }) {
  const outcome = { code: 0, stdout: '', stderr: '' }
  const write = {}
  for (const name of ['stdout', 'stderr']) {
    const parts = []
    write[name] = process[name].write
    process[name].write = (part, ...rest) => {
      parts.push(Buffer.from(part))
      rest.at(-1)?.()
      return true
    }
    Object.defineProperty(outcome, name, { get: () => Buffer.concat(parts).toString(), enumerable: true })
  }
  process.argv = [process.execPath, command, ...args]
  process.chdir(folder)
  try {
    await import(`${pathToFileURL(command)}?${count++}`)
    process.send({ ...outcome, code: process.exitCode ?? 0 })
  } catch (error) {
    process.send({ failure: String(error?.stack ?? error) })
  }
  process.exitCode = undefined
  for (const name of ['stdout', 'stderr']) {
    process[name].write = write[name]
    process[name].removeAllListeners('error')
  }
}
