/** What is known in closed form about the rivals: the simulator is held against it. φ = the chance that a result is wrong. */

function binomial(n: number, k: number): number {
  let product = 1;
  for (let i = 1; i <= k; i++) product *= (n - k + i) / i;
  return product;
}

const sum = (count: number, term: (j: number) => number): number => {
  let total = 0;
  for (let j = 0; j < count; j++) total += term(j);
  return total;
};

/**
 * First to `m` equal votes, all wrong ones equal: the last vote is wrong, and of those before it m - 1 are wrong and fewer
 * than m right: Σ_{j<m} C(m-1+j, j) φ^m (1-φ)^j.
 */
export const votingError = (m: number, phi: number): number =>
  sum(m, (j) => binomial(m - 1 + j, j) * phi ** m * (1 - phi) ** j);

/**
 * The same when votes come from different accounts of a finite population, `cheaters` of `n`, who lie alike about everything:
 * drawn without putting back, so φ^m (1-φ)^j becomes c(c-1)… × (n-c)(n-c-1)… over n(n-1)… . At c = 10 of 200 and m = 2 it
 * is 6.6e-3 where φ = .05 alone gives 7.3e-3.
 */
export function votingErrorAmong(m: number, n: number, cheaters: number): number {
  const falling = (from: number, count: number): number => {
    let product = 1;
    for (let i = 0; i < count; i++) product *= Math.max(0, from - i);
    return product;
  };
  return sum(m, (j) => (binomial(m - 1 + j, j) * falling(cheaters, m) * falling(n - cheaters, j)) / falling(n, m + j));
}

/**
 * Spot-checking with blacklisting and nobody coming back (Sarmenta 2002): a cheater who lies in a share `s` of its `n` tasks,
 * each checked with probability `q`, lasts to the end with probability (1 - qs)^n; otherwise nothing of its counts.
 */
export function spotCheckError({ f, s, q, n }: SpotChecked & { readonly s: number }): number {
  const lasting = (1 - q * s) ** n;
  return (f * s * lasting) / (1 - f + f * lasting);
}

/** The most it can be, whatever `s` (at s = 1/(qn)): f / ((1 - f) q n e). */
export const spotCheckBound = ({ f, q, n }: SpotChecked): number => f / ((1 - f) * q * n * Math.E);

interface SpotChecked {
  readonly f: number;
  readonly q: number;
  readonly n: number;
}

/**
 * BOINC's adaptive replication, honest hosts only, results compared at once, one unit a call: a second copy raises the count
 * of both hosts, so a host's count c grows by 2 for each own first copy while c < 10 (always copied), and by 2/c after.
 * Second copies a host over its first `n` first copies, as a share of them.
 */
export function boincOverhead(n: number): number {
  let count = 0;
  let copies = 0;
  for (let task = 0; task < n; task++) {
    const copied = count < 10 ? 1 : 1 / count;
    copies += copied;
    count += 2 * copied;
  }
  return copies / n;
}

/**
 * A host that reads its own count and lies in every first copy from `least` on, one unit a call. Of its first copies: `least`
 * honest ones bring the count to 10 (each is copied), v more bring it from v to v + 1; then each lie is found with
 * probability 1/least, and the count is 0 again. The share of its first copies that are lies accepted.
 */
export function boincReaderShare(least: number): number {
  const climb = 10 + sum(Math.max(0, least - 10), (j) => 10 + j);
  return (least - 1) / (climb + least);
}
