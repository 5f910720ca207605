/** What a program can see of a page by measuring it. Each function runs inside the page and refers to nothing outside itself. */

/** Sideways scroll, text beyond an edge of the window, text that a box cuts off. */
export function cutOff(): string[] {
  const found: string[] = [];
  const sideways = document.documentElement.scrollWidth - innerWidth;
  if (sideways > 0) found.push(`${sideways} px of sideways scroll`);
  const isHidden = (node: Element): boolean => node.closest('.vh, svg, [aria-hidden=true]') !== null;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (!text.textContent?.trim() || !text.parentElement || isHidden(text.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const isBeyond = [...range.getClientRects()].some(
      ({ left, right, width }) => width > 0 && (right > innerWidth + 1 || left < -1),
    );
    if (isBeyond) found.push(`beyond the edge: ${text.textContent.trim()}`);
  }
  for (const box of document.querySelectorAll<HTMLElement>('#app *')) {
    // The parked screen drifts by up to 12 px within its margins, by the minute: what it cuts off there is air.
    if (isHidden(box) || box.matches('textarea, .pk') || box.scrollWidth <= box.clientWidth + 1) continue;
    const { overflowX, display } = getComputedStyle(box);
    if (display !== 'inline' && /hidden|clip/.test(overflowX) && box.textContent)
      found.push(`cut off: ${box.className} ${box.textContent}`);
  }
  return found;
}

/** Things to touch that are smaller than `least`, in px; links inside a sentence aside. In the dock at least 60 high. */
export function smallTargets(least: number): string[] {
  return [...document.querySelectorAll<HTMLElement>('a[href], button, input, textarea, select, summary')]
    .filter((target) => target.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .map((target) => (target.matches('input.vh') ? (target.closest('label') ?? target) : target))
    .filter((target) => !target.matches('.skip') && getComputedStyle(target).display !== 'inline')
    .filter((target) => {
      const { width, height } = target.getBoundingClientRect();
      const isLarge = target.matches('.dock .btn:not(.btn--text)') && least > 40;
      return width < least - 0.5 || height < (isLarge ? 60 : least) - 0.5;
    })
    .map((target) => {
      const { width, height } = target.getBoundingClientRect();
      return `${width.toFixed(0)} × ${height.toFixed(0)}: ${target.getAttribute('aria-label') ?? target.textContent}`;
    });
}
