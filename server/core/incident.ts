/** A refused fact whose cause lies here, not with the caller. */
export class Incident extends Error {
  override readonly name = 'Incident';
  readonly code: 'internal' | 'disk_full' | 'store_unavailable' | 'stopped';
  /** Under which the listener was told of it; none when the coordinator had stopped. */
  readonly id: string | undefined;
  constructor(code: Incident['code'], message: string, id?: string) {
    super(message);
    this.code = code;
    this.id = id;
  }
}
