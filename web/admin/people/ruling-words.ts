import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { ConvictionView } from '../../../shared/protocol/account.ts';

/** What followed from a finding. */
export const RULING_WORDS: Readonly<Record<ConvictionView['ruling'], MessageDescriptor>> = {
  fault: msg`A fault: what was pending was voided`,
  lenient: msg`After much clean work: that day was voided`,
  fraud: msg`Fraud: voided, and the phone was stopped`,
};

export const APPEAL_WORDS: Readonly<Record<NonNullable<ConvictionView['appeal']>, MessageDescriptor>> = {
  upheld: msg`Checked again: it stands.`,
  granted: msg`Checked again: the phone was right.`,
};
