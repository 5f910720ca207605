/** Why the server cannot start, in one sentence for the person who started it. No stack: nothing is broken. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code: StartCode;
  constructor(code: StartCode, message: string) {
    super(message);
    this.code = code;
  }
}

export type StartCode =
  | 'bad_setting'
  | 'port_busy'
  | 'cannot_listen'
  | 'folder_in_use'
  | 'folder_unusable'
  | 'no_secret'
  | 'manifest_unsigned'
  | 'manifest_altered'
  | 'development_key'
  | 'manifest_mismatch'
  | 'database_unusable'
  | 'audit_log_broken'
  | 'certificate_unusable';
