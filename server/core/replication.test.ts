import { describe, expect, test } from 'vitest';
import { accountId, blockId, deviceId } from '../../shared/ids.ts';
import type { Vote } from '../../shared/model/job.ts';
import { agreementOf } from './replication.ts';

const slot = { blockId: blockId(1), taskIndex: 0 };

/** Votes by what they say: 'ABA' is three, of which the first and the last agree. The candidate is no part of a vote. */
const votes = (said: string): readonly Vote[] =>
  Array.from(said, (letter, i) => {
    const output = new Uint8Array(512 + i);
    output.fill(letter.charCodeAt(0), 0, 512);
    return { ...slot, deviceId: deviceId(i + 2), accountId: accountId(i + 2), seq: 1, output };
  });

describe('agreement', () => {
  test.each<[number, string, number, number | undefined]>([
    [2, '', 2, undefined],
    [2, 'A', 2, undefined],
    [2, 'AB', 3, undefined],
    [2, 'ABC', 4, undefined],
    [2, 'AA', 3, 0],
    [2, 'ABA', 4, 0],
    [2, 'BAA', 4, 1],
    [3, '', 3, undefined],
    [3, 'AA', 3, undefined],
    [3, 'AB', 3, undefined],
    [3, 'ABC', 4, undefined],
    [3, 'AABA', 5, 0],
    [3, 'BABAA', 6, 1],
  ])('of %i on “%s” wants %i copies in all, and takes vote %s', (copies, said, wanted, accepted) => {
    const rule = agreementOf(copies);
    const all = votes(said);
    expect(rule.accepted(slot, all)).toBe(accepted === undefined ? undefined : all[accepted]);
    if (accepted === undefined) expect(rule.wanted(slot, all)).toBe(wanted);
  });
});
