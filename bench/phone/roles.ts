type Roles = ReadonlyMap<string, number>;

/** Less is nothing that a reader could use. */
const LEAST_MS = 10;

/** CPU that each role of the phone had between two looks, less its twin's, in ms; the largest first. */
export function addedByRole(
  [phoneBefore, twinBefore]: readonly [Roles, Roles],
  [phoneAfter, twinAfter]: readonly [Roles, Roles],
): Readonly<Record<string, number>> {
  const spent = (before: Roles, after: Roles, role: string): number => (after.get(role) ?? 0) - (before.get(role) ?? 0);
  const added = [...new Set([...phoneAfter.keys(), ...twinAfter.keys()])].map((role) => {
    return [role, Math.round(spent(phoneBefore, phoneAfter, role) - spent(twinBefore, twinAfter, role))] as const;
  });
  const large = added.filter(([, ms]) => Math.abs(ms) >= LEAST_MS);
  return Object.fromEntries(large.toSorted(([, a], [, b]) => b - a));
}
