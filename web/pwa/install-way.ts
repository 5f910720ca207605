/** What decides how the app gets to a home screen. */
export interface Browser {
  readonly userAgent: string;
  /** 0 on a desk: an iPad says it is a Mac, but no Mac has a touch screen. */
  readonly maxTouchPoints: number;
  /** Opened from the home screen already. */
  readonly isInstalled: boolean;
  /** The browser has offered to install it. */
  readonly hasPrompt: boolean;
}

/**
 * `prompt`: the browser's own question. `steps`: by hand, through Safari's share menu. `leave_…`: a browser inside another
 * app cannot install anything, and forgets the session. `none`: installed, or a browser that knows no such thing.
 */
export type InstallWay = 'none' | 'prompt' | 'steps' | 'leave_for_safari' | 'leave_for_chrome';

/**
 * Browsers inside other apps, by what they call themselves: Facebook and Messenger, Instagram, Line, Google's search app,
 * TikTok, Snapchat, WeChat, LinkedIn, Pinterest, X; and every Android WebView.
 */
const INSIDE_ANOTHER_APP =
  /\bFB(?:AN|AV|_IAB|IOS)\b|\bInstagram\b|\bLine\/|\bGSA\/|musical_ly|BytedanceWebview|\bSnapchat\b|MicroMessenger|LinkedInApp|\bPinterest\b|Twitter for|; wv\)/;

export function installWay({ userAgent, maxTouchPoints, isInstalled, hasPrompt }: Browser): InstallWay {
  if (isInstalled) return 'none';
  const isApple = /\b(?:iPhone|iPad|iPod)\b/.test(userAgent) || (/\bMacintosh\b/.test(userAgent) && maxTouchPoints > 1);
  // Every browser of an iPhone says Safari; a bare web view inside an app does not.
  const isInside = INSIDE_ANOTHER_APP.test(userAgent) || (isApple && !/\bSafari\//.test(userAgent));
  if (isInside) return isApple ? 'leave_for_safari' : 'leave_for_chrome';
  if (isApple) return 'steps';
  return hasPrompt ? 'prompt' : 'none';
}
