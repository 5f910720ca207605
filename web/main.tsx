/** Boot: theme and language before the first paint, then the services, then the screens. */
import { I18nProvider } from '@lingui/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { must } from '../shared/assert.ts';
import { App } from './App.tsx';
import { AppContext } from './app-context.ts';
import { startDockSide } from './boot/dock-side.ts';
import { startTheme } from './boot/theme.ts';
import { computeLater } from './compute-later.ts';
import { openServices } from './data/services.ts';
import { startLanguage } from './i18n/i18n.ts';
import { BenchBadge } from './ui/BenchBadge.tsx';
import './ui/styles.ts';

startTheme();
startDockSide();
const i18n = startLanguage();
const services = openServices();
/** For the demonstration and the tester: `?bench` on the first page. A page opened without it never computes so. */
const isBench = new URLSearchParams(location.search).has('bench');
const compute = computeLater(async () => {
  const { openComputeHere } = await import('./open-compute.ts');
  return openComputeHere(services, isBench);
});

createRoot(must(document.getElementById('app'), 'the page’s root')).render(
  <StrictMode>
    <I18nProvider i18n={i18n}>
      <AppContext value={{ ...services, compute }}>
        {isBench && <BenchBadge />}
        <App />
      </AppContext>
    </I18nProvider>
  </StrictMode>,
);
