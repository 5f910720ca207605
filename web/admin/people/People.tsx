import { useLingui } from '@lingui/react/macro';
import { type ReactNode, useCallback } from 'react';
import { useSearchParams } from 'wouter';
import type { PeopleView, RoleChangesView } from '../../../shared/protocol/account.ts';
import { usePages, useServer } from '../desk.ts';
import { DeskPage } from '../DeskPage.tsx';
import { Everybody, peoplePath } from './Everybody.tsx';
import { Invites } from './Invites.tsx';
import { Keys } from './Keys.tsx';
import { RoleChanges } from './RoleChanges.tsx';

/** Who is here, what they may do, and how others come in. */
export function People({ notice }: { readonly notice: ReactNode }) {
  const { t } = useLingui();
  const [shown] = useSearchParams();
  const people = usePages<PeopleView>(peoplePath(shown));
  const { refresh: refreshPeople } = people;
  const changes = useServer<RoleChangesView>('/api/admin/role-changes');
  const { refresh } = changes;
  const changed = useCallback(() => {
    void refreshPeople();
    void refresh();
  }, [refresh, refreshPeople]);
  return (
    <DeskPage title={t`People`} notice={notice}>
      <RoleChanges {...changes} onChange={changed} />
      <Everybody {...people} onChange={changed} />
      <Invites />
      <Keys />
    </DeskPage>
  );
}
