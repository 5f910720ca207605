import axe from 'axe-core';
import type { Page } from '@playwright/test';
import type { Scene } from '../states/scene.ts';

const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** all: WCAG 2.2 AA, as far as a program can tell. colours: what another theme changes. words: what another language does. */
export type Rules = 'all' | 'colours' | 'words';
const RULES: Readonly<Record<Rules, axe.RunOptions>> = {
  all: { runOnly: LEVELS },
  colours: { runOnly: { type: 'rule', values: ['color-contrast'] } },
  words: { runOnly: LEVELS, rules: { 'color-contrast': { enabled: false } } },
};

/** The page of scenes, with axe in it. */
export async function openStage(page: Page): Promise<void> {
  await page.goto('/e2e/states/index.html');
  await page.evaluate(axe.source);
}

/** Shows a scene; its name says whether it stays at loading. */
export async function showScene(page: Page, name: string, scene: Scene): Promise<void> {
  const isLoading = name.endsWith('-loading');
  await page.evaluate(([what, stays]) => window.stage.show(what, stays), [scene, isLoading] as const);
}

/** Breaches, each with its elements. */
export function breaches(page: Page, rules: Rules): Promise<string[]> {
  return page.evaluate(async (options) => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, options);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  }, RULES[rules]);
}
