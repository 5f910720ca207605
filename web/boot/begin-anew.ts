/**
 * A browser keeps a page that was left, whole, for its back button: on a shared phone the next driver would find the last one's
 * name, requests and credits there, signed out or not. So a page that comes back begins anew, and asks who is there.
 */
export function neverComeBack(): void {
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload();
  });
}

/** Leaves somebody's page for good. Should the browser keep it after all, there is nothing on it. */
export function beginAnew(path = '/'): void {
  document.body.replaceChildren();
  location.replace(path);
}
