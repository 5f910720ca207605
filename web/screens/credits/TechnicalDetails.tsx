import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import type { DigestView, EvidenceView } from '../../../shared/protocol/app.ts';
import { MINUTE } from '../../../shared/time.ts';
import { whole } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';

/** For whoever wants to see it for themselves: folded away, complete, and to take along. */
export function TechnicalDetails({ evidence }: { readonly evidence: EvidenceView }) {
  const { task, chunk, wrongChunks, claimed, expected, kernelHash } = evidence;
  const [place, part] = [whole(task + 1), whole(chunk + 1)];
  const wrong = whole(wrongChunks);
  return (
    <details className="card tech">
      <summary>
        <Icon name="chevron-right" size="s" />
        <Trans>Technical details</Trans>
      </summary>
      <dl>
        <Row name={<Trans>Piece</Trans>}>
          <Trans>
            {part} of 64, in unit {place} of its round
          </Trans>
        </Row>
        <Row name={<Trans>Pieces that differ</Trans>}>
          <Trans>{wrong} of 64</Trans>
        </Row>
        <Row name={<Trans>The phone sent</Trans>}>
          <Digest of={claimed} />
        </Row>
        <Row name={<Trans>We got, twice</Trans>}>
          <Digest of={expected} />
        </Row>
        <Row name={<Trans>Program (SHA-256)</Trans>}>
          <span className="mono">{kernelHash}</span>
        </Row>
      </dl>
      <p className="meta">
        <Trans>
          The file holds the inputs, too: with it anybody can run the piece again (evidence/check-evidence.mjs in our
          sources).
        </Trans>
      </p>
      <button type="button" className="btn btn--line btn--sm" onClick={() => saveEvidence(evidence)}>
        <Icon name="download" />
        <Trans>Download the evidence</Trans>
      </button>
    </details>
  );
}

function Row({ name, children }: { readonly name: ReactNode; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** As the tools print them: two numbers of 32 bits. */
function Digest({ of: { score, hash } }: { readonly of: DigestView }) {
  return <span className="mono">{[score, hash].map((n) => n.toString(16).padStart(8, '0')).join(' ')}</span>;
}

/** Made when it is asked for, from what this page holds. */
function saveEvidence(evidence: EvidenceView): void {
  const file = new Blob([JSON.stringify(evidence, undefined, 2)], { type: 'application/json' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `evidence-${evidence.evidenceId}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), MINUTE); // the browser asks where to put it first
}
