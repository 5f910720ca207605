import { Trans } from '@lingui/react/macro';

/** For whoever has never heard of one. */
export const WhatAPasskeyIs = () => (
  <p className="meta pad">
    <Trans>
      A passkey is this phone’s own lock (your finger, your face or its PIN) in place of a password. There is nothing to
      remember.
    </Trans>
  </p>
);

/** Here there is no asking for one: another address, or an old browser. */
export const PasskeysElsewhere = ({ host }: { readonly host: string }) => (
  <p className="meta pad">
    <Trans>Passkeys do not work here. They do at {host}, in an up-to-date browser.</Trans>
  </p>
);
