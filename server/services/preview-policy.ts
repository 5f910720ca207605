import type { AccountId } from '../../shared/ids.ts';
import type { Policy } from '../../shared/model/policy.ts';
import { movesMoney, settingsOf, withSettings, type PolicySettings } from '../../shared/model/policy-change.ts';
import type { Consequence, ConsequenceCode, PolicyPreview } from '../../shared/protocol/rest.ts';

/** What is here now, as far as a change of the policy can touch it. */
export interface PolicyFacts {
  readonly linkedPhones: number;
  readonly waitingUnits: number;
  readonly runningJobs: number;
  /** Of the budget, neither spent nor reserved. */
  readonly freeMicros: number;
  /** Of phones in the last 24 hours. */
  readonly unitsADay: number;
  readonly askers: readonly {
    readonly accountId: AccountId;
    readonly isAdmin: boolean;
    readonly units: number;
    readonly running: number;
  }[];
  /** Phones added today, by account; open links, by account and by address; bytes and units of the day, by phone. */
  readonly enrolled: readonly number[];
  readonly linksOfAccounts: readonly number[];
  readonly linksOfAddresses: readonly number[];
  readonly phoneDays: readonly { readonly bytes: number; readonly units: number }[];
}

/**
 * What a change would bring: the rule that would hold is made by the same function that makes the policy, and both rules are
 * held against the same facts. Pure: whoever asks for it changes nothing.
 */
export function previewPolicy(policy: Policy, changes: PolicySettings, facts: PolicyFacts): PolicyPreview {
  const next = withSettings(policy, { ...settingsOf(policy), ...changes }, policy.version + 1);
  const isChanged = (field: keyof PolicySettings): boolean =>
    changes[field] !== undefined && settingsOf(policy)[field] !== settingsOf(next)[field];
  const consequences: Consequence[] = [];
  const say = (code: ConsequenceCode, of: (policy: Policy) => number): void =>
    void consequences.push({ code, before: of(policy), after: of(next) });
  const same = (code: ConsequenceCode, count: number): void => say(code, () => count);

  const free = (of: Policy): number => facts.freeMicros + of.phaseBudgetMicros - policy.phaseBudgetMicros;
  if (isChanged('phaseBudgetMicros')) say(free(next) < 0 ? 'budget_in_use' : 'budget_free', free);
  if (isChanged('priceMicros') || (isChanged('phaseBudgetMicros') && free(next) >= 0))
    say('budget_units', (of) => Math.floor(free(of) / of.priceMicros));
  if (isChanged('priceMicros')) {
    say('day_cost', (of) => facts.unitsADay * of.priceMicros);
    same('running_jobs', facts.runningJobs);
  }
  if (movesMoney(changes)) same('waiting_units', facts.waitingUnits);

  const unitsOf = (isAdmin: boolean, { limits }: Policy): number =>
    isAdmin ? limits.adminUnitsPerDay : limits.driverUnitsPerDay;
  if (isChanged('driverUnitsPerDay') || isChanged('adminUnitsPerDay') || isChanged('runningJobs'))
    say(
      'askers_at_limit',
      (of) =>
        facts.askers.filter(
          ({ isAdmin, units, running }) => units >= unitsOf(isAdmin, of) || running >= of.limits.runningJobs,
        ).length,
    );
  if (isChanged('newDevicesPerDay'))
    say(
      'enrolling_at_limit',
      ({ limits }) => facts.enrolled.filter((count) => count >= limits.newDevicesPerDay).length,
    );
  if (isChanged('linksPerAccount'))
    say('links_over', ({ limits }) => beyond(facts.linksOfAccounts, limits.linksPerAccount));
  if (isChanged('linksPerAddress'))
    say('links_over', ({ limits }) => beyond(facts.linksOfAddresses, limits.linksPerAddress));
  if (isChanged('bytesADay') || isChanged('unitsADay'))
    say(
      'phones_at_limit',
      ({ throttle }) =>
        facts.phoneDays.filter(({ bytes, units }) => bytes >= throttle.bytesADay || units >= throttle.unitsADay).length,
    );
  if (isChanged('writesPerMinute')) say('next_write', ({ limits }) => limits.writesPerMinute);
  if (isChanged('addressWritesPerMinute')) say('next_write', ({ limits }) => limits.addressWritesPerMinute);
  same('phones_told', facts.linkedPhones);
  return { needsTwoAdmins: movesMoney(changes), consequences };
}

const beyond = (counts: readonly number[], limit: number): number =>
  counts.reduce((sum, count) => sum + Math.max(0, count - limit), 0);
