import { Trans } from '@lingui/react/macro';
import { Icon } from '../../ui/Icon.tsx';
import { focusFirst } from '../sign-in/focus-first.ts';
import FormProblem from '../sign-in/FormProblem.tsx';
import type { Proof } from './useProof.tsx';

/** What the last tap did, or why it did not. What was tapped may be gone or out of sight: so this takes the focus. */
export default function WhatCameOfIt({ proof: { proof, problem, done } }: { readonly proof: Proof }) {
  return (
    <>
      {proof}
      {problem && (
        <div ref={focusFirst} tabIndex={-1}>
          <FormProblem problem={problem} declined={<Trans>No passkey was made.</Trans>} />
        </div>
      )}
      {done !== undefined && (
        <p ref={focusFirst} tabIndex={-1} className="account-done" role="status">
          <Icon name="circle-check" size="s" />
          <span>{done}</span>
        </p>
      )}
    </>
  );
}
