import { type ComponentType, lazy, type LazyExoticComponent } from 'react';
import { loadLaterStrings } from '../i18n/i18n.ts';
import { loadLaterIcons } from '../ui/icons.ts';

/** A screen that loads when it is first opened, together with its strings and icons. */
export const later = <Props extends object>(
  load: () => Promise<{ readonly default: ComponentType<Props> }>,
): LazyExoticComponent<ComponentType<Props>> =>
  lazy(async () => {
    const [screen] = await Promise.all([load(), loadLaterStrings(), loadLaterIcons()]);
    return screen;
  });

/** A part of a screen, the same way. One that does not load is left out: the rest of the screen, its Stop above all, stays. */
export const laterPart = <Props extends object>(
  load: () => Promise<{ readonly default: ComponentType<Props> }>,
): LazyExoticComponent<ComponentType<Props>> =>
  lazy(async () => {
    try {
      const [part] = await Promise.all([load(), loadLaterStrings(), loadLaterIcons()]);
      return part;
    } catch {
      return { default: () => undefined };
    }
  });
