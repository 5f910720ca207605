import { unreachable } from '../assert.ts';
import type { ByeCode } from '../protocol/frame-table.ts';

/**
 * What a device does when the server ends the link with a code:
 *
 * - `stop`: linking again would end the same way. Stay off until the app says start (new consent, new version, new key).
 * - `retry`: link again after the back-off.
 * - `retry_late`: the server asked for air. Start the back-off at sixteen seconds.
 */
export function answerToBye(code: ByeCode): 'stop' | 'retry' | 'retry_late' {
  switch (code) {
    case 'bad_version':
    case 'bad_signature':
    case 'not_opted_in':
    case 'device_stopped':
    case 'replaced': // two pages of one device would throw each other out for ever
      return 'stop';
    case 'too_fast':
    case 'overloaded':
      return 'retry_late';
    case 'leaving':
    case 'resting':
    case 'malformed':
    case 'unexpected_frame':
    case 'auth_timeout':
    case 'challenge_expired':
    case 'slow_reader':
    case 'shutting_down':
    case 'timed_out':
      return 'retry';
    default:
      return unreachable(code);
  }
}
