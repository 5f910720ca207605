import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import { Trans, useLingui } from '@lingui/react/macro';
import type { ComputeView, RestEnd } from '../../compute/view.ts';
import { percent } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import type { IconName } from '../../ui/icons.ts';
import { countdown } from './countdown.ts';

/** What must be, for the phone to go on: each with how far it is. */
export function RestEnds({ view }: { readonly view: ComputeView }) {
  if (view.ends.length === 0) return undefined;
  return (
    <ul className="rows ends">
      {view.ends.map((end) => (
        <EndRow key={end.when} end={end} view={view} />
      ))}
    </ul>
  );
}

const CONDITIONS: Readonly<
  Record<Exclude<RestEnd['when'], 'battery' | 'time'>, readonly [IconName, MessageDescriptor]>
> = {
  opt_in: ['power', msg`You turn it on`],
  server: ['power', msg`We turn it on again`],
  in_front: ['eye', msg`ZeusDrive in front`],
  low_power_off: ['leaf', msg`Low-power mode off`],
  network: ['signal-high', msg`A better signal`],
  wifi: ['wifi', msg`Wi-Fi`],
  charging: ['battery-medium', msg`A charger`],
  other_hours: ['clock', msg`Other hours in your limits`],
};

function EndRow({ end, view }: { readonly end: RestEnd; readonly view: ComputeView }) {
  const { i18n } = useLingui();
  if (end.when === 'battery') {
    const level = percent(end.level);
    return (
      <li>
        <Icon name="battery-medium" />
        <span className="m">
          <Trans>Battery at {level}</Trans>
        </span>
        {view.battery && <span className="a">{percent(view.battery.percent)}</span>}
      </li>
    );
  }
  if (end.when === 'time') {
    const { value, unit } = countdown(end.seconds);
    return (
      <li>
        <Icon name="clock" />
        <span className="m">{view.reason === 'battery_low' ? <FiveMinutes /> : <Trans>Time</Trans>}</span>
        <span className="a">
          {value} {unit}
        </span>
      </li>
    );
  }
  const [icon, words] = CONDITIONS[end.when];
  return (
    <li>
      <Icon name={icon} />
      <span className="m">{i18n._(words)}</span>
    </li>
  );
}

const FiveMinutes = () => (
  <>
    <Trans>Five minutes of rest</Trans>
    <small>
      <Trans>So that it never flickers on and off</Trans>
    </small>
  </>
);
