import { Redirect, Route, Switch } from 'wouter';
import type { Me } from '../../../shared/protocol/app.ts';
import { later } from '../later.ts';
import Settings from './Settings.tsx';

const P2pSettings = later(() => import('../P2pSettings.tsx'));
const Account = later(() => import('../account/Account.tsx'));
const Feedback = later(() => import('../feedback/Feedback.tsx'));
const MyData = later(() => import('../my-data/MyData.tsx'));
const Help = later(() => import('../help/Help.tsx'));

/** Everything under Settings: one entry for the app that loads first. */
export default function SettingsPages({ me }: { readonly me: Me }) {
  return (
    <Switch>
      <Route path="/settings">
        <Settings me={me} />
      </Route>
      <Route path="/settings/ai-performance/shared-compute">
        <P2pSettings me={me} />
      </Route>
      <Route path="/settings/account">
        <Account />
      </Route>
      <Route path="/settings/data/:page">{({ page }) => <MyData me={me} page={page} />}</Route>
      <Route path="/settings/feedback">
        <Feedback me={me} />
      </Route>
      <Route path="/settings/help">
        <Help />
      </Route>
      <Route>
        <Redirect to="/settings" />
      </Route>
    </Switch>
  );
}
