/** Lives with a temporary stay: a mother and her child come, go for a while, come back, leave, and come again. */
import type { CommandData } from '../../domain/case/commands.js';
import type { KnownMember } from '../../domain/case/references.js';
import type { Answer } from '../../domain/case/turn.js';
import type { Instant } from '../../domain/law/calendar.js';
import { papersFor } from '../../simulation/papers.js';
import { ask, registered } from './acting.js';
import type { Life } from './live.js';
import { command, local, MANAGER } from './straight-road.js';

type Admission = CommandData['admitToStay'];

export const ALL_MET = { sanitary: true, architecture: true, construction: true, housing: true, utilities: true } as const;

export const REFERRAL = { kind: 'referral', organisation: 'internal_affairs', number: '5', issuedOn: '2026-01-12', documentId: 'doc-referral' } as const;

/** What is asked for a mother and her child; a room of two places. */
export function admission(changes: Partial<Admission> = {}): Admission {
  const persons = ['person-1', 'person-2'].map((personId) => ({ personId, room: '101' }));
  return { persons, basis: { kind: 'application' }, order: order('2026-01-12'), locationId: 'note-1', checklist: ALL_MET, ...changes };
}

export function order(date: string): { number: string; date: string } {
  return { number: '17-ж', date };
}

/** @param members what is known of them beside that they are there; the child of `admission` is one unless told */
export function admit(
  life: Life,
  at: Instant,
  data: Admission = admission(),
  { members = { 'person-2': { isChild: true } }, taken = [] }: { members?: Readonly<Record<string, KnownMember>>; taken?: readonly number[] } = {},
): Answer {
  const given = command('admitToStay', data, MANAGER);
  const papers = papersFor(given);
  const room = Object.fromEntries(Object.entries(papers.room).map(([code, found]) => [code, { ...found, taken }]));
  const [answer] = life.turn(at, { kind: 'command', command: given, known: { ...papers, room, member: { ...papers.member, ...members } } });
  if (answer === undefined) throw new Error('an admission got no answer');
  return answer;
}

export function lastStay(life: Life): string {
  return life.caseState.stays.at(-1)?.stayId ?? '';
}

/** Admitted at noon of 12.01.2026, and arrived an hour later. */
export function inside(data?: Admission): Life {
  const life = registered(local('2026-01-12', 10));
  admit(life, local('2026-01-12', 12), data);
  arrive(life, local('2026-01-12', 13));
  return life;
}

export function arrive(life: Life, at: Instant): Answer {
  return ask(life, at, 'recordStayArrival', { stayId: lastStay(life), medicalExamination: true, sanitaryTreatment: true });
}

export function leave(life: Life, day: string): Answer {
  return ask(life, local(day), 'endStay', { stayId: lastStay(life), order: order(day), reason: 'own_wish' });
}

/** Every fact of a stay: on a referral and on an application, with and without signs of violence, past the month, once more. */
export function stays(): Life[] {
  const wandering = inside(admission({ basis: REFERRAL }));
  ask(wandering, local('2026-01-15'), 'recordTemporaryLeave', {
    stayId: lastStay(wandering),
    order: order('2026-01-15'),
    reason: 'hospital',
    noteId: 'note-2',
  });
  ask(wandering, local('2026-01-20'), 'recordStayReturn', { stayId: lastStay(wandering), order: order('2026-01-20') });
  leave(wandering, '2026-02-14');
  const again = inside();
  ask(again, local('2026-01-12', 14), 'recordViolenceSigns', { noteId: 'note-2' });
  leave(again, '2026-01-20');
  admit(again, local('2026-01-21'));
  arrive(again, local('2026-01-21', 12));
  const transfer = { stayId: lastStay(again), order: order('2026-01-28'), reason: 'to_organisation', organisation: 'crisis_centre' };
  ask(again, local('2026-01-28'), 'transferFromStay', transfer);
  const cancelled = registered(local('2026-01-12', 10));
  admit(cancelled, local('2026-01-12', 12));
  ask(cancelled, local('2026-01-14'), 'cancelStay', { stayId: lastStay(cancelled), order: order('2026-01-14'), reason: 'not_arrived' });
  return [wandering, again, cancelled];
}
