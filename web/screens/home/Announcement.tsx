import { useLingui } from '@lingui/react/macro';
import type { HomeState } from './home-state.ts';

/** Read aloud once for each change of state; the numbers, which change every second, never. */
export function Announcement({ state }: { readonly state: HomeState }) {
  const { i18n } = useLingui();
  const isNumber = state.name === 'computing';
  const said = [state.word, ...(isNumber ? [] : [state.sentence]), ...(state.more ? [state.more] : [])];
  return (
    <p className="vh" role="status" aria-live="polite">
      {said.map((message) => i18n._(message)).join(' ')}
    </p>
  );
}
