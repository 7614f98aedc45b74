/** Time limit of `npm run verify` from `.ci/run`: no test begins after LLOYD_UNTIL, in seconds since 1970. */
import { beforeEach } from 'vitest'

const until = 1000 * Number(process.env.LLOYD_UNTIL ?? Number.POSITIVE_INFINITY)

beforeEach(({ skip }) => skip(Date.now() > until, 'no time left'))
