import { expect, type Page } from '@playwright/test';

interface Stop {
  readonly name: string;
  /** Where in the page's order: the head with the way past everything, the screen, its buttons, the tabs. */
  readonly zone: number;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  /** What is wrong with how the focus looks here. */
  readonly faults: readonly string[];
}

/** Runs in the page: what has the focus, and whether somebody would see that it has. Nothing where the page has it. */
function stopHere(): Stop | undefined {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || active === document.body) return undefined;
  const box = active.getBoundingClientRect();
  const label = active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement ? active.labels?.[0] : null;
  const name = (active.getAttribute('aria-label') ?? label?.innerText ?? active.innerText).replace(/\s+/g, ' ').trim();
  const seen = active.matches('input.vh') ? (active.closest('label') ?? active) : active;
  const { outlineWidth, outlineStyle } = getComputedStyle(seen);
  const faults: string[] = [];
  if (outlineStyle === 'none' || parseFloat(outlineWidth) < 3) faults.push(`no ring of 3 px: ${name}`);
  if (active.tabIndex > 0) faults.push(`out of order: ${name}`);
  // Not hidden under the dock or the tabs (WCAG 2.4.11): the middle of what shows the focus is what a finger would meet.
  const { left, top, width, height } = seen.getBoundingClientRect();
  const met = document.elementFromPoint(left + width / 2, top + Math.min(height, innerHeight) / 2);
  if (!met || !(seen.contains(met) || met.contains(seen))) faults.push(`hidden: ${name}`);
  const zone = active.matches('.skip, .head *') ? 0 : active.closest('.tabs') ? 3 : active.closest('.dock') ? 2 : 1;
  return { name, zone, top: box.top + scrollY, bottom: box.bottom + scrollY, left: box.left, faults };
}

/** Tab, until what is called `name` has the focus; each stop on the way must be seen, and come in reading order. */
export async function tabTo(page: Page, name: string): Promise<void> {
  const stops: Stop[] = [];
  for (;;) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(stopHere);
    if (!stop) break;
    stops.push(stop);
    if (stop.name.includes(name) || stops.length > 60) break;
  }
  expect(stops.at(-1)?.name, stops.map((stop) => stop.name).join(' → ')).toContain(name);
  expect(stops.flatMap(({ faults }) => faults)).toEqual([]);
  const isAfter = (a: Stop, b: Stop): boolean =>
    b.zone > a.zone || (b.zone === a.zone && (b.top >= a.bottom - 1 || b.left >= a.left || b.zone !== 1));
  const strays = stops.slice(1).filter((stop, index) => !isAfter(stops[index]!, stop));
  expect(strays.map((stop) => `before its turn: ${stop.name}`)).toEqual([]);
}
