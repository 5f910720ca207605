import { Trans, useLingui } from '@lingui/react/macro';
import { fullScope } from '../../../shared/model/consent-texts.ts';
import { CLASS_WORDS } from './class-words.ts';

/** What Enable would agree to: for what, when and where. */
export function ScopeInWords({ version }: { readonly version: number }) {
  const { i18n } = useLingui();
  return (
    <section className="card doc">
      <h2>
        <Trans>What it covers</Trans>
      </h2>
      <ul>
        {fullScope(version).classes.map((one) => (
          <li key={one}>{i18n._(CLASS_WORDS[one])}</li>
        ))}
        <li>
          <Trans>At any hour, on any network, until you set limits</Trans>
        </li>
      </ul>
      <p className="meta">
        <Trans>You can take each of these back later with a switch. More than this is asked for again.</Trans>
      </p>
    </section>
  );
}
