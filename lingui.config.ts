/** Strings of the app. `npm run extract` brings the catalogues up to date with the sources. */
import { defineConfig } from '@lingui/cli';
import { formatter } from '@lingui/format-po';

// What the first paint says, and what the screens say that load when they are asked for: half the strings each.
const FIRST = ['web/App.tsx', 'web/ui', 'web/hooks', 'web/screens/home'];
/** Of those folders, what comes right after the first glance. */
const SOON = [
  'web/ui/ShareStrip.tsx',
  'web/screens/home/DetailCard.tsx',
  'web/screens/home/Facts.tsx',
  'web/screens/home/GoingSign.tsx',
  'web/screens/home/PauseButton.tsx',
  'web/screens/home/resting.ts',
];

export default defineConfig({
  sourceLocale: 'en',
  locales: ['en'],
  // A sentence that moves within its file changes nothing.
  format: formatter({ lineNumbers: false }),
  catalogs: [
    { path: 'web/i18n/locales/{locale}/first', include: FIRST, exclude: [...SOON, '**/*.test.*'] },
    {
      path: 'web/i18n/locales/{locale}/later',
      include: [...SOON, 'web/screens/*.tsx', 'web/screens/!(home)/**/*.{ts,tsx}', 'web/kinds', 'web/pwa'],
      exclude: ['**/*.test.*'],
    },
  ],
});
