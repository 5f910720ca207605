import type { ProgrammeChange } from '../../shared/model/programme.ts';
import { ok, refuse } from '../../shared/result.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';
import type { Answers, FactOf } from './facts.ts';

/** The lever of an operator: phones hear of it at once, and it outlasts a restart. What changes nothing is no new row. */
export function decideProgramme(
  { isOn, targetPercent, by, reason }: FactOf<'set_programme'>,
  draft: Draft,
  { policy, programme }: Context,
): Answers['set_programme'] {
  if (!(targetPercent >= 0 && targetPercent <= policy.share.targetPercent)) return refuse('bad_share');
  const last = draft.programme ?? programme;
  if (isOn === last.isOn && targetPercent === last.targetPercent) return ok(last);
  const next: ProgrammeChange = {
    ...{ version: last.version + 1, isOn, targetPercent, at: draft.now },
    ...{ authorId: by, reason },
  };
  draft.putProgramme(next);
  const detail = { isOn, targetPercent, reason, version: next.version };
  draft.note({ actorId: by, action: 'programme_changed', target: 'programme', detail });
  return ok(next);
}
