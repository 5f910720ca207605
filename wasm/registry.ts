import type { TaskKind } from './kind.ts';
import { routePlan } from './kinds/route-plan/kind.ts';
import { tiny } from './kinds/tiny/kind.ts';

/** A kind whose Spec and Answer are its own business: the coordinator carries both as bytes. */
export type AnyKind = TaskKind<unknown, unknown>;

/** Every kind there is, one line each. Nothing here runs a kernel. */
const KINDS: readonly AnyKind[] = [routePlan, tiny];

const byName: ReadonlyMap<string, AnyKind> = new Map(KINDS.map((kind) => [kind.name, kind]));

export const kindNames: readonly string[] = KINDS.map((kind) => kind.name);

export const kindNamed = (name: string): AnyKind | undefined => byName.get(name);
