/** Whether this page is in front and whether there is a network, as plain facts. */
export interface Surroundings {
  isInFront(): boolean;
  isOnline(): boolean;
  /** Calls back at once when either may have changed. */
  watch(changed: () => void): void;
}

/**
 * The page's own. A page that is frozen or put away for the back button may say nothing more, so `freeze` and `pagehide`
 * count as hidden by themselves, until it is shown again.
 */
export function pageSurroundings(page: Document = document, view: Window = window): Surroundings {
  let isPutAway = false;
  return {
    isInFront: () => !isPutAway && page.visibilityState === 'visible',
    isOnline: () => view.navigator.onLine,
    watch(changed) {
      const put = (away: boolean) => () => {
        isPutAway = away;
        changed();
      };
      page.addEventListener('visibilitychange', put(false));
      page.addEventListener('freeze', put(true));
      page.addEventListener('resume', put(false));
      view.addEventListener('pagehide', put(true));
      view.addEventListener('pageshow', put(false));
      view.addEventListener('online', changed);
      view.addEventListener('offline', changed);
    },
  };
}
