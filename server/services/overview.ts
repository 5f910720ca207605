import { settingsOf } from '../../shared/model/policy-change.ts';
import type { AuditVerdict, OverviewView, UnitHour, WaitHour } from '../../shared/protocol/rest.ts';
import { DAY, HOUR } from '../../shared/time.ts';
import type { Coordinator } from '../core/coordinator.ts';
import type { Store } from '../core/ports.ts';
import type { DeskFigures, Wait } from '../store/sqlite/desk-figures.ts';
import type { Oversight } from './oversight.ts';

export interface OverviewParts {
  readonly coordinator: Pick<Coordinator, 'policy' | 'programme' | 'waitingUnits' | 'runningJobs'>;
  readonly store: Pick<Store, 'balance' | 'policyChanges' | 'waitingAdjustments'>;
  readonly figures: DeskFigures;
  readonly oversight: Pick<Oversight, 'audit' | 'fleet'>;
  /** Phones that hold work and do not rest. */
  readonly computing: () => number;
  readonly rolesWaiting: () => number;
  readonly logVerdict: () => AuditVerdict | undefined;
  readonly clock: () => number;
}

const HOURS = 24;

/** What an admin looks at first, all of it measured. Hours that are over are counted once and kept. */
export class Overview {
  readonly #parts: OverviewParts;
  readonly #past = new Map<number, UnitHour>();

  constructor(parts: OverviewParts) {
    this.#parts = parts;
  }

  async view(): Promise<OverviewView> {
    const { coordinator, store, figures, oversight, clock, rolesWaiting, logVerdict } = this.#parts;
    const now = Math.floor(clock());
    const hours = hoursUntil(now);
    const units = await this.#unitsOf(hours, now);
    const [free, reserved, changes, adjustments] = await Promise.all([
      store.balance('budget'),
      store.balance('reserved'),
      store.policyChanges(),
      store.waitingAdjustments(),
    ]);
    const { policy, programme } = coordinator;
    const { isOn, targetPercent } = programme;
    const { optedIn, unitsEver } = figures.phones(policy.consentVersion);
    const oldestAt = figures.oldestRunning() ?? null;
    const fleet = { ...oversight.fleet(), computing: this.#parts.computing(), optedIn };
    return {
      at: now,
      programme: { isOn, targetPercent, priceMicros: policy.priceMicros },
      fleet,
      queue: {
        waitingUnits: Math.max(0, coordinator.waitingUnits()),
        runningJobs: coordinator.runningJobs(),
        oldestAt,
      },
      waits: waitHours(hours, figures.waitsSince(hours[0] ?? now)),
      units,
      lastHour: figures.unitsOfEnded(now - HOUR),
      checks: { findings: figures.findings(now - DAY), unitsEver, audit: oversight.audit() },
      money: {
        phaseBudgetMicros: settingsOf(policy).phaseBudgetMicros,
        freeMicros: free ?? 0,
        reservedMicros: reserved ?? 0,
        ...figures.owed(),
      },
      waiting: {
        roles: rolesWaiting(),
        policy: changes.filter(({ state }) => state === 'proposed').length,
        adjustments,
      },
      feedbackToday: figures.feedbackSince(now - DAY),
      log: logVerdict() ?? null,
    };
  }

  /** An hour at a time, letting others run in between. */
  async #unitsOf(hours: readonly number[], now: number): Promise<readonly UnitHour[]> {
    for (const kept of this.#past.keys()) if (kept < (hours[0] ?? 0)) this.#past.delete(kept);
    const all: UnitHour[] = [];
    for (const from of hours) {
      const kept = this.#past.get(from);
      const hour = kept ?? { from, ...this.#parts.figures.workBetween(from, from + HOUR) };
      if (!kept && from + HOUR <= now) {
        this.#past.set(from, hour);
        await new Promise((resolve) => setImmediate(resolve));
      }
      all.push(hour);
    }
    return all;
  }
}

/** When each of the last 24 hours began; the last one is under way. */
function hoursUntil(now: number): readonly number[] {
  const last = Math.floor(now / HOUR) * HOUR;
  return Array.from({ length: HOURS }, (_, i) => last - (HOURS - 1 - i) * HOUR);
}

function waitHours(hours: readonly number[], waits: readonly Wait[]): readonly WaitHour[] {
  return hours.map((from) => {
    const ms = waits
      .filter(({ settledAt }) => settledAt >= from && settledAt < from + HOUR)
      .map((wait) => wait.ms)
      .toSorted((a, b) => a - b);
    return { from, answered: ms.length, medianMs: ms[Math.floor(ms.length / 2)] ?? null };
  });
}
