import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { Programme } from '../../../shared/model/programme.ts';
import type { FleetView } from '../../../shared/protocol/rest.ts';
import { useApp } from '../../app-context.ts';
import { valueOf } from '../../data/resource.ts';
import { percent, when, whole } from '../../ui/format.ts';
import { useDesk, useServer } from '../desk.ts';
import { Dialog } from '../Dialog.tsx';
import { Answer, Panel } from '../Panel.tsx';

type Asked = 'share' | 'off' | 'on';

/** The two levers that reach every open phone within a second: its share, and whether there is work at all. Mildest first. */
export function Lever() {
  const { api } = useApp();
  const { act, me } = useDesk();
  const { loaded, refresh } = useServer<Programme>('/api/admin/programme');
  const [asked, setAsked] = useState<Asked>();
  const close = (): void => setAsked(undefined);
  async function set(lever: Pick<Programme, 'isOn' | 'targetPercent'>): Promise<void> {
    close();
    if (await act<Programme>(() => api.put('/api/admin/programme', { body: lever }))) void refresh();
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
          const target = percent(targetPercent);
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
              {asked === 'share' && <Target programme={programme} onSet={(to) => void set(to)} onClose={close} />}
              {(asked === 'off' || asked === 'on') && (
                <OnOff
                  isOn={asked === 'on'}
                  onAct={() => void set({ isOn: asked === 'on', targetPercent })}
                  onClose={close}
                />
              )}
            </>
          );
        }}
      </Answer>
    </Panel>
  );
}

interface TargetProps {
  readonly programme: Programme;
  readonly onSet: (lever: Pick<Programme, 'isOn' | 'targetPercent'>) => void;
  readonly onClose: () => void;
}

function Target({ programme: { isOn, targetPercent }, onSet, onClose }: TargetProps) {
  const before = percent(targetPercent);
  return (
    <Dialog
      title={<Trans>How much may a phone lend?</Trans>}
      consequences={[
        { key: 'all', line: <Trans>Every open phone aims at it within a second.</Trans> },
        { key: 'line', line: <Trans>The line that no phone passes stays.</Trans> },
      ]}
      undo={<Trans>To undo it, set {before} again.</Trans>}
      keep={<Trans>Keep {before}</Trans>}
      act={<Trans>Set the target</Trans>}
      onAct={(fields) => onSet({ isOn, targetPercent: Number(fields.get('target')) })}
      onClose={onClose}
    >
      <div className="desk-field">
        <label htmlFor="target">
          <Trans>Percent of the phone’s CPU</Trans>
        </label>
        <input id="target" name="target" type="number" min={0.1} step={0.1} defaultValue={targetPercent} required />
      </div>
    </Dialog>
  );
}

interface OnOffProps {
  readonly isOn: boolean;
  readonly onAct: () => void;
  readonly onClose: () => void;
}

function OnOff({ isOn, onAct, onClose }: OnOffProps) {
  const { t } = useLingui();
  const fleet = valueOf(useServer<FleetView>('/api/admin/fleet').loaded);
  const phones = fleet === undefined ? t`some` : whole(fleet.linked);
  if (isOn)
    return (
      <Dialog
        title={<Trans>Turn the programme on?</Trans>}
        consequences={[
          {
            key: 'work',
            line: <Trans>Phones whose drivers agreed get work again: now {phones} with an open link.</Trans>,
          },
          { key: 'asked', line: <Trans>Nobody is asked again.</Trans> },
        ]}
        keep={<Trans>Keep it off</Trans>}
        act={<Trans>Turn on</Trans>}
        onAct={onAct}
        onClose={onClose}
      />
    );
  return (
    <Dialog
      title={<Trans>Stop everything?</Trans>}
      consequences={[
        {
          key: 'phones',
          line: <Trans>Phones with an open link stop within a second: {phones}. No other starts.</Trans>,
        },
        {
          key: 'money',
          line: <Trans>What is pending will still be checked, and posted. No driver loses a cent.</Trans>,
        },
        { key: 'queue', line: <Trans>Our own servers carry the queue. Answers take longer.</Trans> },
        { key: 'words', line: <Trans>Drivers read: “We stopped everything”.</Trans> },
      ]}
      undo={<Trans>It can be turned on again at any time. Consent is kept; nobody is asked again.</Trans>}
      keep={<Trans>Keep it on</Trans>}
      act={<Trans>Stop everything</Trans>}
      isDangerous
      onAct={onAct}
      onClose={onClose}
    />
  );
}
