import { pcg32, type Rng } from '../../../shared/rng.ts';
import { below } from '../../../shared/rng.ts';
import type { Case } from './case.ts';
import { caseOfFraming, caseOfHttp, caseOfStream } from './http-cases.ts';
import { caseAsProof, caseBeforeProof, caseLinked, caseOfUpgrade, caseOfWebSocket } from './link-cases.ts';
import type { FuzzWorld } from './world.ts';

/** How often each is made, in hundredths. */
const SHARES: readonly (readonly [number, (rng: Rng, world: FuzzWorld) => Case])[] = [
  [38, caseOfHttp],
  [7, caseOfFraming],
  [2, caseOfStream],
  [22, caseBeforeProof],
  [5, caseAsProof],
  [13, caseLinked],
  [8, caseOfWebSocket],
  [5, caseOfUpgrade],
];

/** Case `number` of a seed: the same every time, whatever came before it. */
export function makeCase(seed: bigint, number: number, world: FuzzWorld): Case {
  const rng = pcg32(seed, BigInt(number));
  let drawn = below(rng, 100);
  for (const [share, make] of SHARES) {
    if (drawn < share) return make(rng, world);
    drawn -= share;
  }
  throw new RangeError('the shares do not add up to 100');
}
