import { Fragment } from 'react';

/** A long address breaks where people would break it: after a dot, before the @. */
export default function EmailAddress({ address }: { readonly address: string }) {
  const parts = address.replaceAll('.', '.\n').replaceAll('@', '\n@').split('\n');
  return parts.map((part, index) => (
    <Fragment key={parts.slice(0, index).join('')}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
