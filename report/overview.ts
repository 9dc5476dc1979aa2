/** All of it on one page. */
import type { Zone } from '../postfix/zone.js';
import type { Interval, Reader, ReasonCount, Scope } from '../store/port.js';
import { type DelaysReport, delaysOverTime } from './delays.js';
import { type DoctorReport, examine } from './doctor.js';
import { type FailuresReport, failuresOverTime, timeoutKinds } from './failures.js';
import { type RelaysReport, relaysCompared } from './relays.js';
import type { Period } from './scope.js';

export interface OverviewReport {
  readonly doctor: DoctorReport;
  readonly timeouts: FailuresReport;
  readonly relays: RelaysReport;
  readonly delays: DelaysReport;
  readonly reasons: readonly ReasonCount[];
}

export interface OverviewQuestion {
  readonly scope: Scope;
  /** What there are lines for; undefined for nothing. */
  readonly period: Period | undefined;
  readonly by: Interval;
  readonly zone: Zone;
}

export async function overview(reader: Reader, question: OverviewQuestion): Promise<OverviewReport> {
  return {
    doctor: await examine(reader, question.scope),
    timeouts: await failuresOverTime(reader, { ...question, kinds: timeoutKinds }),
    relays: await relaysCompared(reader, question.scope, 50),
    delays: await delaysOverTime(reader, question),
    reasons: await reader.reasons({ ...question.scope, limit: 8 }),
  };
}
