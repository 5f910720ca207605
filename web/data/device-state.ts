import type { DeviceState } from '../../shared/protocol/app.ts';
import type { ComputeView } from '../compute/view.ts';

/** Written in by the build (`house/source-stamp.ts`): the package's version and a hash of all sources. */
declare const __ZEUS_VERSION__: string | undefined;

export const appVersion = (): string => (typeof __ZEUS_VERSION__ === 'string' ? __ZEUS_VERSION__ : 'development');

/** The family alone: versions and models would tell one phone from others. */
function engineOf({ userAgent }: Pick<Navigator, 'userAgent'>): DeviceState['engine'] {
  if (/Chrom(?:e|ium)\//.test(userAgent)) return 'chromium';
  if (/Gecko\/\d|Firefox\//.test(userAgent)) return 'firefox';
  return /AppleWebKit\//.test(userAgent) ? 'webkit' : 'other';
}

/** What goes along when a driver writes to us: all of it is shown, and nothing else is sent. */
export const deviceState = (view: ComputeView, isOnline: boolean): DeviceState => ({
  version: appVersion(),
  engine: engineOf(navigator),
  state: view.state,
  reason: view.reason ?? null,
  sharePercent: Math.round(view.share * 10) / 10,
  isOnline,
});
