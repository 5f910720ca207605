import { Trans } from '@lingui/react/macro';

/** Work came and could not be done: Home says why, in the place of what waiting means. Beside the test's sentences, which it shares. */
export default function NotRun({ reason }: { readonly reason: string }) {
  return (
    <section className="card work">
      <p className="what">
        <Trans>This phone was sent work and did none of it</Trans>
      </p>
      <p className="meta">
        {reason === 'wrong_kernel' ? (
          <Trans>What loaded is not what we published, so none of it was run.</Trans>
        ) : (
          <Trans>The program that computes did not load or did not run here.</Trans>
        )}{' '}
        <Trans>It is not this phone’s fault, and nothing is held against it.</Trans>
      </p>
    </section>
  );
}
