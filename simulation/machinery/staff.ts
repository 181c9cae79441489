/** What people do next with a case, as they see it: mostly the next step of the road, now and then a wrong one. */
import type { Command, CommandData, CommandKind } from '../../domain/case/commands.js';
import { openResponse } from '../../domain/case/roads/threat/responses.js';
import type { Actor, PlannedMeasure } from '../../domain/case/facts.js';
import type { CaseState, ThreatResponse } from '../../domain/case/state.js';
import { addDays, legalDayOf, type Instant } from '../../domain/law/calendar.js';
import { PLAN_CATEGORIES } from '../../domain/law/plan-categories.js';
import { HEAD, MANAGER } from '../people.js';
import type { Dice } from './scheduler.js';

const AGENCIES = ['employment', 'health', 'education', 'housing'] as const;
const WRONG_SHARE = 0.06;
const CONFIRMED_SHARE = 0.7;
const RETURNED_SHARE = 0.15;
const REVISED_SHARE = 0.1;
const DAY_MS = 86_400_000;

interface Scene {
  state: CaseState;
  now: Instant;
  dice: Dice;
  id: string;
}

function asking<K extends CommandKind>({ id }: Scene, kind: K, data: CommandData[K], actor: Actor = MANAGER): Command {
  // The pair of kind and data is given by K, which the compiler cannot follow through the object.
  return { kind, id, actor, data } as Command;
}

/** A document that nobody has uploaded. */
export const NEVER_UPLOADED = 'never uploaded';

/** Each command brings one of its own. */
function documentId({ id }: Scene): string {
  return `document of ${id}`;
}

/** Of the family, who signs for it. */
export function signerOf({ householdId }: Pick<CaseState, 'householdId'>): string {
  return `person of ${householdId}`;
}

/** Over that document. */
function signatureId({ id }: Scene): string {
  return `signature of ${id}`;
}

/** Undefined when there is nothing to do at present. */
export function nextCommand(scene: Scene): Command | undefined {
  const { dice } = scene;
  if (dice.happens(WRONG_SHARE)) return wrong(scene);
  const steps = stepsOf(scene);
  return steps.length === 0 ? undefined : dice.of(steps);
}

/** Out of place, or never right: it must be refused and change nothing. */
function wrong(scene: Scene): Command {
  return scene.dice.of([
    asking(scene, 'closeCase', { monitoringMonths: 99 }, HEAD),
    asking(scene, 'markStatus', { measureId: 'none', status: 'done' }),
    asking(scene, 'approveIpr', {}, { ...HEAD, center: 'elsewhere' }),
    asking(scene, 'endMonitoring', { noteId: 'note' }),
    asking(scene, 'recordConsent', { given: true, personId: 'person', documentId: NEVER_UPLOADED }),
  ]);
}

function stepsOf(scene: Scene): Command[] {
  const { state } = scene;
  const response = openResponse(state);
  if (response !== undefined && (response.answeredAt === undefined || state.stage !== 'intake')) return [answer(scene, response)];
  const triages = state.appeals
    .filter(({ triaged }) => !triaged)
    .map(({ appealId }) => asking(scene, 'recordTriage', { appealId, route: 'assessment', reasonId: 'note' }));
  switch (state.stage) {
    case 'intake':
      return [...triages, ...consent(scene), asking(scene, 'recordInterview', { noteId: 'note' }), assessment(scene), assessment(scene)];
    case 'needs':
      return consent(scene).length > 0 ? consent(scene) : [asking(scene, 'determineNeeds', { needs: ['health'] })];
    case 'planning':
      return planning(scene);
    case 'execution':
      return [...triages, ...execution(scene)];
    case 'completed':
      return [asking(scene, 'closeCase', { monitoringMonths: 3 }, HEAD)];
    case 'monitoring':
      return [...triages, ...monitoring(scene)];
    case 'closed':
      return state.closure?.notified === false
        ? [asking(scene, 'notifyResult', { documentId: documentId(scene) })]
        : state.closure?.ground === 'not_confirmed'
          ? []
          : triages;
  }
}

/** A threat: measures at once, the group, a plan with the police, and where no primary assessment is made any more one of its own. */
function answer(scene: Scene, { responseId, answeredAt, calls, plan }: ThreatResponse): Command {
  if (answeredAt === undefined) return asking(scene, 'assignImmediateMeasures', { responseId, noteId: 'note' });
  if (calls.length === 0) return asking(scene, 'callMobileGroup', { responseId });
  const dueOn = addDays(legalDayOf(scene.now), 1);
  const measures = [{ measureId: 'watch', supportKind: 'psychological_help', agency: 'internal_affairs', dueOn }];
  if (plan === undefined) return asking(scene, 'adoptResponsePlan', { responseId, measures });
  return asking(scene, 'assessThreat', { responseId, confirmed: true, noteId: 'note' });
}

function consent(scene: Scene): Command[] {
  return scene.state.consent === 'given' ? [] : [asking(scene, 'recordConsent', { given: true, personId: 'person', documentId: documentId(scene) })];
}

function assessment(scene: Scene): Command {
  const confirmed = scene.dice.happens(CONFIRMED_SHARE);
  return asking(scene, 'completeAssessment', confirmed ? { result: 'difficult_life_situation', grounds: ['G8'] } : { result: 'not_confirmed', grounds: [] });
}

function planning(scene: Scene): Command[] {
  const { ipr } = scene.state;
  if (ipr === undefined) return [asking(scene, 'draftIpr', planOf(scene))];
  const unsigned = (['employee', 'family'] as const).filter((party) => !ipr.signatures.some((signature) => signature.party === party));
  if (unsigned.length > 0)
    return unsigned.map((party) =>
      asking(scene, 'signIpr', { party, method: 'paper', documentId: documentId(scene), signatureId: signatureId(scene), personId: signerOf(scene.state) }),
    );
  return [asking(scene, 'approveIpr', {}, HEAD)];
}

function planOf({ dice, now, id }: Scene): CommandData['draftIpr'] {
  const today = legalDayOf(now);
  const dueOn = (): string => addDays(today, dice.whole(20, 60));
  const state = Array.from(
    { length: dice.whole(1, 3) },
    (_, place): PlannedMeasure => ({
      measureId: `state-${place}`,
      kind: 'state',
      supportKind: 'targeted_social_assistance',
      agency: dice.of(AGENCIES),
      dueOn: dueOn(),
    }),
  );
  const family: PlannedMeasure = { measureId: 'family', kind: 'family', supportKind: 'job_search', dueOn: dueOn(), categories: PLAN_CATEGORIES };
  return { iprId: `ipr-${id}`, endsOn: addDays(today, 61), specialists: ['psychologist-almaty-auezov'], measures: [...state, family] };
}

const STATUS_OF = { performed: 'done', in_progress: 'in_progress', not_performed: 'not_done' } as const;

function execution(scene: Scene): Command[] {
  const { state, dice, now } = scene;
  if (state.ipr?.sent !== true) return [asking(scene, 'sendIpr', {})];
  if (state.measures.every(({ status }) => status === 'done')) return [asking(scene, 'markCompletion', {})];
  const marks = state.reports
    .filter(({ mark }) => mark === undefined)
    .map(({ measureId, reportId, outcome }) => {
      const returned = dice.happens(RETURNED_SHARE) && legalDayOf(now) < state.ipr!.endsOn;
      return returned
        ? asking(scene, 'returnReport', { reportId, norm: 'norm', reasonId: 'note' })
        : asking(scene, 'markStatus', { measureId, reportId, status: STATUS_OF[outcome] });
    });
  const own = state.measures
    .filter(({ kind, status }) => kind === 'family' && status !== 'done')
    .map(({ measureId }) => asking(scene, 'markStatus', { measureId, status: 'done' }));
  return [...marks, ...own, ...revisions(scene)];
}

/** Now and then the term of a measure is proposed anew; what was begun goes on. */
function revisions(scene: Scene): Command[] {
  const { state, dice, now } = scene;
  const open = state.revisions.find(({ approvedOn, sent }) => approvedOn === undefined || !sent);
  if (open === undefined) {
    const measure = state.measures.find(({ status }) => status === 'sent');
    if (measure === undefined || !dice.happens(REVISED_SHARE)) return [];
    return [asking(scene, 'proposeRevision', { measureId: measure.measureId, dueOn: addDays(legalDayOf(now), dice.whole(1, 60)), reasonId: 'note' })];
  }
  const { revisionId } = open;
  const unsigned = (['employee', 'family'] as const).filter((party) => !open.signatures.some((signature) => signature.party === party));
  if (unsigned.length > 0)
    return unsigned.map((party) =>
      asking(scene, 'signRevision', {
        revisionId,
        party,
        method: 'paper',
        documentId: documentId(scene),
        signatureId: signatureId(scene),
        personId: signerOf(state),
      }),
    );
  return [open.approvedOn === undefined ? asking(scene, 'approveRevision', { revisionId }, HEAD) : asking(scene, 'sendRevision', { revisionId })];
}

function monitoring(scene: Scene): Command[] {
  const { state, now } = scene;
  const { closure } = state;
  if (closure === undefined) return [];
  const ended = now - closure.closedAt > closure.monitoringMonths * 31 * DAY_MS;
  return [
    ...(closure.notified ? [] : [asking(scene, 'notifyResult', { documentId: documentId(scene) })]),
    ...(ended ? [asking(scene, 'endMonitoring', { noteId: 'note' })] : [asking(scene, 'recordMonitoringContact', { situation: 'stable', noteId: 'note' })]),
  ];
}
