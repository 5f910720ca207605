import { on, type Shared } from './topics.ts';

/** Every field of the device link (`protocol/frame-table.ts`), by frame or record. Nothing else passes between a phone and us. */
export const FRAME_FIELDS: Readonly<Record<string, Readonly<Record<string, Shared>>>> = {
  hello: {
    deviceId: on('phone', 'which phone links'),
    cores: on('phone', 'how long a unit will take it'),
    zone: on('day', "when the driver's day begins; minutes from UTC, not a place"),
  },
  challenge: { nonce: on('link', 'to be signed once') },
  proof: {
    signature: on('link', 'shows that the phone holds its key'),
    awaiting: on('work', 'which reply it has not had'),
    held: on('work', 'leases it still has'),
  },
  ready: {
    lastSeq: on('work', 'where its messages go on'),
    policyVersion: on('house', 'which policy is in force'),
    maxHeld: on('house', 'how many units it may hold'),
  },
  exchange: {
    want: on('work', 'how many units it would take'),
    report: on('day', 'why it rests, its share and its bytes'),
    groups: on('work', 'results'),
  },
  reply: {
    outcomes: on('work', 'what became of its results'),
    leases: on('task', 'what to compute next'),
    status: on('work', 'why it gets fewer than it wanted'),
    retryMs: on('house', 'when to ask again'),
  },
  need: {
    jobId: on('task', 'of which job it lacks the input'),
    round: on('task', 'and of which round'),
    holdsJob: on('task', 'whether the round alone is missing'),
  },
  input: {
    jobId: on('task', 'a number; it names nobody'),
    round: on('task', 'which wave of the job'),
    kind: on('task', 'what sort of computation'),
    kindVersion: on('task', 'and in which version'),
    kernelHash: on('task', 'the program that computes'),
    jobInput: on('task', 'the blinded request: no name, account, place, time or money'),
    roundInput: on('task', 'the best so far, blinded as well'),
  },
  gone: { jobId: on('task', 'a job whose round is over'), round: on('task', 'that round') },
  policy: {
    policyVersion: on('house', 'which policy is in force'),
    maxHeld: on('house', 'how many units it may hold'),
  },
  wake: {},
  bye: { code: on('link', 'why the link ends') },
  report: { report: on('day', 'why it rests, where no exchange has said so') },
  LeaseTerms: {
    keyId: on('house', 'which server key made the token'),
    priceMicros: on('money', 'what a unit pays'),
    leaseUntil: on('work', 'until when the lease holds'),
    policyVersion: on('house', 'policy it was leased under'),
  },
  LeaseSlot: { taskIndex: on('task', 'which task'), token: on('work', 'proves the lease') },
  TaskResult: {
    taskIndex: on('work', 'which task'),
    token: on('work', 'proves the lease'),
    cpuMs: on('work', 'what it took, for plausibility, never for pay'),
    output: on('work', 'scores, and perhaps a candidate'),
  },
  ResultGroup: {
    blockId: on('work', 'where the tasks stand'),
    terms: on('work', 'as leased'),
    results: on('work', 'one for each task'),
  },
  LeaseGroup: {
    jobId: on('task', 'a number; it names nobody'),
    blockId: on('task', 'where the tasks stand'),
    round: on('task', 'which wave of the job'),
    firstTask: on('task', 'place of the first task'),
    terms: on('work', 'price and time'),
    leaseMs: on('work', 'how long it has'),
    scoreToBeat: on('task', 'candidates that are no better stay at home'),
    leases: on('work', 'one for each task'),
  },
  HeldGroup: {
    blockId: on('work', 'where the tasks stand'),
    terms: on('work', 'as leased'),
    leases: on('work', 'what it still holds'),
  },
  DeviceReport: {
    reason: on('day', 'a code; never the battery level'),
    duty: on('day', 'share of the phone it computed with'),
    bytesToday: on('day', 'what it sent and received'),
  },
};
