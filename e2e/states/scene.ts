import type { ComputeView, PhoneSignals } from '../../web/compute/view.ts';
import type {
  AppealReply,
  ConsentTextView,
  Credits,
  DeviceView,
  ErasureView,
  EvidenceView,
  Me,
} from '../../shared/protocol/app.ts';
import type { JobView, PolicyPreview, QueueView } from '../../shared/protocol/rest.ts';
import type { AccountView, SignInWays } from '../../shared/protocol/account.ts';
import type { StoredLimits } from '../../web/data/limits.ts';
import type { AppUpdate } from '../../web/pwa/app-state.ts';
import type { TurnOnProblem } from '../../web/data/device.ts';

/** What a part of the server's API does in a scene: its value, no answer ever, no network, a fault of ours, or no session. */
export type Part<T> = T | 'never' | 'unreached' | 'broken' | 'signed_out';

/** One state of one screen, as a test asks for it. */
export interface Scene {
  readonly path: string;
  /** A newer app waits. */
  readonly update?: AppUpdate;
  /** What the browser says it is. */
  readonly userAgent?: string;
  /** The browser offers to install the app. */
  readonly canInstall?: boolean;
  readonly me?: Part<Me>;
  readonly view?: Partial<ComputeView>;
  /** What the sensors say, at time 0. */
  readonly signals?: Omit<PhoneSignals, 'now'>;
  /** The driver's limits, as this browser keeps them. */
  readonly limits?: Partial<StoredLimits>;
  readonly credits?: Part<Credits>;
  readonly jobs?: Part<readonly JobView[]>;
  readonly queue?: Part<QueueView>;
  /** What DELETE of a job says, and POST of feedback. */
  readonly cancelled?: Part<JobView>;
  readonly taken?: Part<{ readonly feedbackId: number }>;
  /** What somebody has written and not sent. */
  readonly draft?: string;
  /** Agreed to this version. */
  readonly agreed?: number;
  /** After the first load nothing answers any more. */
  readonly thenCut?: boolean;
  /** Stops of job 1, as if this page had asked. */
  readonly asked?: string;
  /** This browser is enrolled, as device 7; what the server says of it. */
  readonly device?: Part<DeviceView>;
  /** What the server says of every finding, and of the appeal. */
  readonly evidence?: Part<EvidenceView>;
  readonly appeal?: Part<AppealReply>;
  /** The self-test of turning on: it stays where it is, or fails. */
  readonly selfTest?: { readonly share: number } | TurnOnProblem;
  /** What is written into a field, by its label, before anything is tapped. */
  readonly thenType?: readonly [label: string, text: string];
  /** What is tapped once the screen is there, and what is to be seen then. */
  readonly thenTap?: readonly [tap: string, shows: string];
  /** What an erasure would take, and the text that was agreed to. */
  readonly erasure?: Part<ErasureView>;
  readonly consentText?: Part<ConsentTextView>;
  /** Which ways in there are, and how this account comes in. Passkeys at the host `here` can be asked for on this page. */
  readonly ways?: Part<SignInWays>;
  readonly account?: Part<AccountView>;
  /** What admins read, by the address after /api/admin/. */
  readonly admin?: Part<Readonly<Record<string, unknown>>>;
  /** What a change of the policy would bring. */
  readonly preview?: Part<PolicyPreview>;
  /** Every write is answered with yes. */
  readonly isDone?: boolean;
  /** What POST /api/accounts and PUT consent say. */
  readonly refusal?: { readonly status: number; readonly code: string; readonly message: string };
}

/** What the page of scenes does for a test. Each scene begins as a new page would: nothing stored, nothing known. */
export interface Stage {
  /** Resolves when everything is there that the scene waits for; with `isLoading`, when the shape of what comes is. */
  show(scene: Scene, isLoading: boolean): Promise<void>;
  /** Computing on this phone goes on: what changed since. */
  readonly change: (view: Partial<ComputeView>) => void;
  readonly speak: (locale: string) => void;
  readonly dress: (theme: 'light' | 'dark') => void;
}

declare global {
  interface Window {
    readonly stage: Stage;
  }
}
