import { Redirect, Route, Switch } from 'wouter';
import { later } from '../later.ts';
import Ask from './Ask.tsx';

// The form brings a kind's reader and a sample, an answer its map: each when it is opened.
const AskRoute = later(() => import('./AskRoute.tsx'));
const EarlierScreen = later(() => import('./EarlierScreen.tsx'));
const PoolAnswer = later(() => import('./PoolAnswer.tsx'));
const PhoneAnswer = later(() => import('./PhoneAnswer.tsx'));

/** Everything under Ask: one entry for the app that loads first. */
export default function AskPages() {
  return (
    <Switch>
      <Route path="/ask">
        <Ask />
      </Route>
      <Route path="/ask/route">
        <AskRoute />
      </Route>
      <Route path="/ask/earlier">
        <EarlierScreen />
      </Route>
      <Route path="/ask/here/:id">{({ id }) => <PhoneAnswer id={Number(id)} />}</Route>
      <Route path="/ask/:id">{({ id }) => <PoolAnswer key={id} id={Number(id)} />}</Route>
      <Route>
        <Redirect to="/ask" />
      </Route>
    </Switch>
  );
}
