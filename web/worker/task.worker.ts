/**
 * The one worker that computes. It starts when a phone is opted in and has work, and lives until the opt-out; the page
 * posts tasks, it posts results. Timers and messages only: what it does with them is `task/task-runner.ts`.
 */
import type { FromWorker, ToWorker } from './task/messages.ts';
import { TaskRunner } from './task/task-runner.ts';

let timer = 0;
let wanted = 0;

/**
 * A wake without a timer, for a duty of 1: `setTimeout(0)` is held back 4 ms, a message is not. It queues behind the
 * messages that came during the slice, so a pause is heard between two slices all the same.
 */
const soon = new MessageChannel();
soon.port1.addEventListener('message', ({ data }) => {
  if (data === wanted) runner.wake();
});
soon.port1.start();

function stay(): void {
  clearTimeout(timer);
  wanted++;
}

const runner = new TaskRunner({
  now: () => performance.now(),
  stay,
  sleep(ms) {
    stay();
    if (ms > 0) timer = setTimeout(() => runner.wake(), ms);
    else soon.port2.postMessage(wanted);
  },
  post(message: FromWorker) {
    postMessage(message);
  },
});

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => runner.take(data));
