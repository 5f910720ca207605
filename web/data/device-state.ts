import type { DeviceState } from '../../shared/protocol/app.ts';
import type { ComputeView } from '../compute/view.ts';
import packageJson from '../../package.json';

/** The package's version, and which build of it: the name the build gave to the script that this page runs. */
export function appVersion(): string {
  const script = document.querySelector<HTMLScriptElement>('script[type="module"][src*="/assets/"]');
  const [, build] = /-([\w-]{4,24})\.js$/.exec(script?.src ?? '') ?? [];
  return `${packageJson.version} (${build ?? 'development'})`;
}

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
