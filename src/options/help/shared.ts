export const SIGNAL = 'aborts the work, which then rejects with its reason'
export const PROGRESS = 'called with { stage, done, total } as the work goes on'
export const OUTPUT = 'where the result is left: in memory, or in a buffer on the device'
