/** What the address of the audit log's page says, and what the server is asked for. */

/** Midnight of a day as it is written in the address, here; nothing when it is none. */
const midnightOf = (day: string | null): number => (day === null ? NaN : new Date(`${day}T00:00`).getTime());

export function recordsPath(shown: URLSearchParams): string {
  const query = new URLSearchParams();
  for (const name of ['action', 'actor', 'before', 'after']) {
    const value = shown.get(name);
    if (value !== null && value !== '') query.set(name, value);
  }
  const since = midnightOf(shown.get('since'));
  if (Number.isFinite(since)) query.set('since', String(since));
  return query.size === 0 ? '/api/admin/audit-log' : `/api/admin/audit-log?${query}`;
}

/** The same filter at another page; without a place at the newest. */
export function withPage(
  shown: URLSearchParams,
  place: { readonly before?: number; readonly after?: number } = {},
): URLSearchParams {
  const next = new URLSearchParams(shown);
  for (const name of ['before', 'after'] as const) {
    const value = place[name];
    if (value === undefined) next.delete(name);
    else next.set(name, String(value));
  }
  return next;
}

/** Another filter, from its newest page on. */
export function withFilter(shown: URLSearchParams, filter: Readonly<Record<string, string>>): URLSearchParams {
  const next = withPage(shown);
  for (const [name, value] of Object.entries(filter)) {
    if (value === '') next.delete(name);
    else next.set(name, value);
  }
  return next;
}
