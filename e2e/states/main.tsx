/**
 * The app's own screens on a server and a phone that are made of one scene: for states that no test could wait for. One page
 * shows one scene after the other, so that looking at all of them in every language costs one load.
 */
import { i18n, type Messages } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { createRoot, type Root } from 'react-dom/client';
import { Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';
import { must } from '../../shared/assert.ts';
import { App } from '../../web/App.tsx';
import { AppContext } from '../../web/app-context.ts';
import { makeKeys } from '../../web/compute/device-key.ts';
import { deviceStore } from '../../web/compute/device-store.ts';
import type { Compute, ComputeView } from '../../web/compute/view.ts';
import { openServices } from '../../web/data/services.ts';
import { speak } from '../../web/i18n/i18n.ts';
import { readAskedRoute } from '../../web/kinds/route-plan/asked-route.ts';
import { appUpdate, installPrompt } from '../../web/pwa/app-state.ts';
import { tellRests } from '../../web/screens/home/rest-words.ts';
import { REST_WORDS } from '../../web/screens/home/resting.ts';
import { loadLaterIcons } from '../../web/ui/icons.ts';
import '../../web/ui/styles.ts';
import { fakeFetch } from './fake-fetch.ts';
import { selfTestOf, SilentEvents } from './fake-outside.ts';
import type { Scene, Stage } from './scene.ts';
import { shownText, until } from './until.ts';

tellRests(REST_WORDS);

/** Every language there is a catalogue of: `web/i18n/locales/LOCALE/PART.po`. */
const catalogues = import.meta.glob<{ readonly messages: Messages }>('../../web/i18n/locales/*/*.po');
/** All that loads when it is first wanted is here before a scene begins: none is looked at half. */
const screens = import.meta.glob([
  '../../web/screens/**/*.tsx',
  '../../web/pwa/*.tsx',
  '../../web/admin/AdminPages.tsx',
]);
let allParts: Promise<unknown> | undefined;

async function loadAllParts(): Promise<void> {
  const speakable = Object.entries(catalogues).map(async ([path, load]) =>
    i18n.load(must(path.split('/').at(-2), path), (await load()).messages),
  );
  await Promise.all([...speakable, loadLaterIcons(), ...Object.values(screens).map((load) => load())]);
}

const OFF: ComputeView = {
  state: 'off',
  reason: undefined,
  shares: [],
  share: 0,
  cores: 4,
  working: undefined,
  ends: [],
  byConsent: false,
  isPaused: false,
  battery: undefined,
  half: [],
  unknown: [],
  unitsDone: 0,
  bytes: 0,
};

let root: Root | undefined;
let view = OFF;
let listeners = new Set<() => void>();

/** As if this were the first page of this browser. */
async function forgetAll(): Promise<void> {
  root?.unmount();
  listeners = new Set();
  localStorage.clear();
  document.documentElement.removeAttribute('data-dock');
  await deviceStore().forget();
  // A scene in which the enrolment never ends holds its lock for ever.
  for (const { name } of (await navigator.locks.query()).held ?? [])
    if (name !== undefined) await navigator.locks.request(name, { steal: true }, () => undefined);
}

const OWN_AGENT = navigator.userAgent;

/** What this browser keeps of before, and is. */
async function remember({ agreed, limits, device, draft, update, userAgent, canInstall }: Scene): Promise<void> {
  appUpdate.write(update ?? 'none');
  Object.defineProperty(navigator, 'userAgent', { value: userAgent ?? OWN_AGENT, configurable: true });
  installPrompt.write(
    canInstall ? { prompt: () => Promise.resolve(), userChoice: new Promise(() => undefined) } : undefined,
  );
  if (agreed !== undefined) {
    const scope = typeof device === 'object' ? device.consent?.scope : undefined;
    const decision = { accountId: 1, version: agreed, isGranted: true, at: 1_747_000_000_000, isUnsent: false, scope };
    localStorage.setItem('consent', JSON.stringify(decision));
  }
  if (draft !== undefined)
    localStorage.setItem('feedback-draft', JSON.stringify({ accountId: 1, kind: 'problem', text: draft }));
  if (limits) localStorage.setItem('limits', JSON.stringify(limits));
  // The limits of this page were read before: they are read again when another tab changes them.
  dispatchEvent(new StorageEvent('storage', { key: 'limits' }));
  if (device !== undefined) await deviceStore().save({ accountId: 1, keys: await makeKeys(), deviceId: 7 });
}

async function show(scene: Scene, isLoading: boolean): Promise<void> {
  await forgetAll();
  await remember(scene);
  await (allParts ??= loadAllParts());
  stage.speak('en');
  view = { ...OFF, ...scene.view };
  const compute: Compute = {
    view: () => view,
    signals: () => scene.signals && { ...scene.signals, now: 0 },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    enable: () => Promise.resolve(),
    disable: () => Promise.resolve(),
  };
  const { send, cut } = fakeFetch(scene);
  const services = openServices({
    send,
    selfTest: selfTestOf(scene),
    openEvents: () => new SilentEvents() as unknown as EventSource,
  });
  // Whoever is shown as stopped has been here for a while.
  if (scene.device !== undefined) await services.device.load(1);
  if (scene.asked !== undefined) {
    const asked = readAskedRoute(scene.asked);
    if (asked.ok) {
      services.asks.sentToPool(1, asked.value);
      services.asks.prepare(asked.value);
    } else
      services.asks.prepare({ text: scene.asked, request: '', spec: { metric: 'euclid', stops: [] }, isMetres: false });
  }
  const [path = '/', search = ''] = scene.path.split('?');
  const { hook, searchHook } = memoryLocation({ path: search === '' ? path : `${path}?${search}` });
  root = createRoot(must(document.getElementById('app'), 'a root'));
  root.render(
    <I18nProvider i18n={i18n}>
      <Router hook={hook} searchHook={searchHook}>
        <AppContext value={{ ...services, compute, speak }}>
          <App />
        </AppContext>
      </Router>
    </I18nProvider>,
  );
  const isThere = (): boolean =>
    Boolean(document.querySelector('h1')?.textContent) &&
    (isLoading ? document.querySelector('.sk') !== null : document.querySelector('[aria-busy=true]') === null);
  await until(`${scene.path} is there`, isThere);
  if (scene.thenType) {
    const [label, text] = scene.thenType;
    await until(`“${label}” is there`, () => writeInto(label, text));
  }
  if (scene.thenTap) {
    const [tap, shows] = scene.thenTap;
    const target = await until(`“${tap}” is there`, () => shownText((text) => text === tap));
    target.click();
    await until(`“${shows}” is seen`, () => shownText((text) => text.includes(shows)));
  }
  if (scene.thenCut) {
    cut();
    dispatchEvent(new Event('offline'));
    await until('it is offline', () => shownText((text) => /offline/i.test(text)));
  }
  await document.fonts.ready;
}

/** As if somebody wrote it: React hears of what its own setter did not see. */
function writeInto(label: string, text: string): boolean {
  const field = shownText((shown) => shown === label)?.closest('label')?.control;
  if (!(field instanceof HTMLInputElement)) return false;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, text);
  return field.dispatchEvent(new Event('input', { bubbles: true }));
}

const stage: Stage = {
  show,
  change: (changed) => {
    view = { ...view, ...changed };
    for (const listener of listeners) listener();
  },
  speak: (locale) => {
    i18n.activate(locale);
    document.documentElement.lang = locale;
  },
  dress: (theme) => void (document.documentElement.dataset['theme'] = theme),
};
stage.dress('light');
Object.assign(window, { stage });
