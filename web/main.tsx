/** Boot: theme and language before the first paint, then the services, then the screens. */
import { I18nProvider } from '@lingui/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { must } from '../shared/assert.ts';
import { App } from './App.tsx';
import { AppContext } from './app-context.ts';
import { startTheme } from './boot/theme.ts';
import { computeLater } from './compute-later.ts';
import { openServices } from './data/services.ts';
import { loadLaterStrings, speak, startLanguage } from './i18n/i18n.ts';
import { BenchBadge } from './ui/BenchBadge.tsx';
import './ui/styles.ts';

startTheme();
const services = openServices();
/** For the demonstration and the tester: `?bench` on the first page. A page opened without it never computes so. */
const isBench = new URLSearchParams(location.search).has('bench');
const compute = computeLater(async () => {
  // What it says of a rest is among the later strings; it computes without them, too.
  const [{ openComputeHere }] = await Promise.all([import('./open-compute.ts'), loadLaterStrings().catch(() => {})]);
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
