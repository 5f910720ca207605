import { beforeEach, expect, test, vi } from 'vitest';

const kept = new Map<string, string>();
let isFull = false;
let dataset: { dock?: string; theme?: string } = {};

// What of a browser they need, from before they load.
vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }));
vi.stubGlobal('localStorage', {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem(key: string, value: string) {
    if (isFull) throw new Error('full');
    kept.set(key, value);
  },
});
const { chooseDockSide, dockSide } = await import('./dock-side.ts');
const { startTheme } = await import('./theme.ts');

function openPage(): typeof dataset {
  dataset = {};
  vi.stubGlobal('document', { documentElement: { dataset } });
  startTheme();
  return dataset;
}

beforeEach(() => {
  kept.clear();
  isFull = false;
});

test('the buttons stand right until the left is chosen, and left again on the next page', () => {
  expect(openPage().dock).not.toBe('left');
  expect(dockSide()).toBe('right');
  chooseDockSide('left');
  expect([dataset.dock, dockSide()]).toEqual(['left', 'left']);
  expect(openPage().dock).toBe('left');
  chooseDockSide('right');
  expect(openPage().dock).toBe('right');
});

test('what was kept and is no side is the right; a browser that keeps nothing changes now', () => {
  kept.set('zeus.dock-side', 'up');
  expect(dockSide()).toBe('right');
  openPage();
  isFull = true;
  chooseDockSide('left');
  expect(dataset.dock).toBe('left');
});
