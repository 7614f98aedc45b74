#!/usr/bin/env node
/**
 * The `lloyd` command. Results go to stdout, everything else to stderr; exit 2 is a bad input, 1 any other failure.
 * With `--json` a failure is printed there too, as `{ error: { code, message } }`.
 */
import { Command, CommanderError } from 'commander'
import { LloydError } from 'lloyd'
import { version } from '../../package.json'
import { addAutoencoderCommand } from './commands/autoencoder.js'
import { addBehaviorCommand } from './commands/behavior.js'
import { addChooseCommand } from './commands/choose.js'
import { addCustomersCommand } from './commands/customers.js'
import { addDbscanCommand } from './commands/dbscan.js'
import { addDescribeCommand } from './commands/describe.js'
import { addElbowCommand } from './commands/elbow.js'
import { addEvaluateCommand } from './commands/evaluate.js'
import { addHdbscanCommand } from './commands/hdbscan.js'
import { addInfoCommand } from './commands/info.js'
import { addKmeansCommand } from './commands/kmeans.js'
import { addMedoidsCommand } from './commands/medoids.js'
import { addMixtureCommand } from './commands/mixture.js'
import { addPaletteCommand } from './commands/palette.js'
import { addPhotosCommand } from './commands/photos.js'
import { addPredictCommand } from './commands/predict.js'
import { addQuantizeCommand } from './commands/quantize.js'
import { addSegmentCommand } from './commands/segment.js'
import { addTreeCommand } from './commands/tree.js'
import { Interrupted, interruptible } from './interrupt.js'
import {
  ClosedPipe,
  errorAsJson,
  exitCodeOf,
  oneLine,
  print,
  progressLine,
  reportError,
  watchOutputs,
} from './views/terminal.js'

const program = new Command('lloyd')
  .description('Clustering on the GPU, from the command line.')
  .version(version)
  .exitOverride()
  // Failures are reported below in one line; commander would print its help for some of them.
  .configureOutput({ outputError: () => {}, writeErr: () => {} })

/** The error for a wrong command line, with a reference to the help. */
function usageError({ code, message }: CommanderError): LloydError {
  let command = program
  const names = ['lloyd']
  for (const name of process.argv.slice(2)) {
    const next = command.commands.find((known) => known.name() === name)
    if (!next) break
    command = next
    names.push(name)
  }
  const known = command.commands.map((each) => each.name()).join(', ')
  const what = code === 'commander.help' ? `${names.join(' ')} needs a command: ${known}` : message
  return new LloydError(
    'InputError',
    `${oneLine(what.replace(/^error: /, '').replace(/\.$/, ''))}; see ${names.join(' ')} --help`,
  )
}

/** Whether JSON is asked for, however the options are parsed. */
function wantsJson(): boolean {
  const args = process.argv.slice(2)
  const end = args.indexOf('--')
  return args.slice(0, end < 0 ? undefined : end).includes('--json')
}

function fail(error: unknown): void {
  process.exitCode = exitCodeOf(error)
  if (error instanceof ClosedPipe) return
  reportError(error)
  if (wantsJson()) print(JSON.stringify(errorAsJson(error), null, 2))
}

async function main(): Promise<void> {
  watchOutputs()
  progressLine.start()
  try {
    await interruptible(async (signal) => {
      addQuantizeCommand(program, signal)
      addSegmentCommand(program, signal)
      addPaletteCommand(program, signal)
      addPhotosCommand(program, signal)
      addKmeansCommand(program, signal)
      addElbowCommand(program, signal)
      addChooseCommand(program, signal)
      addCustomersCommand(program, signal)
      addDbscanCommand(program, signal)
      addHdbscanCommand(program, signal)
      addTreeCommand(program, signal)
      addMixtureCommand(program, signal)
      addEvaluateCommand(program, signal)
      addDescribeCommand(program, signal)
      addPredictCommand(program, signal)
      addAutoencoderCommand(program, signal)
      addMedoidsCommand(program, signal)
      addBehaviorCommand(program, signal)
      addInfoCommand(program)
      if (process.argv.length > 2) await program.parseAsync()
      else program.outputHelp()
    })
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode !== 0) fail(usageError(error))
    } else fail(error)
    // Unfinished work has been aborted and given time to stop. process.exit() would wait for a blocked read of a file.
    if (error instanceof Interrupted) process.kill(process.pid, error.signal)
  }
}

await main()
