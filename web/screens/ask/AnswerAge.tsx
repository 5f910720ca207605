import { Trans } from '@lingui/react/macro';
import { ANSWER_OF_USE_MS } from '../../../shared/model/answer-age.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Ago } from './Ago.tsx';
import { useAge } from './useAge.ts';

interface AnswerAgeProps {
  readonly kind: string;
  /** When it was answered. */
  readonly at: number;
  readonly onAgain: () => void;
}

/** Above an answer that is older than its use; nothing while it is fresh. */
export function AnswerAge({ kind, at, onAgain }: AnswerAgeProps) {
  const { passedMs } = useAge(at); // drawn again when it grows old while it is looked at
  const ofUseMs = ANSWER_OF_USE_MS[kind];
  if (ofUseMs === undefined || passedMs < ofUseMs) return undefined;
  return (
    <p className="aged" role="note">
      <Icon name="clock" size="s" />
      <span>
        <Trans>
          From <Ago at={at} />.
        </Trans>{' '}
        <button type="button" className="textlink" onClick={onAgain}>
          <Trans>Ask again</Trans>
        </button>
      </span>
    </p>
  );
}
