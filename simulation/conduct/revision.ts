/** 256-17-3: now and then the term of a measure is revised while its agency is still at work. */
import type { Measure } from '../../domain/case/state.js';
import { addDays, type Instant, type LegalDay } from '../../domain/law/calendar.js';
import type { Life } from '../life.js';
import { DELAYS } from '../mix.js';
import { SEEN_PREVIEW } from '../papers.js';
import { HEAD, MANAGER } from '../people.js';

const LONGER_BY_DAYS = 14;

/** From the proposal to the sending, each step some working days after the one before; given up once the agency has reported. */
export function reviseTerm(life: Life, measureId: string, at: Instant): void {
  const { work, chance } = life;
  const revisionOf = (): string | undefined => life.state.revisions.find((revision) => revision.measureId === measureId)?.revisionId;
  const step = (kind: 'approveRevision' | 'sendRevision', by: typeof MANAGER) => () => {
    const revisionId = revisionOf();
    if (revisionId === undefined || !isAtWork(life, measureId)) return undefined;
    return kind === 'sendRevision' ? life.command(kind, { revisionId, preview: SEEN_PREVIEW }, by) : life.command(kind, { revisionId }, by);
  };
  const signature = (party: 'employee' | 'family') => () => {
    const revisionId = revisionOf();
    return revisionId === undefined || !isAtWork(life, measureId)
      ? undefined
      : life.command('signRevision', { revisionId, party, method: 'paper', documentId: 'document', signatureId: 'sig-1', personId: 'person-1' }, MANAGER);
  };
  const signedAt = work.after(at, chance.delay(DELAYS.revisionSigned));
  const approvedAt = work.after(signedAt, chance.delay(DELAYS.revisionApproved));
  const sentAt = work.after(approvedAt, chance.delay(DELAYS.revisionSent));
  life.plan(
    at,
    () => proposal(life, measureId),
    () => {
      life.plan(signedAt, signature('employee'));
      life.plan(signedAt, signature('family'), () => {
        life.plan(approvedAt, step('approveRevision', HEAD), () => life.plan(sentAt, step('sendRevision', MANAGER)));
      });
    },
  );
}

function proposal(life: Life, measureId: string): ReturnType<Life['command']> | undefined {
  const measure = life.state.measures.find((candidate) => candidate.measureId === measureId);
  if (measure === undefined || !isAtWork(life, measureId)) return undefined;
  const dueOn = longer(measure, life.state.ipr?.endsOn ?? measure.dueOn);
  return dueOn === measure.dueOn ? undefined : life.command('proposeRevision', { measureId, dueOn, reasonId: 'note' }, MANAGER);
}

/** P11: inside the plan, whose year is not begun anew. */
function longer({ dueOn }: Measure, endsOn: LegalDay): LegalDay {
  const later = addDays(dueOn, LONGER_BY_DAYS);
  return later < endsOn ? later : endsOn;
}

function isAtWork({ state }: Life, measureId: string): boolean {
  return state.stage === 'execution' && state.measures.some((measure) => measure.measureId === measureId && measure.status === 'sent');
}
