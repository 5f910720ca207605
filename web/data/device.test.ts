import { expect, test } from 'vitest';
import { deviceId } from '../../shared/ids.ts';
import { ok, refuse } from '../../shared/result.ts';
import type { Api, Problem } from './api.ts';
import type { Decision } from './consent-memory.ts';
import type { DeviceView, ScopeView } from '../../shared/protocol/app.ts';
import { hasAgreed, openDevice, type RunSelfTest } from './device.ts';

const NOT_FOUND: Problem = { kind: 'refused', status: 404, code: 'not_found', message: '' };

/** A server that writes down what it is told, and a phone. */
function world(remembered?: Decision, onWrite = (): void => undefined) {
  const told: string[] = [];
  const selfTest: RunSelfTest = async (id, onProgress) => {
    told.push(`test ${id}`);
    onProgress(1);
    return ok(undefined);
  };
  const state = {
    problem: undefined as Problem | undefined,
    forgotten: 0,
    remembered,
    selfTest,
    /** What the server says of the device, once it answers. */
    says: (): Promise<DeviceView> => Promise.resolve({} as DeviceView),
  };
  const write: Api['put'] = async (path, { body }) => {
    if (state.problem) return refuse(state.problem);
    told.push(`${path} ${JSON.stringify(body)}`);
    onWrite();
    return ok({ status: 200, body: (await state.says()) as never });
  };
  const get: Api['get'] = async () => ok({ status: 200, body: (await state.says()) as never });
  const device = openDevice({
    api: { get, post: write, put: write, delete: write as never },
    memory: { read: () => state.remembered, write: (decision) => void (state.remembered = decision) },
    enrolmentOf: () => ({
      known: async () => ({ deviceId: deviceId(5), keys: {} as CryptoKeyPair }),
      ensure: async () => ({ deviceId: deviceId(5), keys: {} as CryptoKeyPair }),
      forget: async () => void (state.forgotten += 1),
    }),
    selfTest: (...test) => state.selfTest(...test),
    now: () => 42,
  });
  return { device, told, state };
}

const OUT = '/api/devices/5/consent {"isGranted":false,"version":3}';

const IN = '/api/devices/5/consent {"isGranted":true,"version":3}';

test('opting in is told before it counts', async () => {
  const { device, told, state } = world();
  await device.load(1);
  state.problem = { kind: 'unreached' };
  expect(await device.optIn(3)).toMatchObject({ ok: false });
  expect(device.read()).toBeUndefined();
  state.problem = undefined;
  expect(await device.optIn(3)).toMatchObject({ ok: true });
  expect(told).toEqual(['test 5', 'test 5', IN]);
  expect(hasAgreed(device.read(), 3)).toBe(true);
  expect(hasAgreed(device.read(), 4)).toBe(false);
});

test('opting out counts before it is told, and is told as soon as it can be', async () => {
  const { device, told, state } = world({ accountId: 1, version: 3, isGranted: true, at: 1, isUnsent: false });
  await device.load(1);
  state.problem = { kind: 'unreached' };
  await device.optOut();
  expect(device.read()).toMatchObject({ isGranted: false, isUnsent: true, at: 42 });
  expect(told).toEqual([]);
  state.problem = undefined;
  await device.resend();
  expect(told).toEqual([OUT]);
  await device.resend();
  expect(told).toEqual([OUT]);
  expect(state.remembered).toMatchObject({ isGranted: false, isUnsent: false });
});

test('an opt-out that the last page could not tell is told by the next', async () => {
  const { device, told } = world({ accountId: 1, version: 3, isGranted: false, at: 1, isUnsent: true });
  await device.load(1);
  expect(told).toEqual([OUT]);
});

test('what another account decided on this phone is not this one’s', async () => {
  const { device, told } = world({ accountId: 2, version: 3, isGranted: true, at: 1, isUnsent: true });
  await device.load(1);
  expect(device.read()).toBeUndefined();
  expect(told).toEqual([]);
});

test('a device the server does not know is forgotten, so that the next try enrols anew', async () => {
  const { device, state } = world();
  await device.load(1);
  state.problem = NOT_FOUND;
  expect(await device.optIn(3)).toEqual(refuse(NOT_FOUND));
  expect(state.forgotten).toBe(1);
});

test('a phone that fails its test agrees to nothing, whatever the reason', async () => {
  const { device, told, state } = world();
  await device.load(1);
  const failed: Problem = { kind: 'refused', status: 409, code: 'self_test_failed', message: '' };
  for (const problem of [failed, { kind: 'phone', reason: 'worker_broken' }, { kind: 'unreached' }] as const) {
    state.selfTest = async () => refuse(problem);
    expect(await device.optIn(3)).toEqual(refuse(problem));
  }
  state.selfTest = () => Promise.reject(new TypeError('its code did not load'));
  expect(await device.optIn(3)).toEqual(refuse({ kind: 'unreached' }));
  expect(told).toEqual([]);
  expect(device.read()).toBeUndefined();
  expect(state.forgotten).toBe(0);
});

test('the test tells how far it has come', async () => {
  const { device } = world();
  await device.load(1);
  const seen: number[] = [];
  await device.optIn(3, { onTest: (share) => seen.push(share) });
  expect(seen).toEqual([1]);
});

test('whoever turns back during the test has agreed to nothing', async () => {
  const { device, told, state } = world();
  await device.load(1);
  const leaving = new AbortController();
  state.selfTest = async () => {
    leaving.abort();
    return ok(undefined);
  };
  expect(await device.optIn(3, { signal: leaving.signal })).toEqual(refuse({ kind: 'stopped' }));
  expect(told).toEqual([]);
  expect(device.read()).toBeUndefined();
});

test('whoever turns back while the consent is on its way has withdrawn it', async () => {
  const leaving = new AbortController();
  const { device, told } = world(undefined, () => leaving.abort());
  await device.load(1);
  expect(await device.optIn(3, { signal: leaving.signal })).toEqual(refuse({ kind: 'stopped' }));
  expect(told).toEqual(['test 5', IN, OUT]);
  expect(device.read()).toMatchObject({ isGranted: false, isUnsent: false });
});

const ANY: ScopeView = { classes: ['normal'], hours: null, networks: 'any' };
const FEWER: ScopeView = { classes: ['normal'], hours: { from: 1_320, to: 360 }, networks: 'wifi' };
const viewOf = (scope: ScopeView, isGranted = true): DeviceView => ({
  deviceId: 5,
  consent: { version: 3, isGranted, at: 1, scope },
  isBanned: false,
  evidenceId: null,
});
const AGREED: Decision = { accountId: 1, version: 3, isGranted: true, at: 1, isUnsent: false, scope: ANY };

test('what a consent covers is kept with it, as the server said it when it was given', async () => {
  const { device, state } = world();
  state.says = async () => viewOf(FEWER);
  await device.load(1);
  await device.optIn(3);
  expect(state.remembered).toMatchObject({ isGranted: true, scope: FEWER });
});

test('agreeing to less is told, and kept once it is heard; where it is not heard, what was holds', async () => {
  const { device, told, state } = world(AGREED);
  state.says = async () => viewOf(ANY);
  await device.load(1);
  state.problem = { kind: 'unreached' };
  expect(await device.narrow(FEWER)).toEqual(refuse({ kind: 'unreached' }));
  expect(device.read()?.scope).toEqual(ANY);
  state.problem = undefined;
  state.says = async () => viewOf(FEWER);
  expect(await device.narrow(FEWER)).toEqual(ok(viewOf(FEWER)));
  expect(told).toEqual([`/api/devices/5/consent/scope ${JSON.stringify(FEWER)}`]);
  expect(state.remembered?.scope).toEqual(FEWER);
});

test('a page that opens asks what holds: it may have been narrowed by other means, or before it was kept here', async () => {
  const { scope: _, ...before } = AGREED;
  const { device, state } = world(before);
  state.says = async () => viewOf(FEWER);
  const heard = new Promise<void>((resolve) => device.subscribe(() => device.read()?.scope && resolve()));
  await device.load(1);
  await heard;
  expect(state.remembered).toEqual({ ...AGREED, scope: FEWER });
});

test('a reply that was on its way while something else was decided widens nothing', async () => {
  const { device, state } = world(AGREED);
  let answer: ((view: DeviceView) => void) | undefined;
  state.says = () => new Promise((resolve) => (answer = resolve));
  await device.load(1);
  const asked = device.view();
  await Promise.resolve(); // on its way
  const late = answer;
  state.says = async () => viewOf(FEWER);
  await device.narrow(FEWER);
  late?.(viewOf(ANY));
  await asked;
  expect(device.read()?.scope).toEqual(FEWER);
  await device.optOut();
  await device.view();
  expect(device.read(), 'an opt-out stays one').toMatchObject({ isGranted: false });
});
