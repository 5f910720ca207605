import { POLICY } from '../../../shared/model/policy.ts';
import { settingsOf } from '../../../shared/model/policy-change.ts';
import type { PolicyChangeView, ProgrammeChangeView } from '../../../shared/protocol/rest.ts';

/**
 * What to propose so that a change is undone: of each number in it, the value it had before. `changes`: all there were, newest
 * first. What nobody had set before was as the program has it.
 */
export function undoOf(
  change: PolicyChangeView,
  changes: readonly PolicyChangeView[],
): Readonly<Record<string, number>> {
  const { version } = change;
  if (version === null) return {};
  const before = changes
    .filter((other) => other.version !== null && other.version < version)
    .toSorted((a, b) => (b.version ?? 0) - (a.version ?? 0))[0];
  const held: Readonly<Record<string, number>> = { ...settingsOf(POLICY), ...before?.settings };
  return Object.fromEntries(Object.keys(change.changes).map((name) => [name, held[name] ?? 0]));
}

/** What held of the levers before a change. `changes`: the newest there were, newest first. Without one before it, the program's own. */
export function heldBefore(
  { version }: Pick<ProgrammeChangeView, 'version'>,
  changes: readonly ProgrammeChangeView[],
): Pick<ProgrammeChangeView, 'isOn' | 'targetPercent'> {
  const { isOn, targetPercent } = changes.find((one) => one.version < version) ?? {
    isOn: true,
    targetPercent: POLICY.share.targetPercent,
  };
  return { isOn, targetPercent };
}
