import { Plural, Trans } from '@lingui/react/macro';
import { useAge } from './useAge.ts';

/** “2 h ago”, and right while it stands there. Never read aloud by itself. */
export function Ago({ at }: { readonly at: number }) {
  const { unit, count } = useAge(at);
  switch (unit) {
    case 'now':
      return <Trans>just now</Trans>;
    case 'minutes':
      return <Plural value={count} one="# min ago" other="# min ago" />;
    case 'hours':
      return <Plural value={count} one="# h ago" other="# h ago" />;
    case 'days':
      return <Plural value={count} one="# day ago" other="# days ago" />;
  }
}
