/** What the fuzzer and the server it fuzzes say to each other, beside the sockets. */

/** Weaknesses that can be planted, each to be found by another oracle. */
export type Weakness = 'route_throws' | 'link_throws' | 'rejects' | 'leaks' | 'dies';

export interface Setup {
  readonly dataDir: string;
  readonly limits: 'raised' | 'shipped';
  readonly planted: readonly Weakness[];
}

export type ToServer =
  | { readonly type: 'enrol'; readonly publicKey: string; readonly name: string }
  | { readonly type: 'admit' }
  | { readonly type: 'measure' }
  | { readonly type: 'ping' }
  | { readonly type: 'stop' };

export interface Memory {
  readonly rss: number;
  /** What V8 has reserved for its heap, used or not. */
  readonly heapTotal: number;
  readonly heapUsed: number;
  readonly external: number;
  /** Since the measurement before: how late timers rang. */
  readonly lagMs: { readonly p99: number; readonly most: number };
}

export type FromServer =
  | { readonly type: 'serving'; readonly url: string; readonly port: number; readonly operator: string }
  | { readonly type: 'said'; readonly line: string }
  | {
      readonly type: 'enrolled';
      readonly deviceId: number;
      readonly accountId: number;
      readonly token: string;
    }
  | { readonly type: 'admitted'; readonly admin: string; readonly invites: readonly string[] }
  | ({ readonly type: 'measured' } & Memory)
  | { readonly type: 'ponged' }
  | { readonly type: 'stopped' };
