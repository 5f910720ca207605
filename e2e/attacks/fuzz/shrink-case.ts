import type { Case, Message } from './case.ts';

/** Plays at most this often: a finding is wanted small, not smallest. */
const MOST_TRIES = 60;

/** The same case with as little in it as still does it. What ends a link stays, or each try would wait for the end in vain. */
export async function shrinkCase(found: Case, stillFails: (smaller: Case) => Promise<boolean>): Promise<Case> {
  const ender = found.opening === 'tcp' ? [] : found.messages.slice(-1);
  let best = found.messages.slice(0, found.messages.length - ender.length);
  let tries = 0;
  const attempt = async (messages: readonly Message[]): Promise<boolean> => {
    if (tries++ >= MOST_TRIES) return false;
    if (!(await stillFails({ ...found, messages: [...messages, ...ender] }))) return false;
    best = [...messages];
    return true;
  };
  for (const message of best.toReversed()) if (best.length > 1 && (await attempt([message]))) break;
  for (let i = best.length - 1; i >= 0 && best.length > 1; i--) await attempt(best.toSpliced(i, 1));
  for (let i = 0; i < best.length; i++) await shrinkMessage(i);
  return { ...found, messages: [...best, ...ender] };

  async function shrinkMessage(i: number): Promise<void> {
    for (let size = (best[i]?.bytes.length ?? 0) >> 1; size >= 1; size >>= 1) {
      for (let at = 0; at + size <= (best[i]?.bytes.length ?? 0) && tries < MOST_TRIES;) {
        const whole = best[i]!;
        const bytes = Buffer.concat([whole.bytes.subarray(0, at), whole.bytes.subarray(at + size)]);
        if (!(await attempt(best.with(i, { ...whole, bytes })))) at += size;
      }
    }
  }
}
