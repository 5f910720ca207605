import { HOUR } from '../../shared/time.ts';
import type { Coordinator } from '../core/coordinator.ts';
import type { World } from './world.ts';

interface Habit {
  /** Whose it is, for a report; and what they do, for the timeline. */
  readonly who: string;
  readonly what: string;
  /** Milliseconds to the next time, drawn when the last one is over. */
  readonly gap: () => number;
  readonly act: (coordinator: Coordinator) => Promise<void>;
  readonly endAt: number;
}

/**
 * People who do something now and then until the day ends, whether or not the server is there. What it refuses as an incident
 * is weather, and an answer that never comes is waited for an hour; anything else thrown is a bug.
 */
export function nowAndThen(world: World, habit: Habit): void {
  const { timeline, report } = world;
  const { who, what, gap, act, endAt } = habit;
  timeline.in(gap(), what, () => {
    const { coordinator } = world.server;
    if (timeline.now >= endAt) return;
    timeline.stir();
    const done = coordinator ? Promise.race([act(coordinator), timeline.sleep(HOUR, 'no answer')]) : Promise.resolve();
    void done
      .catch((error: unknown) => {
        const isRefusal = error instanceof Error && error.name === 'Incident';
        if (!isRefusal) report('no_bug', `${who}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
      })
      .finally(() => nowAndThen(world, habit));
  });
}
