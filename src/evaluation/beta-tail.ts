/** Terms below this share of the largest change no digit of a sum. */
const LEAST = 2 ** -80

/**
 * The probability of at most x under Beta(m, m): the regularized incomplete beta function I_x(m, m), which is that of at
 * least m successes in 2m − 1 trials of probability x (NIST Digital Library of Mathematical Functions, §8.17.5). The
 * probabilities of the numbers of successes follow from that of the mode by their ratios and are divided by their sum.
 *
 * @param m positive integer
 * @param x 0 … 1
 */
export function betaTail(m: number, x: number): number {
  if (!(x > 0)) return 0
  if (!(x < 1)) return 1
  const trials = 2 * m - 1
  const odds = x / (1 - x)
  const mode = Math.min(trials, Math.floor((trials + 1) * x))
  let all = 0
  let tail = 0
  for (let count = mode, share = 1; count <= trials; count++) {
    all += share
    if (count >= m) tail += share
    if (count >= m && !(share > LEAST * tail)) break
    share *= ((trials - count) / (count + 1)) * odds
  }
  for (let count = mode, share = 1; share > LEAST * all; count--) {
    if (count < mode) all += share
    if (count < mode && count >= m) tail += share
    share *= count / (trials - count + 1) / odds
  }
  return Math.min(1, tail / all)
}
