/** The app's own screens on a server and a phone that are made of one scene: for states that no test could wait for. */
import { tellRests } from '../../web/screens/home/rest-words.ts';
import { REST_WORDS } from '../../web/screens/home/resting.ts';
import { I18nProvider } from '@lingui/react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';
import { must } from '../../shared/assert.ts';
import { App } from '../../web/App.tsx';
import { AppContext } from '../../web/app-context.ts';
import { makeKeys } from '../../web/compute/device-key.ts';
import { deviceStore } from '../../web/compute/device-store.ts';
import type { Compute, ComputeView } from '../../web/compute/view.ts';
import type { RunSelfTest } from '../../web/data/device.ts';
import { openServices } from '../../web/data/services.ts';
import { startLanguage } from '../../web/i18n/i18n.ts';
import { readAskedRoute } from '../../web/kinds/route-plan/asked-route.ts';
import '../../web/ui/styles.ts';
import { fakeFetch } from './fake-fetch.ts';
import type { Scene } from './scene.ts';

const scene = JSON.parse(decodeURIComponent(location.hash.slice(1))) as Scene;
document.documentElement.dataset['theme'] = scene.theme;
localStorage.clear();
if (scene.agreed !== undefined) {
  const decision = { accountId: 1, version: scene.agreed, isGranted: true, at: 1_747_000_000_000, isUnsent: false };
  localStorage.setItem('consent', JSON.stringify(decision));
}

if (scene.draft !== undefined)
  localStorage.setItem('feedback-draft', JSON.stringify({ accountId: 1, kind: 'problem', text: scene.draft }));
if (scene.limits) localStorage.setItem('limits', JSON.stringify(scene.limits));

const OFF: ComputeView = {
  state: 'off',
  reason: undefined,
  shares: [],
  share: 0,
  cores: 4,
  working: undefined,
  ends: [],
  isPaused: false,
  battery: undefined,
  half: [],
  unknown: [],
  unitsDone: 0,
  bytes: 0,
};
tellRests(REST_WORDS);
const view: ComputeView = { ...OFF, ...scene.view };
const compute: Compute = {
  view: () => view,
  signals: () => scene.signals && { ...scene.signals, now: 0 },
  subscribe: () => () => undefined,
  enable: () => Promise.resolve(),
  disable: () => Promise.resolve(),
};

/** A stream that stays open and says nothing. */
class SilentEvents extends EventTarget {
  constructor() {
    super();
    setTimeout(() => this.dispatchEvent(new Event('open')));
  }
  close(): void {}
}

/** A test that stays where it is, or has failed. */
const selfTest: RunSelfTest = (_device, onProgress) => {
  if (!scene.selfTest) return Promise.reject(new Error('no test in this scene'));
  if (!('share' in scene.selfTest)) return Promise.resolve({ ok: false, error: scene.selfTest });
  onProgress(scene.selfTest.share);
  return new Promise(() => undefined);
};

/** As if this browser had been enrolled before. */
async function enrol(): Promise<void> {
  if (scene.device !== undefined) await deviceStore().save({ accountId: 1, keys: await makeKeys(), deviceId: 7 });
}

const { send, cut } = fakeFetch(scene);
const services = openServices({ send, selfTest, openEvents: () => new SilentEvents() as unknown as EventSource });
if (scene.asked !== undefined) {
  const asked = readAskedRoute(scene.asked);
  if (asked.ok) {
    services.asks.sentToPool(1, asked.value);
    services.asks.prepare(asked.value);
  } else
    services.asks.prepare({ text: scene.asked, request: '', spec: { metric: 'euclid', stops: [] }, isMetres: false });
}
window.cutLine = () => {
  cut();
  dispatchEvent(new Event('offline'));
};

const [path = '/', search = ''] = scene.path.split('?');
const { hook, searchHook } = memoryLocation({ path: search === '' ? path : `${path}?${search}` });
const show = (): void =>
  createRoot(must(document.getElementById('app'), 'a root')).render(
    <I18nProvider i18n={startLanguage()}>
      <Router hook={hook} searchHook={searchHook}>
        <AppContext value={{ ...services, compute }}>
          <App />
        </AppContext>
      </Router>
    </I18nProvider>,
  );

void enrol().then(show);
