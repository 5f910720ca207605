/**
 * Strings of the app. `npm run extract` brings the catalogues up to date with the sources, `npm run -s strings` prints what
 * is not translated yet, `npm run strings -- fill FILE.json` writes translations in (docs/ARCHITECTURE.md).
 *
 * Spanish is that of drivers in the United States: Latin American words, *tú* throughout (apps for drivers say tú; usted
 * would sound like a bank, vos belongs to one region). Filipino is Tagalog as drivers speak it: data, battery, CPU, phone, credits and
 * other English words stay, with *ka* and *mo*; pure Tagalog for them would have to be looked up.
 */
import { defineConfig } from '@lingui/cli';
import { formatter } from '@lingui/format-po';

// What the first paint says, and what the screens say that load when they are asked for: half the strings each.
const FIRST = ['web/App.tsx', 'web/ui', 'web/hooks', 'web/screens/home'];
/** Of those folders, what comes right after the first glance. */
const SOON = [
  'web/ui/RefusalText.tsx',
  'web/ui/ShareStrip.tsx',
  'web/screens/home/DetailCard.tsx',
  'web/screens/home/Facts.tsx',
  'web/screens/home/GoingSign.tsx',
  'web/screens/home/PauseButton.tsx',
  'web/screens/home/PauseTab.tsx',
  'web/screens/home/RestEnds.tsx',
  'web/screens/home/resting.ts',
];

export default defineConfig({
  sourceLocale: 'en',
  locales: ['en', 'es', 'fil'],
  // A sentence that is not translated yet is said in English.
  fallbackLocales: { default: 'en' },
  // A sentence that moves within its file changes nothing.
  format: formatter({ lineNumbers: false }),
  catalogs: [
    { path: 'web/i18n/locales/{locale}/first', include: FIRST, exclude: [...SOON, '**/*.test.*'] },
    {
      path: 'web/i18n/locales/{locale}/later',
      include: [...SOON, 'web/screens/*.tsx', 'web/screens/!(home)/**/*.{ts,tsx}', 'web/kinds', 'web/pwa', 'web/i18n'],
      exclude: ['**/*.test.*'],
    },
    // Drivers never load what the desk says.
    { path: 'web/i18n/locales/{locale}/admin', include: ['web/admin'] },
  ],
});
