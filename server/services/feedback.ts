import type { Account } from '../../shared/model/device.ts';
import type { LimitPolicy } from '../../shared/model/policy.ts';
import type { FeedbackRequest } from '../../shared/protocol/app.ts';
import type { FeedbackList } from '../../shared/protocol/rest.ts';
import { ok, refuse, type Result } from '../../shared/result.ts';
import { DAY, dayOf } from '../../shared/time.ts';
import type { Store } from '../core/ports.ts';
import type { FeedbackBox } from '../store/sqlite/feedback-box.ts';
import { findAccount } from './find-account.ts';

export interface FeedbackParts {
  readonly box: FeedbackBox;
  readonly store: Pick<Store, 'load'>;
  readonly limits: Pick<LimitPolicy, 'feedbackADay' | 'feedbackLetters'>;
  readonly clock: () => number;
}

/** `too_large`: and by how much. `no_text`, `too_much_feedback`. */
type FeedbackRefusal =
  | { readonly code: 'too_large'; readonly message: string }
  | { readonly code: 'no_text' | 'too_much_feedback' };

/** What people write to us, and who may read it. */
export class Feedback {
  readonly #parts: FeedbackParts;

  constructor(parts: FeedbackParts) {
    this.#parts = parts;
  }

  take(account: Account, { kind, text, attached }: FeedbackRequest): Result<number, FeedbackRefusal> {
    const { box, limits, clock } = this.#parts;
    const said = plain(text);
    const letters = Array.from(said).length;
    if (letters > limits.feedbackLetters) {
      const expected = limits.feedbackLetters.toLocaleString('en');
      const message = `The text is too long: expected at most ${expected} characters, got ${letters.toLocaleString('en')}.`;
      return refuse({ code: 'too_large', message });
    }
    if (letters === 0) return refuse({ code: 'no_text' });
    const at = Math.floor(clock());
    const message = { accountId: account.id, at, kind, text: said, attached };
    const id = box.put(message, dayOf(at) * DAY, limits.feedbackADay);
    return id === undefined ? refuse({ code: 'too_much_feedback' }) : ok(id);
  }

  /** Newest first. */
  async list(before: number, limit: number): Promise<FeedbackList> {
    const kept = this.#parts.box.latest(before, limit);
    const last = kept.length === limit ? kept.at(-1) : undefined;
    const feedback = kept.map(async ({ id, ...message }) => ({
      ...message,
      feedbackId: id,
      name: (await findAccount(this.#parts.store, message.accountId))?.name ?? '',
    }));
    return { feedback: await Promise.all(feedback), nextBefore: last?.id ?? null };
  }
}

/**
 * As a person reads it: NFKC, lines kept, and none of the characters that no one sees but that turn or hide what others
 * read (controls, directions, lone surrogates). Joiners stay: names and emoji are made of them.
 */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\t', ' ')
    .replaceAll(/(?![\n\u200C\u200D])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '')
    .trim();
}
