import type { AccountId } from '../../shared/ids.ts';
import type { Adjustment } from '../../shared/model/adjustment.ts';
import type { StatementMark, StatementRow, Store } from '../core/ports.ts';

/** A row of a statement: work that was credited, or credits that an admin gave or took. */
export type StatementLine =
  | { readonly of: 'work'; readonly mark: StatementMark; readonly row: StatementRow }
  | { readonly of: 'adjustment'; readonly mark: StatementMark; readonly row: Adjustment };

export type StatementStore = Pick<Store, 'statement' | 'adjustmentsOf'>;

/** An account's newest lines, or those before one: both sorts in one order. */
export async function statementLines(
  store: StatementStore,
  accountId: AccountId,
  before: StatementMark | undefined,
  limit: number,
): Promise<readonly StatementLine[]> {
  const [work, adjustments] = await Promise.all([
    store.statement(accountId, before, limit),
    store.adjustmentsOf(accountId, before, limit),
  ]);
  const lines: readonly StatementLine[] = [
    ...work.map((row) => ({ of: 'work' as const, mark: row, row })),
    ...adjustments.map((row) => ({ of: 'adjustment' as const, mark: markOfAdjustment(row), row })),
  ];
  return lines.toSorted((a, b) => newestFirst(a.mark, b.mark)).slice(0, limit);
}

const markOfAdjustment = ({ decidedAt = 0, id }: Adjustment): StatementMark => ({
  acceptedAt: decidedAt,
  deviceId: 0,
  seq: id,
});

const newestFirst = (a: StatementMark, b: StatementMark): number =>
  b.acceptedAt - a.acceptedAt || b.deviceId - a.deviceId || b.seq - a.seq;

export const markText = (mark: StatementMark): string => `${mark.acceptedAt}-${mark.deviceId}-${mark.seq}`;

export function readMark(text: string): StatementMark | undefined {
  const [, acceptedAt, deviceId, seq] = /^(\d{1,16})-(\d{1,10})-(\d{1,10})$/.exec(text) ?? [];
  return seq === undefined
    ? undefined
    : { acceptedAt: Number(acceptedAt), deviceId: Number(deviceId), seq: Number(seq) };
}
