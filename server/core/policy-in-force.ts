import type { Policy } from '../../shared/model/policy.ts';
import { withSettings, type PolicyChange, type PolicySettings } from '../../shared/model/policy-change.ts';
import type { Programme } from '../../shared/model/programme.ts';

/** What holds now: the program's own numbers, with what admins have set, have proposed, and where the levers stand. */
export class PolicyInForce {
  readonly #own: Policy;
  #policy: Policy;
  #settings: PolicySettings = {};
  #proposals: readonly PolicyChange[] = [];
  #programme: Programme;

  constructor(own: Policy) {
    this.#own = own;
    this.#policy = own;
    this.#programme = untouched(own);
  }

  get policy(): Policy {
    return this.#policy;
  }

  get settings(): PolicySettings {
    return this.#settings;
  }

  get proposals(): readonly PolicyChange[] {
    return this.#proposals;
  }

  get programme(): Programme {
    return this.#programme;
  }

  /** What open links are told: counts up with every change of the programme or the policy. */
  get wireVersion(): number {
    return this.#programme.version + this.#policy.version - this.#own.version;
  }

  /** As the store has it, oldest change first. */
  read(changes: readonly PolicyChange[], programme: Programme | undefined): void {
    if (programme) this.#programme = programme;
    this.#proposals = [];
    for (const change of changes) this.take(change);
  }

  takeProgramme(programme: Programme): void {
    this.#programme = programme;
  }

  take(change: PolicyChange): void {
    this.#proposals = this.#proposals.filter(({ id }) => id !== change.id);
    if (change.state === 'proposed') this.#proposals = [...this.#proposals, change];
    if (change.version === undefined) return;
    this.#settings = change.settings;
    this.#policy = withSettings(this.#own, change.settings, change.version);
  }
}

const untouched = ({ version, share }: Policy): Programme => ({
  version,
  isOn: true,
  targetPercent: share.targetPercent,
  at: 0,
});
