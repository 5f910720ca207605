import type { FeedbackKind } from '../../../shared/protocol/app.ts';

/** What somebody has written and not sent: it outlives the page, so that a dead battery loses nothing. */
export interface Draft {
  readonly accountId: number;
  readonly kind: FeedbackKind;
  readonly text: string;
}

const KEY = 'feedback-draft';

/** Another account's is not shown. */
export function readDraft(accountId: number): Draft {
  const empty: Draft = { accountId, kind: 'problem', text: '' };
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Partial<Draft> | null;
    if (kept?.accountId !== accountId || typeof kept.text !== 'string') return empty;
    return { accountId, kind: kept.kind === 'idea' || kept.kind === 'other' ? kept.kind : 'problem', text: kept.text };
  } catch {
    return empty;
  }
}

/** Empty ones are no draft. False when the browser keeps nothing, or not so much. */
export function keepDraft(draft: Draft): boolean {
  try {
    if (draft.text === '') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}
