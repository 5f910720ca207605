/** Boot: theme and language before the first paint, then the services, then the screens. */
import { I18nProvider } from '@lingui/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { must } from '../shared/assert.ts';
import { App } from './App.tsx';
import { AppContext } from './app-context.ts';
import { neverComeBack } from './boot/begin-anew.ts';
import { startTheme } from './boot/theme.ts';
import { computeLater } from './compute-later.ts';
import { openServices } from './data/services.ts';
import { loadLaterStrings, speak, startLanguage } from './i18n/i18n.ts';
import { holdInstallPrompt } from './pwa/app-state.ts';
import { BenchBadge } from './ui/BenchBadge.tsx';
import { loadLaterIcons } from './ui/icons.ts';
import './ui/styles.ts';

startTheme();
neverComeBack();
holdInstallPrompt();
const services = openServices();
/** For the demonstration and the tester: `?bench` on the first page. A page opened without it never computes so. */
const isBench = new URLSearchParams(location.search).has('bench');
const compute = computeLater(async () => {
  // Its sentences and signs come along. A language that does not load is no reason not to compute.
  const [{ openComputeHere }] = await Promise.all([
    import('./open-compute.ts'),
    loadLaterStrings().catch(() => undefined),
    loadLaterIcons(),
  ]);
  return openComputeHere(services, isBench);
});

const root = createRoot(must(document.getElementById('app'), 'the page’s root'));
void startLanguage().then((i18n) =>
  root.render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <AppContext value={{ ...services, compute, speak }}>
          {isBench && <BenchBadge />}
          <App />
        </AppContext>
      </I18nProvider>
    </StrictMode>,
  ),
);

/** Kept for a day without a network, once the page stands. Not on the bench: there every byte is somebody's measurement. */
if (import.meta.env.PROD && !isBench) {
  addEventListener('load', () => {
    import('./pwa/keep-app.ts').then(({ keepApp }) => keepApp()).catch(() => undefined);
  });
}
