import { Plural, Trans } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';
import type { OverviewView, ProgrammeBody, ProgrammeChangeView, ProgrammeView } from '../../../shared/protocol/rest.ts';
import { useApp } from '../../app-context.ts';
import { valueOf } from '../../data/resource.ts';
import { percent, seconds, when } from '../../ui/format.ts';
import { fineShare } from '../figures.ts';
import { useDesk, useServer } from '../desk.ts';
import { Dialog, WhyField, whyFrom } from '../Dialog.tsx';
import { Answer, Panel } from '../Panel.tsx';
import { LeverHistory } from './LeverHistory.tsx';
import { heldBefore } from './undo.ts';

/** What a click has asked for and a dialog asks about. */
type Asked = 'share' | 'off' | 'on' | { readonly undo: ProgrammeChangeView };

type Setting = Pick<ProgrammeBody, 'isOn' | 'targetPercent'>;

/** The two levers that reach every open phone within a second: its share, and whether there is work at all. Mildest first. */
export function Lever() {
  const { api } = useApp();
  const { act, me } = useDesk();
  const { loaded, refresh } = useServer<ProgrammeView>('/api/admin/programme');
  const [asked, setAsked] = useState<Asked>();
  const close = (): void => setAsked(undefined);
  async function set(body: ProgrammeBody): Promise<void> {
    close();
    if (await act<ProgrammeView>(() => api.put('/api/admin/programme', { body }))) void refresh();
  }
  const ceiling = percent(me.programme.ceilingPercent);
  return (
    <Panel question={<Trans>Does the programme run?</Trans>} span={4}>
      <Answer
        loaded={loaded}
        refresh={refresh}
        loading={<Trans>Loading the levers</Trans>}
        failed={<Trans>The programme goes on as it was set.</Trans>}
      >
        {(programme) => {
          const { isOn, targetPercent, at } = programme;
          const target = fineShare(targetPercent);
          const since = when(at);
          return (
            <>
              <p className="ans">
                <span className="num">{isOn ? <Trans>On</Trans> : <Trans>Off</Trans>}</span>
                <span>
                  <Trans>
                    target {target}, never above {ceiling}
                  </Trans>
                </span>
              </p>
              {at > 0 && (
                <p className="meta">
                  <Trans>Since {since}</Trans>
                </p>
              )}
              <div className="desk-row">
                <button type="button" className="deskbtn" onClick={() => setAsked('share')}>
                  <Trans>Set the target</Trans>
                </button>
                <button
                  type="button"
                  className={isOn ? 'deskbtn deskbtn--stop' : 'deskbtn'}
                  onClick={() => setAsked(isOn ? 'off' : 'on')}
                >
                  {isOn ? <Trans>Stop everything</Trans> : <Trans>Turn on</Trans>}
                </button>
              </div>
              <LeverHistory changes={programme.changes} onUndo={(undo) => setAsked({ undo })} />
              {asked !== undefined && (
                <LeverDialog asked={asked} programme={programme} onSet={(body) => void set(body)} onClose={close} />
              )}
            </>
          );
        }}
      </Answer>
    </Panel>
  );
}

interface LeverDialogProps {
  readonly asked: Asked;
  readonly programme: ProgrammeView;
  readonly onSet: (body: ProgrammeBody) => void;
  readonly onClose: () => void;
}

function LeverDialog({ asked, programme, onSet, onClose }: LeverDialogProps) {
  const { isOn, targetPercent } = programme;
  const overview = valueOf(useServer<OverviewView>('/api/admin/overview').loaded);
  const set =
    (lever: (fields: FormData) => Setting) =>
    (fields: FormData): void =>
      onSet({ ...lever(fields), reason: whyFrom(fields) });
  const before = fineShare(targetPercent);
  if (asked === 'share')
    return (
      <Dialog
        title={<Trans>How much may a phone lend?</Trans>}
        consequences={[
          { key: 'all', line: <Computing overview={overview} /> },
          { key: 'line', line: <Trans>The line that no phone passes stays.</Trans> },
        ]}
        undo={<Trans>To undo it, press Undo beside the change.</Trans>}
        keep={<Trans>Keep {before}</Trans>}
        act={<Trans>Set the target</Trans>}
        onAct={set((fields) => ({ isOn, targetPercent: Number(fields.get('target')) }))}
        onClose={onClose}
      >
        <div className="desk-field">
          <label htmlFor="target">
            <Trans>Percent of the phone’s CPU</Trans>
          </label>
          <input id="target" name="target" type="number" min={0.1} step={0.1} defaultValue={targetPercent} required />
        </div>
        <WhyField />
      </Dialog>
    );
  if (asked === 'on' || asked === 'off')
    return <OnOff isOn={asked === 'on'} {...{ overview, targetPercent, onClose, onSet }} />;
  const to = heldBefore(asked.undo, programme.changes);
  const share = fineShare(to.targetPercent);
  return (
    <Dialog
      title={<Trans>Set it back?</Trans>}
      consequences={[
        {
          key: 'back',
          line: to.isOn ? <Trans>On, target {share}.</Trans> : <Trans>Off, target {share}.</Trans>,
        },
        { key: 'all', line: <Computing overview={overview} /> },
      ]}
      keep={<Trans>Keep it</Trans>}
      act={<Trans>Set it back</Trans>}
      isDangerous={!to.isOn}
      onAct={set(() => ({ isOn: to.isOn, targetPercent: to.targetPercent }))}
      onClose={onClose}
    >
      <WhyField />
    </Dialog>
  );
}

/** Whom it reaches, counted now. */
function Computing({ overview }: { readonly overview: OverviewView | undefined }): ReactNode {
  if (!overview) return <Trans>Counting the phones</Trans>;
  const { linked, computing } = overview.fleet;
  return (
    <span>
      <Plural value={linked} one="# phone has an open link" other="# phones have an open link" />,{' '}
      <Plural value={computing} one="# of them computes now." other="# of them compute now." />{' '}
      <Trans>Each hears of it within a second.</Trans>
    </span>
  );
}

interface OnOffProps {
  readonly isOn: boolean;
  readonly targetPercent: number;
  readonly overview: OverviewView | undefined;
  readonly onSet: (body: ProgrammeBody) => void;
  readonly onClose: () => void;
}

function OnOff({ isOn, targetPercent, overview, onSet, onClose }: OnOffProps) {
  const onAct = (fields: FormData): void => onSet({ isOn, targetPercent, reason: whyFrom(fields) });
  const waits = <Waiting overview={overview} />;
  if (isOn)
    return (
      <Dialog
        title={<Trans>Turn the programme on?</Trans>}
        consequences={[
          { key: 'work', line: <Trans>Phones whose drivers agreed get work again.</Trans> },
          { key: 'phones', line: <Computing overview={overview} /> },
          { key: 'queue', line: waits },
          { key: 'asked', line: <Trans>Nobody is asked again.</Trans> },
        ]}
        keep={<Trans>Keep it off</Trans>}
        act={<Trans>Turn on</Trans>}
        {...{ onAct, onClose }}
      >
        <WhyField />
      </Dialog>
    );
  return (
    <Dialog
      title={<Trans>Stop everything?</Trans>}
      consequences={[
        { key: 'phones', line: <Computing overview={overview} /> },
        {
          key: 'money',
          line: <Trans>What is pending will still be checked, and posted. No driver loses a cent.</Trans>,
        },
        { key: 'queue', line: waits },
        { key: 'servers', line: <Trans>Our own servers carry the queue. Answers take longer.</Trans> },
        { key: 'words', line: <Trans>Drivers read: “We stopped everything”.</Trans> },
      ]}
      undo={<Trans>It can be turned on again at any time. Consent is kept; nobody is asked again.</Trans>}
      keep={<Trans>Keep it on</Trans>}
      act={<Trans>Stop everything</Trans>}
      isDangerous
      {...{ onAct, onClose }}
    >
      <WhyField />
    </Dialog>
  );
}

function Waiting({ overview }: { readonly overview: OverviewView | undefined }): ReactNode {
  if (!overview) return <Trans>Counting what waits</Trans>;
  const { queue, at } = overview;
  const oldest = queue.oldestAt === null ? undefined : seconds(at - queue.oldestAt);
  return (
    <span>
      <Plural value={queue.waitingUnits} one="# unit waits now." other="# units wait now." />{' '}
      {oldest === undefined ? undefined : <Trans>The oldest request has run for {oldest}.</Trans>}
    </span>
  );
}
