/** All of it on one page. */
import type { Zone } from '../postfix/zone.js';
import type { Counted } from '../store/message_port.js';
import type { Interval, Reader, ReasonCount, Scope } from '../store/port.js';
import { type DelaysReport, delaysOverTime } from './delays.js';
import type { Commands } from './diagnose/commands.js';
import { circumstancesOf } from './diagnose/snapshots.js';
import { type Diagnosis, diagnose } from './diagnose.js';
import { type DoctorReport, examine } from './doctor.js';
import { type FailuresReport, failuresOverTime, timeoutKinds } from './failures.js';
import { type RelaysReport, relaysCompared } from './relays.js';
import type { Period } from './scope.js';

export interface OverviewReport {
  readonly doctor: DoctorReport;
  readonly diagnosis: Diagnosis;
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
  readonly counted: Counted;
  /** How the commands of the evidence are typed. */
  readonly commands: Commands;
}

export async function overview(reader: Reader, question: OverviewQuestion): Promise<OverviewReport> {
  return {
    doctor: await examine(reader, question.scope),
    diagnosis: await diagnose(reader, question.scope, question.commands, await circumstancesOf(reader, question.scope)),
    timeouts: await failuresOverTime(reader, { ...question, kinds: timeoutKinds }),
    relays: await relaysCompared(reader, { scope: question.scope, counted: question.counted, limit: 50 }),
    delays: await delaysOverTime(reader, question),
    reasons: await reader.reasons({ ...question.scope, limit: 8 }),
  };
}
