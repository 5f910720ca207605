import { expect, test } from 'vitest';

/** How often something was tried that an attacker wants, and how often it went through. */
export interface Tries {
  readonly tried: number;
  readonly through: number;
}

/** What a run of the attacks prints of each: the same play with its control, and without. */
export interface AttackFigures {
  readonly attack: string;
  readonly control: string;
  readonly held: Tries;
  readonly open: Tries;
}

declare module 'vitest' {
  interface TaskMeta {
    attack?: AttackFigures;
  }
}

export type Control = 'on' | 'off';

interface Expected {
  readonly control: string;
  /** How many go through with the control on: what an honest person may do is as much. */
  readonly passes?: number;
}

/**
 * One attack, played twice: the control holds it to `passes`, and with the control off every try goes through. So a control
 * that does nothing, and an attack that would never have come through, both fail. A play also asserts that the same request
 * without its twist is served: being turned away for another reason proves nothing.
 */
export function attack(
  name: string,
  { control, passes = 0 }: Expected,
  play: (control: Control) => Promise<Tries>,
): void {
  // oxlint-disable-next-line vitest/valid-title -- The title is whatever the attack is called where it is written down.
  test(name, async ({ task }) => {
    const held = await play('on');
    const open = await play('off');
    task.meta.attack = { attack: name, control, held, open };
    expect({ held: held.through, open: open.through }).toEqual({ held: passes, open: open.tried });
    expect(held.tried, 'a control that lets all through holds nothing').toBeGreaterThan(held.through);
  });
}

/** Tries one after another, counting those that went through. */
export async function count(tried: number, goesThrough: (i: number) => Promise<boolean>): Promise<Tries> {
  let through = 0;
  for (let i = 0; i < tried; i++) if (await goesThrough(i)) through++;
  return { tried, through };
}
