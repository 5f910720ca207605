import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { Link } from 'wouter';
import { doMeet } from '../../../shared/model/hours.ts';
import type { StoredLimits } from '../../data/limits.ts';
import { limitsHere } from '../../data/limits-here.ts';
import { useObservable } from '../../hooks/useObservable.ts';
import { percent } from '../../ui/format.ts';
import { Segment } from '../../ui/Segment.tsx';
import { Switch } from '../../ui/Switch.tsx';
import { DAYTIME, HourFields } from './HourFields.tsx';
import { hoursText } from './hours-text.ts';

/** The driver's own limits: they only ever make it less, and hold at once. What was agreed to holds besides. */
export default function LimitsCard({ target }: { readonly target: number }) {
  const { t } = useLingui();
  const limits = useObservable(limitsHere);
  const [isForgotten, setForgotten] = useState(false);
  const change = (changed: Partial<StoredLimits>): void => setForgotten(!limitsHere.change(changed));
  const { wifiOnly, chargingOnly, ignoreBatteryWhileCharging: belowBattery, hours, lowerShare, agreed } = limits;
  const agreedHours = agreed.hours && hoursText(agreed.hours);

  const shares = [0.5, 1].filter((share) => share < target).concat(target);
  const share = shares.filter((one) => one <= (lowerShare ?? target)).pop() ?? shares[0] ?? target;

  return (
    <>
      <h2 className="sec">
        <Trans>Your limits</Trans>
      </h2>
      <section className="card list limits">
        <div className="share-limit">
          <span>
            <Trans>Share of CPU</Trans>
          </span>
          <Segment
            label={t`Share of CPU`}
            value={String(share)}
            options={shares.map((one) => ({ value: String(one), text: percent(one) }))}
            onChange={(value) => change({ lowerShare: Number(value) === target ? undefined : Number(value) })}
          />
        </div>
        <ul className="rows">
          <li>
            <span className="m">
              <Trans>Wi-Fi only</Trans>
              <small>
                {agreed.networks === 'wifi' ? (
                  <Trans>You agreed to Wi-Fi only: that holds, on or off</Trans>
                ) : (
                  <Trans>No transfers on cellular</Trans>
                )}
              </small>
            </span>
            <Switch label={t`Wi-Fi only`} isOn={wifiOnly} onChange={() => change({ wifiOnly: !wifiOnly })} />
          </li>
          <li>
            <span className="m">
              <Trans>Charging only</Trans>
            </span>
            <Switch
              label={t`Charging only`}
              isOn={chargingOnly}
              onChange={() => change({ chargingOnly: !chargingOnly })}
            />
          </li>
          <li>
            <span className="m">
              <Trans>Work below 30 % while charging</Trans>
              <small>
                <Trans>Off: the battery rule always holds</Trans>
              </small>
            </span>
            <Switch
              label={t`Work below 30 % while charging`}
              isOn={belowBattery}
              onChange={() => change({ ignoreBatteryWhileCharging: !belowBattery })}
            />
          </li>
          <li>
            <span className="m">
              <Trans>Measure the battery</Trans>
              <small>
                <Trans>On battery, a quarter of the half hours run without it</Trans>
              </small>
            </span>
            <Switch
              label={t`Measure the battery`}
              isOn={limits.measuresBattery}
              onChange={() => change({ measuresBattery: !limits.measuresBattery })}
            />
          </li>
          <li>
            <span className="m">
              <Trans>Only at certain hours</Trans>
              {agreedHours && (
                <small>
                  <Trans>You agreed to {agreedHours}: that holds, on or off</Trans>
                </small>
              )}
            </span>
            <Switch
              label={t`Only at certain hours`}
              isOn={hours !== undefined}
              onChange={() => change({ hours: hours ? undefined : DAYTIME })}
            />
          </li>
          {hours && (
            <li className="hours">
              <HourFields hours={hours} onChange={(changed) => change({ hours: changed })} />
            </li>
          )}
        </ul>
      </section>
      {hours && agreed.hours && !doMeet(hours, agreed.hours) && (
        <p className="meta pad" role="status">
          <Trans>These hours and those you agreed to never meet: nothing runs.</Trans>{' '}
          <Link className="textlink" href="/settings/data/agreed">
            <Trans>What you agreed to</Trans>
          </Link>
        </p>
      )}
      {isForgotten && (
        <p className="note" role="alert">
          <Trans>This browser keeps nothing: your limits hold until you close this page.</Trans>
        </p>
      )}
    </>
  );
}
