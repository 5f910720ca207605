import { Trans, useLingui } from '@lingui/react/macro';
import type { ConvictionView, PersonDetail, PhoneView } from '../../../shared/protocol/account.ts';
import { dayAndMonth, when, whole } from '../../ui/format.ts';
import { Panel } from '../Panel.tsx';
import { restName } from '../rest-names.ts';
import { Table } from '../Table.tsx';
import { APPEAL_WORDS, RULING_WORDS } from './ruling-words.ts';

/** Their phones: class and state, work, and what checks have found. */
export function PersonPhones({ person: { phones } }: { readonly person: PersonDetail }) {
  const { t } = useLingui();
  return (
    <Panel question={<Trans>Which phones?</Trans>} note={<Trans>the newest first</Trans>} span={8}>
      <Table
        label={t`Phones`}
        columns={[
          { title: t`Phone`, cell: (phone) => <PhoneNumber {...phone} /> },
          { title: t`Cores`, cell: ({ cores }) => whole(cores), isNumber: true },
          { title: t`Chunk in the self-test`, cell: ({ chunkMs }) => chunkTime(chunkMs), isNumber: true },
          { title: t`State`, cell: (phone) => <State phone={phone} /> },
          { title: t`Units`, cell: ({ units }) => whole(units), isNumber: true },
          {
            title: t`Last work`,
            cell: ({ lastWorkAt }) => (lastWorkAt === null ? <Trans>never</Trans> : when(lastWorkAt)),
          },
          {
            title: t`Found wrong`,
            cell: ({ convictions }) =>
              convictions.length === 0 ? <Trans>nothing</Trans> : <Convictions found={convictions} />,
          },
        ]}
        rows={phones}
        keyOf={({ deviceId }) => deviceId}
        empty={<Trans>None. A phone stands here once it has passed its self-test.</Trans>}
      />
    </Panel>
  );
}

function PhoneNumber({ deviceId, createdAt }: PhoneView) {
  const day = dayAndMonth(createdAt);
  return (
    <span>
      <span className="mono">{deviceId}</span>
      <small>
        <Trans>since {day}</Trans>
      </small>
    </span>
  );
}

/** On the reference phone it takes 33 ms. */
const chunkTime = (ms: number): string => (ms === 0 ? '–' : `${whole(ms)}\u00A0ms`);

function State({ phone: { status, isOptedIn, isLinked, rest } }: { readonly phone: PhoneView }) {
  const { i18n } = useLingui();
  if (status === 'banned')
    return (
      <span className="mk mk--bad">
        <Trans>Stopped by us: fraud</Trans>
      </span>
    );
  if (!isOptedIn)
    return (
      <span className="mk mk--void">
        <Trans>Opted out</Trans>
      </span>
    );
  if (!isLinked)
    return (
      <span className="mk">
        <Trans>Opted in, not here</Trans>
      </span>
    );
  const name = rest === null ? undefined : restName(rest);
  return rest === null ? (
    <span className="mk mk--posted">
      <Trans>Here</Trans>
    </span>
  ) : (
    <span>
      <span className="mk mk--pending">
        <Trans>Here, resting</Trans>
      </span>
      <small>{name ? i18n._(name) : rest}</small>
    </span>
  );
}

function Convictions({ found }: { readonly found: readonly ConvictionView[] }) {
  const { i18n } = useLingui();
  return (
    <ul className="desk-found">
      {found.map(({ evidenceId, at, ruling, wrongChunks, appeal }) => {
        const time = when(at);
        const chunks = whole(wrongChunks);
        return (
          <li key={evidenceId}>
            {i18n._(RULING_WORDS[ruling])}
            <small>
              <Trans>
                {time}, {chunks} of 64 chunks wrong, finding {evidenceId}.
              </Trans>{' '}
              {appeal !== null && i18n._(APPEAL_WORDS[appeal])}
            </small>
          </li>
        );
      })}
    </ul>
  );
}
