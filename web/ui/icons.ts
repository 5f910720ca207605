import { ICON_SHAPES } from './icon-shapes.ts';
import type { LATER_ICON_SHAPES } from './later-icon-shapes.ts';

export type IconName = keyof typeof ICON_SHAPES | keyof typeof LATER_ICON_SHAPES;

const shapes = new Map<string, string>(Object.entries(ICON_SHAPES));

/** The outline; nothing where a screen draws an icon before its own have come. */
export const shapeOf = (name: IconName): string | undefined => shapes.get(name);

/** Those of the screens that load later come with the first of these screens. */
export async function loadLaterIcons(): Promise<void> {
  const { LATER_ICON_SHAPES: more } = await import('./later-icon-shapes.ts');
  for (const [name, shape] of Object.entries(more)) shapes.set(name, shape);
}
