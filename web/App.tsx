import { Trans } from '@lingui/react/macro';
import { type ReactNode, Suspense, useEffect } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { useApp } from './app-context.ts';
import type { Me } from '../shared/protocol/app.ts';
import { beginAnew } from './boot/begin-anew.ts';
import { startOverWhenSignedOut } from './data/signed-out.ts';
import { useObservable } from './hooks/useObservable.ts';
import { useSession } from './hooks/useSession.ts';
import { Home } from './screens/home/Home.tsx';
import { homeState } from './screens/home/home-state.ts';
import { StateSign } from './screens/home/StateSign.tsx';
import { later } from './screens/later.ts';
import { AfterTabs, Screen } from './ui/Screen.tsx';
import { ScreenBoundary } from './ui/ScreenBoundary.tsx';
import { Failure, Loading } from './ui/states.tsx';

// Home is what a driver opens the app for; everything else arrives when it is asked for.
const Join = later(() => import('./screens/join/Join.tsx'));
const SignIn = later(() => import('./screens/sign-in/SignIn.tsx'));
const OptIn = later(() => import('./screens/opt-in/OptIn.tsx'));
const LearnMore = later(() => import('./screens/opt-in/LearnMore.tsx'));
const AskPages = later(() => import('./screens/ask/AskPages.tsx'));
const Credits = later(() => import('./screens/credits/Credits.tsx'));
const FindingScreen = later(() => import('./screens/credits/FindingScreen.tsx'));
const PauseTab = later(() => import('./screens/home/PauseTab.tsx'));
const Parked = later(() => import('./screens/parked/Parked.tsx'));
const SettingsPages = later(() => import('./screens/settings/SettingsPages.tsx'));
const AdminPages = later(() => import('./admin/AdminPages.tsx'));

/** Who is there decides what there is: nobody, then signing in; somebody, then the app. */
export function App() {
  const { me } = useApp();
  const loaded = useObservable(me);
  const retry = (): void => void me.refresh();
  useEffect(() => startOverWhenSignedOut(me, beginAnew), [me]);
  useEffect(() => {
    const refresh = (): void => void me.refresh();
    refresh();
    addEventListener('online', refresh);
    return () => removeEventListener('online', refresh);
  }, [me]);

  if (loaded.state === 'loading') {
    return (
      <Screen title="ZeusDrive" tabs={false}>
        <Loading onRetry={retry}>
          <Trans>Opening ZeusDrive</Trans>
        </Loading>
      </Screen>
    );
  }
  if (loaded.state === 'ready') {
    return (
      <AfterTabs value={<PauseBesideTabs />}>
        <SignedIn me={loaded.value} />
      </AfterTabs>
    );
  }
  const { problem } = loaded;
  if (problem.kind === 'refused' && problem.status === 401) return <SignedOut />;
  return (
    <Screen title="ZeusDrive" tabs={false}>
      <OfflineSign />
      <Failure problem={problem} onRetry={retry}>
        <Trans>The app could not reach the server. Your account and your credits are safe.</Trans>
      </Failure>
    </Screen>
  );
}

/** Opened without a network: the same sign as on Home. */
function OfflineSign() {
  const { compute, connection } = useApp();
  const link = useObservable(connection);
  if (link.isOnline) return undefined;
  const view = compute.view();
  return <StateSign state={homeState({ ...view, state: 'connecting' }, link.since, link)} view={view} ceiling={0} />;
}

/** A screen that loads when it is opened, and what is said while it does or when it does not. */
function Opened({ children }: { readonly children: ReactNode }) {
  const [path] = useLocation();
  return (
    <ScreenBoundary at={path} instead={<NotLoaded />}>
      <Suspense fallback={<Opening />}>{children}</Suspense>
    </ScreenBoundary>
  );
}

const PauseBesideTabs = () => (
  <Suspense>
    <PauseTab />
  </Suspense>
);

function SignedOut() {
  const invite = new URLSearchParams(location.search).get('invite');
  return (
    <Opened>
      {invite === null ? (
        <Switch>
          <Route path="/join/:code">{({ code }) => <Join invite={code} />}</Route>
          <Route>
            <SignIn />
          </Route>
        </Switch>
      ) : (
        <Join invite={invite} />
      )}
    </Opened>
  );
}

function SignedIn({ me }: { readonly me: Me }) {
  useSession(me);
  return (
    <Opened>
      <Switch>
        <Route path="/">
          <Home me={me} />
        </Route>
        <Route path="/opt-in">
          <OptIn me={me} />
        </Route>
        <Route path="/opt-in/more">
          <LearnMore me={me} />
        </Route>
        <Route path="/ask/*?">
          <AskPages />
        </Route>
        <Route path="/credits">
          <Credits />
        </Route>
        <Route path="/credits/finding/:id">{({ id }) => <FindingScreen key={id} id={Number(id)} />}</Route>
        <Route path="/parked">
          <Parked me={me} />
        </Route>
        <Route path="/settings/*?">
          <SettingsPages me={me} />
        </Route>
        {me.role === 'admin' && (
          <Route path="/admin/*?">
            <AdminPages me={me} />
          </Route>
        )}
        <Route>
          {/* An invite's link opened again by somebody who is in, or an address of nothing. */}
          <Redirect to="/" />
        </Route>
      </Switch>
    </Opened>
  );
}

/** Between two screens, where the next one's code is still on its way. */
function Opening() {
  return (
    <Screen title="ZeusDrive" hideTitle>
      <Loading onRetry={() => location.reload()}>
        <Trans>Opening this screen</Trans>
      </Loading>
    </Screen>
  );
}

/** It did not come. Loading the page again asks the network, and a newer app if there is one. */
function NotLoaded() {
  return (
    <Screen title="ZeusDrive" hideTitle>
      <Failure problem={UNREACHED} onRetry={() => location.reload()}>
        <Trans>This screen did not load.</Trans>
      </Failure>
    </Screen>
  );
}

const UNREACHED = { kind: 'unreached' } as const;
