#!/usr/bin/env node
/** The `lloyd` command. Results go to stdout, everything else to stderr; exit 2 is a bad input, 1 any other failure. */
import { Command, CommanderError } from 'commander'
import { version } from '../../package.json'
import { addAutoencoderCommand } from './autoencoder.js'
import { addElbowCommand } from './elbow.js'
import { addInfoCommand } from './info.js'
import { Interrupted, interruptible } from './interrupt.js'
import { addKmeansCommand } from './kmeans.js'
import { addPaletteCommand } from './palette.js'
import { addPredictCommand } from './predict.js'
import { addQuantizeCommand } from './quantize.js'
import { exitCodeOf, ignoreClosedPipes, oneLine, reportError } from './terminal.js'

const program = new Command('lloyd')
  .description('Clustering on the GPU, from the command line.')
  .version(version)
  .exitOverride()
  .configureOutput({
    outputError: (text) => reportError(`${oneLine(text.replace(/^error: /, ''))}; see lloyd --help`),
  })

async function main(): Promise<void> {
  ignoreClosedPipes()
  try {
    await interruptible(async (signal) => {
      addQuantizeCommand(program, signal)
      addPaletteCommand(program, signal)
      addKmeansCommand(program, signal)
      addElbowCommand(program, signal)
      addPredictCommand(program, signal)
      addAutoencoderCommand(program, signal)
      addInfoCommand(program)
      if (process.argv.length > 2) await program.parseAsync()
      else program.outputHelp()
    })
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2
    } else {
      reportError(error)
      process.exitCode = exitCodeOf(error)
    }
    // What is still at work was told to stop and has had its time. process.exit() would wait for a blocked read of a file.
    if (error instanceof Interrupted) process.kill(process.pid, error.signal)
  }
}

await main()
