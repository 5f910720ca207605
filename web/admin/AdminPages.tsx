import { Trans, useLingui } from '@lingui/react/macro';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import type { AccountView } from '../../shared/protocol/account.ts';
import type { Me } from '../../shared/protocol/app.ts';
import { useApp } from '../app-context.ts';
import { valueOf } from '../data/resource.ts';
import type { PasskeyProblem } from '../data/passkeys.ts';
import { useObservable } from '../hooks/useObservable.ts';
import { useProof } from '../screens/account/useProof.tsx';
import FormProblem from '../screens/sign-in/FormProblem.tsx';
import { Screen } from '../ui/Screen.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { AdjustmentsPage } from './adjustments/AdjustmentsPage.tsx';
import { AuditLog } from './audit-log/AuditLog.tsx';
import { type Desk, DeskContext, useServer } from './desk.ts';
import { openNames } from './names.ts';
import { Overview } from './overview/Overview.tsx';
import { People } from './people/People.tsx';
import { Person } from './people/Person.tsx';
import { PolicyPage } from './policy/PolicyPage.tsx';
import { useAdminStrings } from './strings.ts';
import '../screens/account/account.css';
import './admin.css';

/** The desk: what admins look at and change. The server tells everybody else that there is no such place. */
export default function AdminPages({ me }: { readonly me: Me }) {
  const strings = useAdminStrings();
  if (strings === 'here') return <OpenDesk me={me} />;
  return (
    <Screen title="ZeusDrive" hideTitle>
      {strings === 'loading' ? (
        <Loading onRetry={() => location.reload()}>
          <Trans>Opening this screen</Trans>
        </Loading>
      ) : (
        <Failure problem={{ kind: 'unreached' }} onRetry={() => location.reload()}>
          <Trans>This screen did not load.</Trans>
        </Failure>
      )}
    </Screen>
  );
}

function OpenDesk({ me }: { readonly me: Me }) {
  const { t } = useLingui();
  const account = useServer<AccountView>('/api/account');
  const { api } = useApp();
  const book = useMemo(() => openNames(api), [api]);
  const names = useObservable(book);
  const { attempt, proof } = useProof(valueOf(account.loaded), () => undefined);
  const [problem, setProblem] = useState<PasskeyProblem>();
  const desk: Desk = {
    me,
    nameOf(accountId) {
      if (accountId === null) return t`the server`;
      const name = names.get(accountId);
      if (name === undefined) book.want(accountId);
      return name ?? t`account ${accountId}`;
    },
    async act<Body>(send: Parameters<typeof attempt>[0]) {
      setProblem(undefined);
      const outcome = await attempt(send);
      if (outcome.ok) return (outcome.value as { readonly body: Body }).body;
      setProblem(outcome.error);
      return undefined;
    },
  };
  const notice = (proof || problem) && (
    <InSight>
      {proof}
      {!proof && problem && <FormProblem problem={problem} />}
    </InSight>
  );
  return (
    <DeskContext value={desk}>
      <Switch>
        <Route path="/admin">
          <Overview notice={notice} />
        </Route>
        <Route path="/admin/people">
          <People notice={notice} />
        </Route>
        <Route path="/admin/adjustments">
          <AdjustmentsPage notice={notice} />
        </Route>
        <Route path="/admin/people/:id">{({ id }) => <Person key={id} id={id} notice={notice} />}</Route>
        <Route path="/admin/policy">
          <PolicyPage notice={notice} />
        </Route>
        <Route path="/admin/audit-log">
          <AuditLog notice={notice} />
        </Route>
        <Route>
          <Redirect to="/admin" />
        </Route>
      </Switch>
    </DeskContext>
  );
}

/** What has to be answered first takes the focus: whoever pressed a button further down would not see it. */
function InSight({ children }: { readonly children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.focus();
    box.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={box} className="desk-notice" tabIndex={-1}>
      {children}
    </div>
  );
}
