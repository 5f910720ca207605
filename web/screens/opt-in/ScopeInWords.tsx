import { Trans } from '@lingui/react/macro';

/** What Enable would agree to: for what, when and where. Of version 1's text (`shared/model/consent-texts.ts`). */
export function ScopeInWords() {
  return (
    <section className="card doc">
      <h2>
        <Trans>What it covers</Trans>
      </h2>
      <ul>
        <li>
          <Trans>Answers somebody waits for, earnings plans, routes and demand: on the CPU alone</Trans>
        </li>
        <li>
          <Trans>At any hour, on any network, until you set limits</Trans>
        </li>
      </ul>
      <p>
        <Trans>
          You can agree to less later: fewer hours, Wi-Fi only, or not all of these. More than this is asked for again.
        </Trans>
      </p>
    </section>
  );
}
