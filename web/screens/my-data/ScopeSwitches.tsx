import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from 'wouter';
import { TASK_CLASSES } from '../../../shared/model/consent.ts';
import type { ScopeView } from '../../../shared/protocol/app.ts';
import { Switch } from '../../ui/Switch.tsx';
import { CLASS_WORDS } from './class-words.ts';
import { HoursRow } from './HoursRow.tsx';

interface ScopeSwitchesProps {
  readonly scope: ScopeView;
  readonly onNarrow: (scope: ScopeView) => void;
}

/** Less holds at once. More than was agreed to leads to the text. */
export function ScopeSwitches({ scope, onNarrow }: ScopeSwitchesProps) {
  const { t, i18n } = useLingui();
  return (
    <section className="card list">
      <h2>
        <Trans>For what</Trans>
      </h2>
      <ul className="rows">
        {TASK_CLASSES.map((one) => {
          const word = i18n._(CLASS_WORDS[one]);
          const isOn = scope.classes.includes(one);
          return (
            <li key={one}>
              <span className="m">{word}</span>
              {isOn ? (
                <Switch
                  label={word}
                  isOn
                  onChange={() => onNarrow({ ...scope, classes: scope.classes.filter((other) => other !== one) })}
                />
              ) : (
                <span className="a">
                  <Trans>not agreed to</Trans>
                </span>
              )}
            </li>
          );
        })}
        <li>
          <span className="m">
            <Trans>Any network</Trans>
            <small>{scope.networks === 'any' ? <Trans>Off: Wi-Fi only</Trans> : <Trans>Wi-Fi only</Trans>}</small>
          </span>
          {scope.networks === 'any' ? (
            <Switch label={t`Any network`} isOn onChange={() => onNarrow({ ...scope, networks: 'wifi' })} />
          ) : (
            <span className="a">
              <Trans>not agreed to</Trans>
            </span>
          )}
        </li>
        <HoursRow hours={scope.hours} onNarrow={(hours) => onNarrow({ ...scope, hours })} />
      </ul>
      <p className="meta pad">
        <Trans>Less holds at once. To agree to more, read the text again.</Trans>{' '}
        <Link className="textlink" href="/opt-in">
          <Trans>Read it</Trans>
        </Link>
      </p>
      <p className="meta pad">
        <Trans>Your limits come on top of this. You change those at any time; both hold.</Trans>{' '}
        <Link className="textlink" href="/settings/ai-performance/shared-compute">
          <Trans>Your limits</Trans>
        </Link>
      </p>
    </section>
  );
}
