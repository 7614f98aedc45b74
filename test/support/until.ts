/** `.ci/run` gives `npm run verify` until LLOYD_UNTIL, in seconds since 1970: no test begins later. */
import { beforeEach } from 'vitest'

const until = 1000 * Number(process.env.LLOYD_UNTIL ?? Number.POSITIVE_INFINITY)

beforeEach(({ skip }) => skip(Date.now() > until, 'no time left'))
