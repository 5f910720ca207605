import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { TaskClass } from '../../../shared/model/consent.ts';

/** Classes of work as a driver reads them. */
export const CLASS_WORDS: Readonly<Record<TaskClass, MessageDescriptor>> = {
  speed_critical: msg`Answers somebody waits for right now`,
  high_value: msg`Earnings plans and checks for fraud`,
  normal: msg`Routes and demand`,
  gpu_accelerated: msg`Learning, on the graphics chip`,
};
