import { Trans, useLingui } from '@lingui/react/macro';
import { useSearchParams } from 'wouter';
import type { PeopleView } from '../../../shared/protocol/account.ts';
import { valueOf } from '../../data/resource.ts';
import { useDesk, useServer } from '../desk.ts';
import { withFilter } from './log-query.ts';

/** By action, by whom, since when. Whoever is no admin is chosen on their own page. */
export function Filters({ actions }: { readonly actions: readonly string[] }) {
  const { t } = useLingui();
  const { nameOf } = useDesk();
  const [shown, setShown] = useSearchParams();
  const admins =
    valueOf(useServer<PeopleView>('/api/admin/people?role=admin&sort=name&limit=100').loaded)?.people ?? [];
  const [action, actor] = [shown.get('action') ?? '', shown.get('actor') ?? ''];
  const others = admins.some(({ accountId }) => String(accountId) === actor) || actor === '' ? [] : [actor];
  const set = (name: string, value: string): void => setShown((before) => withFilter(before, { [name]: value }));
  return (
    <form className="desk-row" role="search" onSubmit={(event) => event.preventDefault()}>
      <div className="desk-field">
        <label htmlFor="log-action">
          <Trans>Action</Trans>
        </label>
        <select id="log-action" value={action} onChange={({ currentTarget }) => set('action', currentTarget.value)}>
          <option value="">{t`any`}</option>
          {(actions.includes(action) || action === '' ? actions : [action, ...actions]).map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </div>
      <div className="desk-field">
        <label htmlFor="log-actor">
          <Trans>By whom</Trans>
        </label>
        <select id="log-actor" value={actor} onChange={({ currentTarget }) => set('actor', currentTarget.value)}>
          <option value="">{t`anybody`}</option>
          {others.map((id) => (
            <option key={id} value={id}>
              {nameOf(Number(id))}
            </option>
          ))}
          {admins.map(({ accountId, name }) => (
            <option key={accountId} value={accountId}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div className="desk-field">
        <label htmlFor="log-since">
          <Trans>Since</Trans>
        </label>
        <input
          id="log-since"
          type="date"
          value={shown.get('since') ?? ''}
          onChange={({ currentTarget }) => set('since', currentTarget.value)}
        />
      </div>
      {(action || actor || shown.get('since')) && (
        <button
          type="button"
          className="deskbtn"
          onClick={() => setShown((before) => withFilter(before, { action: '', actor: '', since: '' }))}
        >
          <Trans>Show all</Trans>
        </button>
      )}
    </form>
  );
}
