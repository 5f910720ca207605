import { Trans } from '@lingui/react/macro';
import { useState } from 'react';
import { useApp } from '../../app-context.ts';
import type { Proof } from './useProof.tsx';

/** A new page: nothing of whoever was here is in it, and nothing computes for them. */
const startOver = (): void => location.replace('/');

/** Signing out of this phone, which is a tap; and closing the account, which is said first and then done. */
export default function LeaveCard({ proof }: { readonly proof: Proof }) {
  const { api, compute, device } = useApp();
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <h2 className="h2 sec">
        <Trans>Leave</Trans>
      </h2>
      <p className="meta pad">
        <Trans>Signing out stops Shared Compute on this phone. Your credits stay yours.</Trans>
      </p>
      <button
        type="button"
        className="btn btn--line account-act"
        onClick={() =>
          void proof.run(async () => {
            await compute.disable();
            const reply = await api.delete('/api/session');
            if (reply.ok) startOver();
            return reply;
          })
        }
      >
        <Trans>Sign out of this phone</Trans>
      </button>
      {isAsking ? (
        <section className="card account-part" role="alert">
          <p className="t">
            <Trans>Close the account for good?</Trans>
          </p>
          <p className="meta">
            <Trans>
              All your phones stop, your name and ways in are erased, and credits that were not used are lost. It cannot
              be undone.
            </Trans>
          </p>
          <button
            type="button"
            className="btn btn--line account-act"
            onClick={() =>
              void proof.run(async () => {
                await compute.disable();
                await device.optOut();
                const reply = await api.delete('/api/account');
                if (reply.ok) startOver();
                return reply;
              })
            }
          >
            <Trans>Close it for good</Trans>
          </button>
          <button type="button" className="btn btn--text account-act" onClick={() => setAsking(false)}>
            <Trans>Keep the account</Trans>
          </button>
        </section>
      ) : (
        <button type="button" className="btn btn--text account-act" onClick={() => setAsking(true)}>
          <Trans>Close my account</Trans>
        </button>
      )}
    </>
  );
}
