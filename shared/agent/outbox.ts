import type { DeviceReport, ExchangeReply } from '../model/exchange.ts';
import { buildExchange, type FinishedTask } from '../protocol/build-exchange.ts';
import { SECOND } from '../time.ts';

/**
 * Results on their way to the server, at most one exchange in flight. An exchange is sent again byte for byte until its
 * reply has come; the server answers a repeated seq from its store, so every result counts once whatever gets lost.
 */
export interface Outbox {
  readonly nextSeq: number;
  /** Done and not in an exchange yet, oldest first. */
  readonly results: readonly FinishedTask[];
  readonly inFlight: InFlight | undefined;
  /** When to ask for work without having results to bring. */
  readonly askAt: number;
  /** Woken while an exchange was in flight: its reply may be older than the work. */
  readonly woken: boolean;
}

export interface InFlight {
  readonly seq: number;
  readonly bytes: Uint8Array;
  readonly results: readonly FinishedTask[];
  readonly want: number;
  /** On the current link; a new link sends it again. */
  readonly sentAt: number;
}

export const EMPTY_OUTBOX: Outbox = { nextSeq: 1, results: [], inFlight: undefined, askAt: 0, woken: false };

/** Even a server whose leases have run out on arrival is not asked more often than this. */
const LEAST_RETRY_MS = 1 * SECOND;

/** Every result not known to have arrived. */
export const undelivered = (outbox: Outbox): readonly FinishedTask[] => [
  ...(outbox.inFlight?.results ?? []),
  ...outbox.results,
];

/**
 * The outbox after linking, given the last seq the server has stored. The exchange in flight is the next one or the last
 * one: it goes out again. Anything else means that the server's memory or the device's is not what it was (a restored
 * backup, a second page): the results get a new exchange, and tokens decide what they are still worth.
 */
export function relinked(outbox: Outbox, lastSeq: number, now: number): Outbox {
  const { inFlight } = outbox;
  const woken = { askAt: now, woken: false }; // a wake may have been lost with the old link
  if (inFlight && (inFlight.seq === lastSeq || inFlight.seq === lastSeq + 1)) {
    return { ...outbox, ...woken, inFlight: { ...inFlight, sentAt: now } };
  }
  return { ...withInFlightBack(outbox), ...woken, nextSeq: lastSeq + 1 };
}

/** Takes the exchange in flight apart: its results go first into the next one. */
export const withInFlightBack = (outbox: Outbox): Outbox => ({
  ...outbox,
  results: undelivered(outbox),
  inFlight: undefined,
});

/** Puts as many results as fit into the next exchange, and asks for `want` units. */
export function withExchange(
  outbox: Outbox,
  want: number,
  report: DeviceReport,
  now: number,
  limitBytes: number,
): Outbox & { readonly inFlight: InFlight } {
  const seq = outbox.nextSeq;
  const { bytes, taken } = buildExchange({ seq, want, report }, outbox.results, limitBytes);
  return {
    nextSeq: seq + 1,
    results: outbox.results.slice(taken),
    inFlight: { seq, bytes, results: outbox.results.slice(0, taken), want, sentAt: now },
    askAt: outbox.askAt,
    woken: false,
  };
}

/** The outbox after the reply to what was in flight. */
export function settled(outbox: Outbox, inFlight: InFlight, reply: ExchangeReply, now: number): Outbox {
  const leased = reply.leases.reduce((sum, group) => sum + group.leases.length, 0);
  const wait = leased >= inFlight.want || outbox.woken ? LEAST_RETRY_MS : Math.max(LEAST_RETRY_MS, reply.retryMs);
  return { ...outbox, inFlight: undefined, askAt: now + wait, woken: false };
}

/** Work is waiting at the server: ask now, or as soon as the reply in flight is here. */
export const wokenUp = (outbox: Outbox, now: number): Outbox => ({
  ...outbox,
  askAt: now,
  woken: outbox.inFlight !== undefined,
});
