import { ELBOW } from './kmeans.js'
import { withEntries } from './table.js'
import { integer, texts } from './types.js'

const REFERENCES = { type: integer, from: 1, to: 10_000, default: 60 } as const

/** A poor local optimum, in which a single run often ends, hides a gap or looks like one. */
const RESTARTS = { type: integer, from: 1, to: 10_000, default: 3 } as const

export const GAP = /* @__PURE__ */ withEntries(ELBOW, { references: REFERENCES, restarts: RESTARTS })

const CRITERIA = ['elbow', 'silhouette', 'gap', 'bic'] as const

export const CHOOSE_CLUSTERS = /* @__PURE__ */ withEntries(GAP, {
  criteria: { type: texts, names: CRITERIA, default: CRITERIA },
})
