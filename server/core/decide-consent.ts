import { isScopeWithin, type Consent, type ConsentScope } from '../../shared/model/consent.ts';
import { consentText, fullScope } from '../../shared/model/consent-texts.ts';
import type { Device } from '../../shared/model/device.ts';
import { ok, refuse } from '../../shared/result.ts';
import type { Context } from './context.ts';
import { isNobodys } from './decide-people.ts';
import type { Draft } from './draft.ts';
import type { Answers, FactOf } from './facts.ts';
import { isOutsideConsent } from './throttle.ts';

/**
 * A driver opts a device in or out. Each act is a row of its own; leases read what is in force. Out takes effect at once:
 * what the device holds is free again, what it has done stays its own. A consent goes in a commit of its own, numbered, and
 * names the last commit that gave this device leases: whoever reads the rows sees that none came after a withdrawal.
 */
export function decideConsent(fact: FactOf<'consent'>, draft: Draft, context: Context): Answers['consent'] {
  const { policy } = context;
  const device = draft.device(fact.deviceId);
  if (!device || device.accountId !== fact.accountId || isNobodys(device)) return refuse('unknown_device');
  const { version, isGranted, last } = fact;
  const scope = fact.scope ?? (last?.version === version ? last.scope : fullScope(version));
  if (!isGranted) return ok(withdraw(device, last?.scope ?? scope, version, draft, context));
  if (version !== policy.consentVersion) return refuse('consent_outdated');
  if (!isCovered(scope, version)) return refuse('scope_not_in_text');
  if (device.cores < policy.leastCores) return refuse('too_few_cores');
  if (device.chunkMs === 0) return refuse('self_test_missing');
  return ok(agree('consent_granted', device, scope, version, draft, context));
}

/** Less of what is agreed to, under the version it was agreed under. Holds at once and asks nothing; more would have to be asked. */
export function decideNarrow(
  fact: FactOf<'narrow_consent'>,
  draft: Draft,
  context: Context,
): Answers['narrow_consent'] {
  const device = draft.device(fact.deviceId);
  if (!device || device.accountId !== fact.accountId || isNobodys(device)) return refuse('unknown_device');
  const { last, scope } = fact;
  if (device.consentVersion === 0 || !last?.isGranted) return refuse('not_opted_in');
  if (!isScopeWithin(scope, last.scope)) return refuse('scope_grows');
  return ok(agree('consent_narrowed', device, scope, device.consentVersion, draft, context));
}

/** Out of it, at once. Also how an erasure ends what was agreed to. */
export function withdraw(
  device: Device,
  scope: ConsentScope,
  version: number,
  draft: Draft,
  { book }: Context,
): Device {
  draft.addConsent(act(device, scope, version, false, draft));
  note('consent_withdrawn', device, scope, version, draft);
  const out: Device = { ...device, consentVersion: 0, consentClasses: [], consentHours: undefined };
  draft.putDevice(out);
  for (const lease of [...book.heldBy(device.id)]) book.drop(lease);
  return out;
}

function agree(
  action: 'consent_granted' | 'consent_narrowed',
  device: Device,
  scope: ConsentScope,
  version: number,
  draft: Draft,
  { book }: Context,
): Device {
  draft.addConsent(act(device, scope, version, true, draft));
  note(action, device, scope, version, draft);
  const { classes, hours } = scope;
  const changed: Device = { ...device, consentVersion: version, consentClasses: classes, consentHours: hours };
  draft.putDevice(changed);
  const isOutside = isOutsideConsent(changed, device.throttle, draft.now);
  for (const lease of [...book.heldBy(device.id)]) {
    const live = draft.liveOf(lease.blockId);
    if (isOutside || (live && !classes.includes(live.kind.class))) book.drop(lease); // the phone puts it down now
  }
  return changed;
}

/** Told with how many units the device was leased in its life: equal numbers of two acts mean that none was leased in between. */
function note(action: string, device: Device, scope: ConsentScope, version: number, draft: Draft): void {
  const { classes, networks } = scope; // hours are a habit of somebody's: they stay where they are erased
  draft.note({
    actorId: device.accountId,
    action,
    target: `device:${device.id}`,
    detail: {
      version,
      classes: classes.join(' '),
      networks,
      unitsLeased: device.throttle.unitsEver,
      lastExchange: device.lastSeq,
      commit: draft.commitNo,
    },
  });
}

const act = (device: Device, scope: ConsentScope, version: number, isGranted: boolean, draft: Draft): Consent => ({
  deviceId: device.id,
  version,
  isGranted,
  scope,
  at: draft.now,
  commitNo: draft.commitNo,
  lastLeaseCommit: device.leasedCommit,
});

/** Nothing is covered by a text that nobody has. */
const isCovered = ({ classes }: ConsentScope, version: number): boolean => {
  const text = consentText(version);
  return text !== undefined && classes.every((one) => text.covers.includes(one));
};
