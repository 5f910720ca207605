import { medianOf } from './median.ts';
import { attempt, type SensorParts, type Stop } from './surroundings.ts';

/** In low-power mode WebKit draws every second frame: 33 ms. A page that draws more slowly still has another cause. */
const HELD_BACK_MS = [28, 38] as const;
const SPACING_COUNT = 20;
/** Above this share of the time the page itself may be what makes frames late. */
const BUSY_SHARE = 0.2;
/** Frames that stop coming, a promise that stays open. */
const SILENT_MS = 3_000;

type Evidence = 'low' | 'full' | 'unclear';
type ProbeParts = Pick<SensorParts, 'probes' | 'timers' | 'now'>;

/**
 * One look for low-power mode, which no browser tells. Two ways of WebKit's, independent of each other: animation frames at
 * half speed (AnimationFrameRate.cpp), and a muted inline video that may not play outside a gesture
 * (`RequireUserGestureForVideoDueToLowPowerMode`, HTMLMediaElement.cpp). Both: true. Neither: false. Anything else is no
 * verdict. Calls back once, within three seconds, unless stopped before.
 */
export function probeLowPower(parts: ProbeParts, judged: (isLow: boolean | undefined) => void): Stop {
  let frames: Evidence | undefined;
  let video: Evidence | undefined;
  let isOver = false;

  function stop(): void {
    isOver = true;
    stops.forEach((one) => one());
  }
  function weigh(): void {
    if (isOver || !frames || !video) return;
    stop();
    judged(frames !== video || frames === 'unclear' ? undefined : frames === 'low');
  }
  const stops: Stop[] = [];
  stops.push(
    parts.timers.after(SILENT_MS, () => {
      frames ??= 'unclear';
      video ??= 'unclear';
      weigh();
    }),
    watchFrames(parts, (evidence) => {
      frames ??= evidence;
      weigh();
    }),
    playVideo(parts, (evidence) => {
      video ??= evidence;
      weigh();
    }),
  );
  return stop;
}

function watchFrames({ probes, now }: ProbeParts, said: (evidence: Evidence) => void): Stop {
  const spacings: number[] = [];
  let lastAt: number | undefined;
  let busyMs = 0;
  let stopFrame: Stop | undefined;
  let stopSoon: Stop | undefined;

  function drawn(at: number): void {
    if (lastAt !== undefined) spacings.push(at - lastAt);
    lastAt = at;
    if (spacings.length === SPACING_COUNT) said(judgeFrames(spacings, busyMs));
    else ask();
  }
  function ask(): void {
    const beganAt = now();
    const isAsked = attempt(() => {
      stopFrame = probes.frame(drawn);
      // What the page still does in this frame, it does before this comes.
      stopSoon = probes.soon(() => (busyMs += now() - beganAt));
      return true;
    });
    if (!isAsked) said('unclear');
  }
  ask();
  return () => {
    stopFrame?.();
    stopSoon?.();
  };
}

function judgeFrames(spacings: readonly number[], busyMs: number): Evidence {
  const spanMs = spacings.reduce((sum, ms) => sum + ms, 0);
  const middle = medianOf(spacings);
  if (busyMs > BUSY_SHARE * spanMs || middle > HELD_BACK_MS[1]) return 'unclear';
  return middle >= HELD_BACK_MS[0] ? 'low' : 'full';
}

/** A new one each time: WebKit lifts the restriction from an element that was once allowed. */
function playVideo({ probes }: ProbeParts, said: (evidence: Evidence) => void): Stop {
  const video = attempt(() => probes.video());
  const playing = attempt(() => video?.play());
  if (playing)
    playing.then(
      () => said('full'),
      (error: unknown) => said(isRefusal(error) ? 'low' : 'unclear'),
    );
  else void Promise.resolve().then(() => said('unclear'));
  return () => attempt(() => video?.close());
}

const isRefusal = (error: unknown): boolean => error instanceof Error && error.name === 'NotAllowedError';
