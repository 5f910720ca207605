import type { RunningServer } from '../../../server/serve.ts';
import type { Weakness } from './server-messages.ts';

const kept: Uint8Array[] = [];

/** Weakens a running server in ways that only some malformed input reaches: what does not find these finds nothing. */
export function plant({ coordinator, p2p }: RunningServer, planted: readonly Weakness[]): void {
  const exchange = coordinator.exchange.bind(coordinator);
  const inputFor = coordinator.inputFor.bind(coordinator);
  const submit = p2p.submit.bind(p2p);
  if (planted.includes('route_throws'))
    p2p.submit = async (asker, ask) => {
      const { kind, request } = ask;
      const { numbers } = Object(request) as { readonly numbers?: unknown };
      if (kind === 'tiny' && !(Array.isArray(numbers) && numbers.length > 1))
        throw new TypeError('planted: too few numbers');
      return submit(asker, ask);
    };
  if (planted.includes('link_throws') || planted.includes('leaks'))
    coordinator.exchange = async (taken, wireBytes) => {
      if (planted.includes('leaks')) kept.push(new Uint8Array(128 * 1024).fill(1));
      const isOdd = taken.groups.some(({ terms }) => terms.keyId === 0xffff_ffff);
      if (isOdd && planted.includes('link_throws')) throw new TypeError('planted: the last of all keys');
      return exchange(taken, wireBytes);
    };
  if (planted.includes('rejects') || planted.includes('dies'))
    coordinator.inputFor = (device, job, round) => {
      if (round === 0xffff && planted.includes('rejects')) void Promise.reject(new Error('planted: nobody waits'));
      if (round === 0xffff && planted.includes('dies'))
        process.nextTick(() => {
          throw new Error('planted: the last of all rounds');
        });
      return inputFor(device, job, round);
    };
}
