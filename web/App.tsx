import { Trans } from '@lingui/react/macro';
import { Suspense, useEffect } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { useApp } from './app-context.ts';
import type { Me } from '../shared/protocol/app.ts';
import { useObservable } from './hooks/useObservable.ts';
import { useSession } from './hooks/useSession.ts';
import { Home } from './screens/home/Home.tsx';
import { later } from './screens/later.ts';
import { AfterTabs, Screen } from './ui/Screen.tsx';
import { Failure, Loading } from './ui/states.tsx';

// Home is what a driver opens the app for; everything else arrives when it is asked for.
const Join = later(() => import('./screens/join/Join.tsx'));
const InviteNeeded = later(() => import('./screens/join/InviteNeeded.tsx'));
const OptIn = later(() => import('./screens/opt-in/OptIn.tsx'));
const LearnMore = later(() => import('./screens/opt-in/LearnMore.tsx'));
const Ask = later(() => import('./screens/ask/Ask.tsx'));
const AskRoute = later(() => import('./screens/ask/AskRoute.tsx'));
const PoolAnswer = later(() => import('./screens/ask/PoolAnswer.tsx'));
const PhoneAnswer = later(() => import('./screens/ask/PhoneAnswer.tsx'));
const Credits = later(() => import('./screens/credits/Credits.tsx'));
const FindingScreen = later(() => import('./screens/credits/FindingScreen.tsx'));
const PauseTab = later(() => import('./screens/home/PauseTab.tsx'));
const Parked = later(() => import('./screens/parked/Parked.tsx'));
const Settings = later(() => import('./screens/settings/Settings.tsx'));
const P2pSettings = later(() => import('./screens/P2pSettings.tsx'));

/** Who is there decides what there is: nobody, then an invite; somebody, then the app. */
export function App() {
  const { me } = useApp();
  const loaded = useObservable(me);
  useEffect(() => void me.refresh(), [me]);
  const retry = (): void => void me.refresh();

  if (loaded.state === 'loading') {
    return (
      <Screen title="ZeusDrive" tabs={false}>
        <Loading onRetry={retry}>
          <Trans>Opening ZeusDrive</Trans>
        </Loading>
      </Screen>
    );
  }
  if (loaded.state === 'ready') return <SignedIn me={loaded.value} />;
  const { problem } = loaded;
  if (problem.kind === 'refused' && problem.status === 401) return <SignedOut />;
  return (
    <Screen title="ZeusDrive" tabs={false}>
      <Failure problem={problem} onRetry={retry}>
        <Trans>The app could not reach the server. Your account and your credits are safe.</Trans>
      </Failure>
    </Screen>
  );
}

function SignedOut() {
  const invite = new URLSearchParams(location.search).get('invite');
  return (
    <Suspense fallback={<Opening />}>
      {invite === null ? (
        <Switch>
          <Route path="/join/:code">{({ code }) => <Join invite={code} />}</Route>
          <Route>
            <InviteNeeded />
          </Route>
        </Switch>
      ) : (
        <Join invite={invite} />
      )}
    </Suspense>
  );
}

function SignedIn({ me }: { readonly me: Me }) {
  useSession(me);
  return (
    <AfterTabs
      value={
        <Suspense>
          <PauseTab />
        </Suspense>
      }
    >
      <Suspense fallback={<Opening />}>
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
          <Route path="/ask">
            <Ask />
          </Route>
          <Route path="/ask/route">
            <AskRoute />
          </Route>
          <Route path="/ask/here/:id">{({ id }) => <PhoneAnswer id={Number(id)} />}</Route>
          <Route path="/ask/:id">{({ id }) => <PoolAnswer key={id} id={Number(id)} />}</Route>
          <Route path="/credits">
            <Credits />
          </Route>
          <Route path="/credits/finding/:id">{({ id }) => <FindingScreen key={id} id={Number(id)} />}</Route>
          <Route path="/parked">
            <Parked me={me} />
          </Route>
          <Route path="/settings">
            <Settings me={me} />
          </Route>
          <Route path="/settings/data/:page">{({ page }) => <Settings me={me} page={page} />}</Route>
          <Route path="/settings/ai-performance/shared-compute">
            <P2pSettings me={me} />
          </Route>
          <Route>
            {/* An invite's link opened again by somebody who is in, or an address of nothing. */}
            <Redirect to="/" />
          </Route>
        </Switch>
      </Suspense>
    </AfterTabs>
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
