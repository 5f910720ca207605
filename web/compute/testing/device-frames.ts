import type { Page } from '@playwright/test';
import { POLICY } from '../../../shared/model/policy.ts';
import { decodeFrame, type Frame } from '../../../shared/protocol/frames.ts';

/** Every frame this page sends on its links from now on, taken apart; one that is none throws. */
export function sentFrames(page: Page): readonly Frame[] {
  const frames: Frame[] = [];
  page.on('websocket', (socket) => {
    if (!socket.url().endsWith('/link')) return;
    socket.on('framesent', ({ payload }) => {
      const read = decodeFrame(new Uint8Array(Buffer.from(payload)), POLICY.limits.deviceFrameBytes);
      if (!read.ok) throw new Error(`sent no frame: ${read.error}`);
      frames.push(read.value);
    });
  });
  return frames;
}

type Exchange = Frame & { readonly type: 'exchange' };

/** What they said of the phone: the reports, in their order. */
export const reportsIn = (frames: readonly Frame[]): readonly Exchange['report'][] =>
  frames.filter((frame): frame is Exchange => frame.type === 'exchange').map(({ report }) => report);
