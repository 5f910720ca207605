import { Plural, Trans } from '@lingui/react/macro';
import type { EvidenceView } from '../../../shared/protocol/app.ts';
import { money, when } from '../../ui/format.ts';

/** In plain words: what we saw, what it means for the money, and for the phone. Hardware errs, ours too. */
export function WhatWasFound({ evidence }: { readonly evidence: EvidenceView }) {
  const time = when(evidence.at);
  return (
    <section className="card state found-card">
      <p className="t">
        <Trans>We got another result</Trans>
      </p>
      <p>
        <Trans>
          We computed a piece of this phone’s work again, and once more in a second way. Both times we got the same, and
          it was not what the phone had sent.
        </Trans>
      </p>
      <p>
        <Consequence evidence={evidence} />
      </p>
      <p className="meta">
        <Trans>Found {time}.</Trans>
      </p>
    </section>
  );
}

function Consequence({ evidence: { ruling, voided } }: { readonly evidence: EvidenceView }) {
  const amount = money(voided.amountMicros);
  const units = <Plural value={voided.units} one="# unit" other="# units" />;
  switch (ruling) {
    case 'fault':
      return (
        <Trans>
          What was pending then, {amount} for {units}, is voided. The phone goes on working: chips and memory err, ours
          too, and a first time is no accusation.
        </Trans>
      );
    case 'lenient':
      return (
        <Trans>
          What was pending of that day, {amount} for {units}, is voided, and nothing else. This phone had been right for
          a long time, and hardware errs.
        </Trans>
      );
    case 'fraud':
      return (
        <Trans>
          What was pending then, {amount} for {units}, is voided. It was not the first piece, or many at once, so the
          phone gets no work now. It may still be the hardware’s fault, or ours.
        </Trans>
      );
  }
}
