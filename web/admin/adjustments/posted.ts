import type { LedgerAccountView } from '../../../shared/protocol/rest.ts';
import { valueOf } from '../../data/resource.ts';
import { useServer } from '../desk.ts';

/** What an account has posted, in micro-dollars; nothing before the server has said it. */
export function usePosted(accountId: number): number | undefined {
  return valueOf(useServer<LedgerAccountView>(`/api/ledger/accounts/available-${accountId}`).loaded)?.micros;
}
