/** What people do from the appeal to the result of the assessment. */
import type { Opening } from '../../domain/case/deliveries.js';
import type { Instant } from '../../domain/law/calendar.js';
import { MANAGER, SPECIALIST, UNIT_HEAD } from '../people.js';
import type { Life } from '../life.js';
import { DELAYS, SHARES } from '../mix.js';
import { tellResult } from './closing.js';
import { determineNeeds } from './plan.js';
import { triage } from './triage.js';
import { noticeSigns } from './violence.js';

const OWN_APPEAL = 1;

/** Everything that an appeal sets going at the Center. */
export function receive(life: Life, { appealId, channel, threat, registeredAt }: Opening): void {
  const { chance, work } = life;
  const after = (step: keyof typeof DELAYS): Instant => work.after(registeredAt, chance.delay(DELAYS[step]));
  const confirmed = chance.happens(SHARES.confirmed);
  const own = channel === OWN_APPEAL;
  life.plan(after('assignment'), () => assignment(life));
  const consentAt = after('consent');
  // P29: whoever did not come alone is asked when there is something to consent to.
  if (own || confirmed) life.plan(consentAt, () => consent(life));
  const interviewed = own && chance.happens(SHARES.interviewHeld);
  const interviewAt = interviewed ? after('interview') : registeredAt;
  if (interviewed) life.plan(interviewAt, () => interview(life));
  noticeSigns(life, interviewAt);
  triage(life, appealId, registeredAt, 0);
  if (threat) life.plan(after('immediateMeasures'), () => immediateMeasures(life));
  const assessedAt = Math.max(interviewAt, after(threat ? 'threatAssessment' : 'assessment'));
  life.plan(
    assessedAt,
    () =>
      life.command(
        'completeAssessment',
        confirmed ? { result: 'difficult_life_situation', grounds: ['G8'] } : { result: 'not_confirmed', grounds: [] },
        MANAGER,
      ),
    () => (confirmed ? determineNeeds(life, Math.max(assessedAt, consentAt)) : tellResult(life, assessedAt)),
  );
}

function assignment(life: Life): ReturnType<Life['command']> | undefined {
  if (life.state.stage === 'closed') return undefined;
  return life.command('assignCaseManager', { caseManager: MANAGER.id }, UNIT_HEAD);
}

/** P4: what cannot wait for the assessment; who assessed sooner has assigned it with the assessment. */
function immediateMeasures(life: Life): ReturnType<Life['command']> | undefined {
  if (life.state.stage !== 'intake') return undefined;
  return life.command('assignImmediateMeasures', { noteId: 'note' }, MANAGER);
}

function consent(life: Life): ReturnType<Life['command']> | undefined {
  if (life.state.stage === 'closed') return undefined;
  return life.command('recordConsent', { given: true, personId: 'person' }, SPECIALIST);
}

function interview(life: Life): ReturnType<Life['command']> | undefined {
  if (life.state.stage !== 'intake') return undefined;
  return life.command('recordInterview', { noteId: 'note' }, SPECIALIST);
}
