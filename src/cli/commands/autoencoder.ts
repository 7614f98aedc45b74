import type { Command } from 'commander'
import { addApplyCommands } from './autoencoder-apply.js'
import { addSampleCommand } from './autoencoder-sample.js'
import { addTrainCommand } from './autoencoder-train.js'

export function addAutoencoderCommand(program: Command, signal: AbortSignal): void {
  const command = program
    .command('autoencoder')
    .summary('learn short codes for the rows of a table, and find rows that do not fit')
    .description(
      'Train a network that gives rows back through a code of few numbers, and use what it has learned:\n' +
        'codes to cluster, rows without noise, rows unlike all others, and new rows.',
    )
  addTrainCommand(command, signal)
  addApplyCommands(command, signal)
  addSampleCommand(command, signal)
}
