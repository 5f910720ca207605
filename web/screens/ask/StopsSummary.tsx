import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { SpecRefusal } from '../../../wasm/kind.ts';
import { type AskedRoute, fitsThisPhone } from '../../kinds/route-plan/asked-route.ts';
import { Icon } from '../../ui/Icon.tsx';

/** What was understood, and where it will be answered. */
export function StopsSummary({ asked }: { readonly asked: AskedRoute }) {
  const count = asked.spec.stops.length;
  return (
    <p className="ok">
      <Icon name="circle-check" size="s" />
      <span>
        <b>
          <Plural value={count} one="# stop" other="# stops" />
        </b>
        {fitsThisPhone(asked) ? (
          <Trans>Answered on this phone; nothing leaves it.</Trans>
        ) : (
          <Trans>Answered by the pool; phones get them blinded.</Trans>
        )}
      </span>
    </p>
  );
}

/** The kind's codes, each with a sentence; the kind's own words say where and what. */
const SENTENCES: Readonly<Record<string, MessageDescriptor>> = {
  bad_json: msg`This begins like JSON but is none.`,
  empty_file: msg`There are no stops in it.`,
  bad_shape: msg`This is not a list of stops.`,
  unknown_field: msg`There is a field too many.`,
  unknown_metric: msg`These distances are not known here.`,
  not_a_number: msg`A coordinate is not a number.`,
  too_few_stops: msg`These are too few stops.`,
  too_many_stops: msg`These are too many stops.`,
  latitude_out_of_range: msg`A latitude is not on the Earth.`,
  longitude_out_of_range: msg`A longitude is not on the Earth.`,
  extent_too_large: msg`These stops are too far apart.`,
  file_too_large: msg`This is too large for a list of stops.`,
};

/** A message quotes what was pasted: more of it says no more. */
const MOST_LETTERS = 200;

/** What is wrong, beside the field, by its code. */
export function StopsProblem({ code, message }: SpecRefusal) {
  const { i18n } = useLingui();
  const sentence = SENTENCES[code];
  return (
    <div className="err" data-code={code}>
      <Icon name="octagon-x" size="s" />
      <p>
        {sentence && <b>{i18n._(sentence)}</b>}
        <span>{message.length > MOST_LETTERS ? `${message.slice(0, MOST_LETTERS)}…` : message}</span>
      </p>
    </div>
  );
}
