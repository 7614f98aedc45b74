export const METRIC = 'distance between points; the cosine distance is 1 − cos'
export const SIGNAL = 'aborts the work; the promise rejects with its reason'
export const PROGRESS = 'called with { stage, done, total } as work progresses'
export const OUTPUT = 'place of the result: memory, or a buffer on the device'
