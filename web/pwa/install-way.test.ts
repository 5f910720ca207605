import { expect, test } from 'vitest';
import { installWay, type InstallWay } from './install-way.ts';

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const ANDROID =
  'Mozilla/5.0 (Linux; Android 14; SM-S918U Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko)';
const MAC =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15';

/** As browsers say it of themselves. */
const BROWSERS: readonly (readonly [name: string, userAgent: string, way: InstallWay])[] = [
  ['Safari on an iPhone', `${IPHONE} Version/17.5 Mobile/15E148 Safari/604.1`, 'steps'],
  ['Chrome on an iPhone', `${IPHONE} CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1`, 'steps'],
  ['Firefox on an iPhone', `${IPHONE} FxiOS/127.1 Mobile/15E148 Safari/605.1.15`, 'steps'],
  [
    'Safari on an iPad that says so',
    'Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1',
    'steps',
  ],
  [
    'Facebook on an iPhone',
    `${IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/467.0.0.41.102;FBBV/604129471;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/17.5.1;FBSS/3;FBID/phone;FBLC/en_US;FBOP/5]`,
    'leave_for_safari',
  ],
  [
    'Messenger on an iPhone',
    `${IPHONE} Mobile/15E148 [FBAN/MessengerForiOS;FBAV/460.0.0.30.109;FBBV/602158264]`,
    'leave_for_safari',
  ],
  [
    'Instagram on an iPhone',
    `${IPHONE} Mobile/15E148 Instagram 336.0.0.20.98 (iPhone14,5; iOS 17_5_1; en_US; en; scale=3.00; 1170x2532; 612103416)`,
    'leave_for_safari',
  ],
  ['Line on an iPhone', `${IPHONE} Mobile/15E148 Safari Line/14.9.0`, 'leave_for_safari'],
  ['the Google app on an iPhone', `${IPHONE} GSA/322.0.645279846 Mobile/15E148 Safari/604.1`, 'leave_for_safari'],
  ['a web view of some app on an iPhone', `${IPHONE} Mobile/15E148`, 'leave_for_safari'],
  [
    'Facebook on Android',
    `${ANDROID} Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/467.1.0.52.83;]`,
    'leave_for_chrome',
  ],
  [
    'Instagram on Android',
    `${ANDROID} Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36 Instagram 336.0.0.35.90 Android (34/14; 450dpi; 1080x2115; samsung; SM-S918U; dm3q; qcom; en_US; 611961390)`,
    'leave_for_chrome',
  ],
  [
    'Line on Android',
    `${ANDROID} Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36 Line/14.9.1/IAB`,
    'leave_for_chrome',
  ],
  [
    'a web view of some app on Android',
    `${ANDROID} Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36`,
    'leave_for_chrome',
  ],
  [
    'TikTok on Android',
    `${ANDROID} Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36 trill_350203 BytedanceWebview/d8a21c6`,
    'leave_for_chrome',
  ],
  [
    'Chrome on Android',
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
    'prompt',
  ],
  [
    'Samsung Internet',
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36',
    'prompt',
  ],
  [
    'Chrome on Windows',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
    'prompt',
  ],
  [
    'Edge on Windows',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0',
    'prompt',
  ],
];

const touch = { maxTouchPoints: 5, isInstalled: false };

test.each(BROWSERS)('%s', (_name, userAgent, way) => {
  expect(installWay({ ...touch, userAgent, hasPrompt: way === 'prompt' })).toBe(way);
  expect(installWay({ ...touch, userAgent, hasPrompt: true, isInstalled: true })).toBe('none');
});

test('an iPad that says it is a Mac has a touch screen; a Mac installs nothing by itself', () => {
  const browser = { userAgent: MAC, isInstalled: false, hasPrompt: false };
  expect(installWay({ ...browser, maxTouchPoints: 5 })).toBe('steps');
  expect(installWay({ ...browser, maxTouchPoints: 0 })).toBe('none');
});

test('a browser that has not offered, and knows no steps, is not asked for anything', () => {
  const firefox = 'Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0';
  expect(installWay({ ...touch, userAgent: firefox, hasPrompt: false })).toBe('none');
});
