/** Why mail is late: the sentence on top of the first page. */
import { Commands } from '../../report/diagnose/commands.js';
import type { Finding } from '../../report/diagnose/finding.js';
import { circumstancesOf } from '../../report/diagnose/snapshots.js';
import { type Diagnosis, diagnose } from '../../report/diagnose.js';
import { diagnosisSection } from '../../report/html/diagnosis.js';
import type { Question, Whole } from '../app.js';
import type { Asked } from '../asked.js';

/** The diagnosis of the period; whoever asks for it again gets the same. */
export function diagnosisOf({ scope, clock }: Asked, whole: Whole): Promise<Diagnosis> {
  return whole(`diagnosis ${clock.name} ${JSON.stringify(scope)}`, async (reader) =>
    diagnose(reader, scope, new Commands('postscope', clock, ''), await circumstancesOf(reader, scope)),
  );
}

export const diagnosisPart =
  (asked: Asked): Question =>
  async (_reader, whole) => {
    const link = ({ since, until, relay, kind }: Finding) =>
      asked.href(relay === undefined && kind === undefined ? '/delays' : '/attempts', {
        since: asked.moment(since),
        until: asked.moment(until + 1000),
        ...(relay === undefined ? {} : { relay: relay.ip ?? relay.host }),
        ...(kind === undefined ? {} : { failed: kind }),
      });
    return diagnosisSection(await diagnosisOf(asked, whole), { clock: asked.clock, link });
  };
