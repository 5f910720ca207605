import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockId, deviceId, jobId, type AccountId } from '../../shared/ids.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { decodeFrame, encodeFrame, encodeReply, type Frame } from '../../shared/protocol/frames.ts';
import { linkProofBytes } from '../../shared/protocol/link-proof.ts';
import { aFinishedTask, aReply, A_REPORT, SOME_TERMS } from '../../shared/protocol/testing/examples.ts';
import { MINUTE } from '../../shared/time.ts';
import { frames } from '../../shared/protocol/testing/frames.ts';
import { FULL, type Allowance } from './link-allowance.ts';
import {
  openLink,
  stepLink,
  type FoundDevice,
  type LinkEffect,
  type LinkEvent,
  type LinkSession,
} from './link-session.ts';

const ENVIRONMENT = {
  origin: 'https://zeusdrive.example',
  limits: { authMs: 10_000, challengeMs: 5_000, deviceFrameBytes: 16 * 1024 },
  throttle: POLICY.throttle,
};
const NONCE = new Uint8Array(32).fill(5);
const DEVICE: FoundDevice = { accountId: 1 as AccountId, publicKey: new Uint8Array(65).fill(4), status: 'active' };

/** A session with a clock and what it ordered at its last step. */
class Driven {
  now = 0;
  session: LinkSession = openLink(NONCE, 0, ENVIRONMENT);
  effects: readonly LinkEffect[] = [];

  do(event: LinkEvent): this {
    const step = stepLink(this.session, event, this.now, ENVIRONMENT);
    this.session = step.session;
    this.effects = step.effects;
    return this;
  }

  hear(frame: Frame): this {
    return this.do({ type: 'received', bytes: encodeFrame(frame) });
  }

  at(now: number): this {
    this.now = now;
    return this;
  }

  get sent(): readonly Frame[] {
    return this.effects.flatMap((effect) => {
      const decoded = effect.type === 'send' ? decodeFrame(effect.bytes, 64 * 1024) : undefined;
      return decoded?.ok ? [decoded.value] : [];
    });
  }
}

const hello: Frame = { type: 'hello', deviceId: deviceId(7), cores: 8, zone: 1440 };
const proof: Frame = { type: 'proof', signature: new Uint8Array(64).fill(9), awaiting: 0, held: [] };
const exchange = (seq: number): Frame => ({ type: 'exchange', seq, want: 1, report: A_REPORT, groups: [] });
const need: Frame = { type: 'need', jobId: jobId(3), round: 1, holdsJob: true };
const report: Frame = { type: 'report', report: { ...A_REPORT, reason: 5 } };
const linked: LinkEvent = { type: 'linked', lastSeq: 41, policyVersion: 2, maxHeld: 4, allowance: FULL };

const STATES: Readonly<Record<LinkSession['state'], () => Driven>> = {
  awaiting_hello: () => new Driven(),
  looking_up: () => STATES.awaiting_hello().hear(hello),
  challenged: () => STATES.looking_up().do({ type: 'found', device: DEVICE }),
  verifying: () => STATES.challenged().hear(proof),
  linking: () => STATES.verifying().do({ type: 'verified', valid: true }),
  ready: () => STATES.linking().do(linked),
  closed: () => new Driven().do({ type: 'peerClosed' }),
};
const states = Object.keys(STATES) as LinkSession['state'][];
type Expected = Readonly<Record<LinkSession['state'], LinkSession['state']>>;
const all = (state: LinkSession['state']): Expected =>
  Object.fromEntries(states.map((from) => [from, state])) as Expected;
const same = Object.fromEntries(states.map((from) => [from, from])) as Expected;
const closed = all('closed');

describe('a device link', () => {
  const hears = (frame: Frame) => (link: Driven) => link.hear(frame);
  const does = (event: LinkEvent) => (link: Driven) => link.do(event);

  const TABLE: readonly (readonly [string, (link: Driven) => Driven, Expected])[] = [
    ['hello', hears(hello), { ...closed, awaiting_hello: 'looking_up' }],
    ['proof', hears(proof), { ...closed, challenged: 'verifying' }],
    ['exchange', hears(exchange(42)), { ...closed, ready: 'ready' }],
    ['need', hears(need), { ...closed, ready: 'ready' }],
    ['report', hears(report), { ...closed, ready: 'ready' }],
    ['bye', hears({ type: 'bye', code: 'leaving' }), closed],
    ['challenge', hears({ type: 'challenge', nonce: NONCE }), closed],
    ['ready', hears({ type: 'ready', lastSeq: 0, policyVersion: 1, maxHeld: 1 }), closed],
    ['reply', hears({ type: 'reply', ...aReply({}) }), closed],
    ['gone', hears({ type: 'gone', jobId: jobId(1), round: 0 }), closed],
    ['policy', hears({ type: 'policy', policyVersion: 1, maxHeld: 1 }), closed],
    ['wake', hears({ type: 'wake' }), closed],
    ['garbage', does({ type: 'received', bytes: Uint8Array.of(1, 2) }), closed],
    ['an early tick', (link) => link.at(4_999).do({ type: 'tick' }), same],
    [
      'a tick when the challenge is old',
      (link) => link.at(5_000).do({ type: 'tick' }),
      { ...same, challenged: 'closed' },
    ],
    ['a tick after authMs', (link) => link.at(10_000).do({ type: 'tick' }), { ...closed, ready: 'ready' }],
    ['work', does({ type: 'wake' }), same],
    ['new policy', does({ type: 'policyChanged', policyVersion: 2, maxHeld: 1 }), same],
    ['the server ending it', does({ type: 'end', code: 'shutting_down' }), closed],
    ['the socket being gone', does({ type: 'peerClosed' }), closed],
  ];

  it.each(TABLE)('after %s', (_, act, expected) => {
    const after = Object.fromEntries(states.map((state) => [state, act(STATES[state]()).session.state]));
    expect(after).toEqual(expected);
  });

  it('says why whenever it closes by itself, then closes', () => {
    for (const [, act] of TABLE) {
      for (const state of states) {
        const link = act(STATES[state]());
        const close = link.effects.find((effect) => effect.type === 'close');
        if (!close) continue;
        expect(link.effects.at(-1)).toBe(close);
        if (close.code !== 'leaving') expect(link.sent).toEqual([{ type: 'bye', code: close.code }]);
      }
    }
  });

  it('does nothing more once it is closed, whatever still comes in', () => {
    const late: readonly LinkEvent[] = [
      { type: 'received', bytes: encodeFrame(hello) },
      { type: 'found', device: DEVICE },
      { type: 'verified', valid: true },
      linked,
      { type: 'replied', bytes: encodeReply(aReply({})) },
      { type: 'loaded', jobId: jobId(1), round: 0, input: undefined },
      { type: 'end', code: 'shutting_down' },
    ];
    for (const event of late) expect(STATES.closed().do(event).effects).toEqual([]);
  });

  it('takes an answer to a question that it did not ask for a bug', () => {
    expect(() => STATES.ready().do(linked)).toThrow();
    expect(() => STATES.ready().do({ type: 'replied', bytes: NONCE })).toThrow();
    expect(() => STATES.challenged().do({ type: 'verified', valid: true })).toThrow();
  });

  it('never throws on what a device sends', () => {
    const messages = fc.array(fc.oneof(frames.map(encodeFrame), fc.uint8Array({ maxLength: 40 })), { maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...states), messages, (state, list) => {
        const link = STATES[state]();
        for (const bytes of list) link.do({ type: 'received', bytes });
      }),
    );
  });
});

describe('proving a device', () => {
  it('goes through lookup, challenge, signature and linking', () => {
    const link = new Driven().hear(hello);
    expect(link.effects).toEqual([{ type: 'lookUpDevice', deviceId: 7 }]);
    expect(link.do({ type: 'found', device: DEVICE }).sent).toEqual([{ type: 'challenge', nonce: NONCE }]);
    const held = [{ blockId: blockId(2), terms: SOME_TERMS, leases: [{ taskIndex: 1, token: new Uint8Array(16) }] }];
    const signature = new Uint8Array(64).fill(9);
    link.hear({ type: 'proof', signature, awaiting: 41, held });
    const bytes = linkProofBytes(ENVIRONMENT.origin, NONCE, deviceId(7));
    expect(link.effects).toEqual([{ type: 'verify', publicKey: DEVICE.publicKey, bytes, signature }]);
    expect(link.do({ type: 'verified', valid: true }).effects).toEqual([
      { type: 'link', deviceId: 7, cores: 8, zoneMinutes: 0, awaiting: 41, held },
    ]);
    expect(link.do(linked).sent).toEqual([{ type: 'ready', lastSeq: 41, policyVersion: 2, maxHeld: 4 }]);
  });

  it('treats a device that does not exist like one with a wrong key', () => {
    const unknown = STATES.looking_up().do({ type: 'found', device: undefined });
    expect(unknown.sent).toEqual([{ type: 'challenge', nonce: NONCE }]);
    expect(unknown.hear(proof).sent).toEqual([{ type: 'bye', code: 'bad_signature' }]);
    expect(STATES.verifying().do({ type: 'verified', valid: false }).sent).toEqual([
      { type: 'bye', code: 'bad_signature' },
    ]);
  });

  it.each([
    ['stopped', 'device_stopped'],
    ['not_opted_in', 'not_opted_in'],
  ] as const)('tells a %s device so, once it has proved itself', (status, code) => {
    const link = STATES.looking_up()
      .do({ type: 'found', device: { ...DEVICE, status } })
      .hear(proof);
    expect(link.session.state).toBe('verifying');
    expect(link.do({ type: 'verified', valid: true }).sent).toEqual([{ type: 'bye', code }]);
  });

  it.each([
    [4_999, 'verifying'],
    [5_000, 'closed'],
  ])('takes a proof %i ms after the challenge: %s', (ms, state) => {
    expect(STATES.challenged().at(ms).hear(proof).session.state).toBe(state);
  });

  it('refuses a device that claims more leases than it can hold', () => {
    const slots = Array.from({ length: 17 }, (_, taskIndex) => ({ taskIndex, token: new Uint8Array(16) }));
    const held = [1, 2].map((block) => ({ blockId: blockId(block), terms: SOME_TERMS, leases: slots }));
    const link = STATES.challenged().hear({ type: 'proof', signature: new Uint8Array(64), awaiting: 0, held });
    expect(link.sent).toEqual([{ type: 'bye', code: 'malformed' }]);
  });
});

describe('a proven device', () => {
  it('has one exchange with the coordinator, one waiting, and no third', () => {
    const link = STATES.ready().hear(exchange(42));
    expect(link.effects).toMatchObject([{ type: 'exchange', exchange: { deviceId: 7, seq: 42, want: 1 } }]);
    expect(link.hear(exchange(43)).effects).toEqual([]);
    const reply = encodeReply(aReply({ seq: 42 }));
    link.do({ type: 'replied', bytes: reply });
    expect(link.effects).toMatchObject([
      { type: 'send', bytes: reply },
      { type: 'exchange', exchange: { seq: 43 } },
    ]);
    link.hear(exchange(44));
    expect(link.hear(exchange(45)).sent).toEqual([{ type: 'bye', code: 'too_fast' }]);
  });

  it('may not bring more than sixteen results at once', () => {
    const results = Array.from({ length: 9 }, (_, i) => aFinishedTask(i, 512));
    const groups = [1, 2].map((block) => ({ blockId: blockId(block), terms: SOME_TERMS, results }));
    const link = STATES.ready().hear({ type: 'exchange', seq: 42, want: 0, report: A_REPORT, groups });
    expect(link.sent).toEqual([{ type: 'bye', code: 'malformed' }]);
  });

  it('gets an input, or is told that it is gone', () => {
    const link = STATES.ready().hear(need);
    const asked = { deviceId: 7, jobId: 3, round: 1 };
    expect(link.effects).toEqual([{ type: 'loadInput', ...asked, withJobInput: false }]);
    const input = {
      jobId: jobId(3),
      round: 1,
      kind: 'tiny',
      kindVersion: 1,
      kernelHash: new Uint8Array(32),
      jobInput: new Uint8Array(0),
      roundInput: Uint8Array.of(1),
    };
    expect(link.do({ type: 'loaded', jobId: jobId(3), round: 1, input }).sent).toEqual([{ type: 'input', ...input }]);
    link.hear(need).do({ type: 'loaded', jobId: jobId(3), round: 1, input: undefined });
    expect(link.sent).toEqual([{ type: 'gone', jobId: 3, round: 1 }]);
  });

  it('may not ask for a fifth input before it has the first', () => {
    const link = STATES.ready().hear(need).hear(need).hear(need).hear(need);
    expect(link.session.state).toBe('ready');
    expect(link.hear(need).sent).toEqual([{ type: 'bye', code: 'too_fast' }]);
  });

  it('may say why it rests, but not four times within ten seconds', () => {
    const link = STATES.ready().hear(report);
    expect(link.effects).toEqual([{ type: 'reported', report: { ...A_REPORT, reason: 5 } }]);
    link.hear(report).hear(report);
    expect(link.session.state).toBe('ready');
    expect(link.hear(report).sent).toEqual([{ type: 'bye', code: 'too_fast' }]);
  });

  it('gets the bytes of an input so often and no more, on however many links', () => {
    const inputBytes = 16_384;
    const jobInput = new Uint8Array(inputBytes);
    const input = {
      ...{ jobId: jobId(3), round: 1, kind: 'tiny', kindVersion: 1 },
      ...{ kernelHash: new Uint8Array(32), jobInput, roundInput: new Uint8Array() },
    };
    const draw = (link: Driven): boolean => {
      link.hear({ ...need, holdsJob: false } as Frame).do({ type: 'loaded', jobId: jobId(3), round: 1, input });
      return link.sent[0]?.type === 'input';
    };
    const left = (link: Driven): Allowance => (link.session.state === 'ready' ? link.session.allowance : FULL);
    let link = STATES.ready();
    let drawn = 0;
    for (let kept = FULL; draw(link); drawn++) {
      kept = left(link);
      if (drawn % 10 === 9) link = STATES.linking().do({ ...linked, allowance: kept }); // it comes back
    }
    expect(link.session).toEqual({ state: 'closed', code: 'too_fast' });
    const most = POLICY.throttle.drawnBytes / inputBytes;
    expect(drawn).toBeLessThan(most);
    expect(drawn).toBeGreaterThan(0.98 * most);
  });

  it('may say so many frames at once, the same exchange again too; a wake gives one back', () => {
    const { framesAtOnce, framesAMinute } = POLICY.throttle;
    const link = STATES.ready();
    const again = (): boolean => {
      link.hear(exchange(41));
      if (link.session.state !== 'ready') return false;
      link.do({ type: 'replied', bytes: new Uint8Array(100) });
      return true;
    };
    for (let i = 0; i < framesAtOnce; i++) expect(again()).toBe(true);
    link.do({ type: 'wake' });
    expect([again(), link.at(MINUTE / framesAMinute).session.state, again()]).toEqual([true, 'ready', true]);
    expect([again(), link.session]).toEqual([false, { state: 'closed', code: 'too_fast' }]);
  });

  it('hears of work and of new policy', () => {
    const link = STATES.ready();
    expect(link.do({ type: 'wake' }).sent).toEqual([{ type: 'wake' }]);
    const policy = { policyVersion: 3, maxHeld: 2 };
    expect(link.do({ type: 'policyChanged', ...policy }).sent).toEqual([{ type: 'policy', ...policy }]);
  });
});
