import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from 'wouter';
import { TASK_CLASSES } from '../../../shared/model/consent.ts';
import type { ScopeView } from '../../../shared/protocol/app.ts';
import { Switch } from '../../ui/Switch.tsx';
import { CLASS_WORDS } from './class-words.ts';

interface ScopeSwitchesProps {
  readonly scope: ScopeView;
  readonly onNarrow: (scope: ScopeView) => void;
}

/** Off holds at once. On again is more than was agreed to: it leads to the text. */
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
        <li>
          <span className="m">
            <Trans>Hours</Trans>
          </span>
          <span className="a">{scope.hours ? hoursText(scope.hours) : <Trans>any</Trans>}</span>
        </li>
      </ul>
      <p className="meta pad">
        <Trans>Turning one off holds at once. To agree to more, read the text again.</Trans>{' '}
        <Link className="textlink" href="/opt-in">
          <Trans>Read it</Trans>
        </Link>
      </p>
    </section>
  );
}

const hoursText = ({ from, to }: NonNullable<ScopeView['hours']>): string => `${clock(from)}–${clock(to)}`;
const clock = (minutes: number): string => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
