import type { Command } from 'commander'
import { addApplyCommands } from './autoencoder-apply.js'
import { addSampleCommand } from './autoencoder-sample.js'
import { addTrainCommand } from './autoencoder-train.js'

export function addAutoencoderCommand(program: Command, signal: AbortSignal): void {
  const command = program
    .command('autoencoder')
    .summary('learn short codes for the rows of a table, and find rows that do not fit')
    .description(
      'Train a network that reconstructs rows from a code of few numbers, and apply it: compute codes to cluster,\n' +
        'remove noise, find unusual rows, or generate new ones.',
    )
  addTrainCommand(command, signal)
  addApplyCommands(command, signal)
  addSampleCommand(command, signal)
}
