import { Plural, Trans } from '@lingui/react/macro';
import { useState } from 'react';
import type { AuditVerdict } from '../../../shared/protocol/rest.ts';
import { useApp } from '../../app-context.ts';
import { when } from '../../ui/format.ts';
import { useDesk } from '../desk.ts';

interface VerdictProps {
  readonly verdict: AuditVerdict;
  readonly refresh: () => Promise<void>;
}

/** Whether the log is whole, by which reading; if it is not, where. */
export function Verdict({ verdict: { at, count, head, fault }, refresh }: VerdictProps) {
  const { api } = useApp();
  const { act } = useDesk();
  const [isReading, setReading] = useState(false);
  const time = when(at);
  async function read(): Promise<void> {
    setReading(true);
    if (await act(() => api.post('/api/admin/audit-log/verification', { body: {} }))) await refresh();
    setReading(false);
  }
  return (
    <div className={fault ? 'log-verdict log-verdict--bad' : 'log-verdict'}>
      {fault ? (
        <Damage fault={fault} count={count} />
      ) : (
        <p>
          <span className="mk mk--posted">
            <Plural value={count} one="Chain of # record holds" other="Chain of # records holds" />
          </span>{' '}
          <span className="meta">
            <Trans>Head:</Trans> <span className="mono desk-hash">{head}</span>
          </span>
        </p>
      )}
      <div className="desk-row">
        <p className="meta" role="status">
          {isReading ? <Trans>Reading every record</Trans> : <Trans>Every record was read {time}.</Trans>}
        </p>
        <button type="button" className="deskbtn" disabled={isReading} onClick={() => void read()}>
          <Trans>Read it again</Trans>
        </button>
      </div>
    </div>
  );
}

interface DamageProps {
  readonly fault: NonNullable<AuditVerdict['fault']>;
  readonly count: number;
}

/** A record that is wrong, or a phone whose row in the database does not follow from its records. */
function Damage({ fault: { code, record, byte, device }, count }: DamageProps) {
  if (device === undefined)
    return (
      <div role="alert">
        <p>
          <span className="mk mk--bad">
            <Trans>The log is damaged</Trans>
          </span>{' '}
          <Trans>
            <span className="mono">{code}</span> at record {record}, byte {byte}.
          </Trans>{' '}
          <Plural value={count} one="# record before it is good." other="# records before it are good." />
        </p>
        <p>
          <Trans>
            Change nothing, and keep a copy of the data folder. Somebody wrote to its files, or the disk fails: compare
            with a backup, and look who could reach the machine.
          </Trans>
        </p>
      </div>
    );
  return (
    <div role="alert">
      <p>
        <span className="mk mk--bad">
          <Trans>The log and the database disagree</Trans>
        </span>{' '}
        <Trans>
          <span className="mono">{code}</span>: phone {device}, record {record}.
        </Trans>{' '}
        <Plural value={count} one="Chain of # record holds" other="Chain of # records holds" />
      </p>
      <p>
        {code === 'row_differs' ? (
          <Trans>
            What the database says of this phone does not follow from what its driver last agreed to. Keep a copy of the
            data folder, and look who could write to it.
          </Trans>
        ) : (
          <Trans>
            This phone got work after its driver had withdrawn. Turn the programme off, keep a copy of the data folder,
            and tell whoever looks after this server.
          </Trans>
        )}
      </p>
    </div>
  );
}
