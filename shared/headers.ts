/**
 * The headers of every reply, the development server's too: cross-origin isolation (timers and memory as kernels expect
 * them), nothing executed that we did not serve, nobody frames us. `wasm-unsafe-eval` compiles WebAssembly and nothing
 * else. In development the tools inject scripts under a nonce and speak over a WebSocket.
 */
export function securityHeaders(mode: 'production' | 'development'): Readonly<Record<string, string>> {
  const isDevelopment = mode === 'development';
  const nonce = isDevelopment ? " 'nonce-dev'" : '';
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'wasm-unsafe-eval'${nonce}`,
    `style-src 'self'${nonce}`,
    "worker-src 'self'",
    `connect-src 'self'${isDevelopment ? ' ws:' : ''}`,
    "img-src 'self' data:",
    "media-src 'self' data:", // a second of black: whether a phone in low-power mode plays it
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Permissions-Policy': PERMISSIONS,
  };
}

/**
 * Only names that browsers know: each other one is a line in every console. Battery Status has none (Chromium gives it to
 * the page's own origin alone, which is what we want).
 * What the app uses is for its own pages; what browsers would give by themselves and it never needs, for nobody.
 */
const USED = [
  'compute-pressure',
  'screen-wake-lock',
  'idle-detection',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'autoplay', // a second of black: whether a phone in low-power mode plays it
];
const UNUSED = [
  'accelerometer',
  'browsing-topics',
  'camera',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'otp-credentials',
  'payment',
  'picture-in-picture',
  'serial',
  'sync-xhr',
  'usb',
  'window-management',
  'xr-spatial-tracking',
];
const PERMISSIONS = [...USED.map((name) => `${name}=(self)`), ...UNUSED.map((name) => `${name}=()`)].join(', ');
