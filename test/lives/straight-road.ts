/**
 * The straight road as a script: what people and agencies do, in order, with the days that pass in
 * between. One script serves the unit tests of the core, the real server, and the property tests.
 */
import type { Command, CommandData, CommandKind } from '../../domain/case/commands.js';
import type { Delivery, Opening } from '../../domain/case/deliveries.js';
import type { Actor, PlannedMeasure } from '../../domain/case/facts.js';
import { startOfDay, type Instant, type LegalDay } from '../../domain/law/calendar.js';
import { PLAN_CATEGORIES } from '../../domain/law/plan-categories.js';

export const CENTER = 'almaty-auezov';
export const MANAGER: Actor = { id: 'manager-1', role: 'case_manager', center: CENTER };
export const HEAD: Actor = { id: 'head-1', role: 'center_head', center: CENTER };
export const agencyActor = (code: string): Actor => ({ id: code, role: 'agency', center: '' });

/** An instant by its local day and hour in Asia/Almaty. */
export function local(day: LegalDay, hour = 10, minute = 0): Instant {
  return startOfDay(day) + (hour * 60 + minute) * 60_000;
}

export function opening(registeredAt: Instant, changes: Partial<Opening> = {}): Opening {
  return {
    appealId: 'appeal-1',
    journalNumber: `${CENTER}-2026-000001`,
    householdId: 'household-1',
    center: CENTER,
    channel: 1,
    threat: false,
    registeredAt,
    actor: MANAGER,
    ...changes,
  };
}

let commands = 0;

/** A command with a fresh id; `actor` defaults to the case manager. */
export function command<K extends CommandKind>(kind: K, data: CommandData[K], actor: Actor = MANAGER, id?: string): Command {
  commands += 1;
  // The pair of kind and data is given by K, which the compiler cannot follow through the object.
  return { kind, id: id ?? `command-${commands}`, actor, data } as Command;
}

export function report(agency: string, measureId: string, changes: Partial<Delivery['data']> = {}, ageMs = 0, deliveryId?: string): Delivery {
  commands += 1;
  const id = deliveryId ?? `delivery-${commands}`;
  return {
    kind: 'report',
    deliveryId: id,
    actor: agencyActor(agency),
    ageMs,
    data: { reportId: `report-${id}`, measureId, outcome: 'performed', ...changes },
  };
}

/** Two agencies and the family itself, whose measure serves every category: the smallest plan that the law allows to look like a plan. */
export function measures(dueOn: LegalDay): PlannedMeasure[] {
  return [
    { measureId: 'm-job', kind: 'state', supportKind: 'employment_assistance', agency: 'employment', dueOn },
    { measureId: 'm-health', kind: 'state', supportKind: 'medical_examination', agency: 'health', dueOn },
    { measureId: 'm-family', kind: 'family', supportKind: 'parenting_course', dueOn, categories: PLAN_CATEGORIES },
  ];
}

export type Doing = { at: Instant; command: Command } | { at: Instant; delivery: Delivery } | { at: Instant; acknowledge: string };

/**
 * Registered on Monday 12 January 2026 at 10:00, everything done in time, closed with three months
 * of monitoring. `acknowledge` stands for the agency's receipt of what was sent to it.
 */
export const REGISTERED_AT = local('2026-01-12');

export function straightRoad(): Doing[] {
  const plan = { iprId: 'ipr-1', endsOn: '2026-06-30', specialists: ['psychologist-almaty-auezov'], measures: measures('2026-03-02') };
  return [
    { at: local('2026-01-12', 10, 30), command: command('assignCaseManager', { caseManager: MANAGER.id }, HEAD) },
    { at: local('2026-01-12', 11), command: command('recordConsent', { given: true, personId: 'person-1' }) },
    { at: local('2026-01-12', 12), command: command('recordInterview', { noteId: 'note-1' }) },
    { at: local('2026-01-13'), command: command('recordTriage', { appealId: 'appeal-1', route: 'assessment', reasonId: 'note-2' }) },
    { at: local('2026-01-15', 16), command: command('completeAssessment', { result: 'difficult_life_situation', grounds: ['G8'] }) },
    { at: local('2026-01-19'), command: command('determineNeeds', { needs: ['employment', 'health'] }) },
    { at: local('2026-01-22'), command: command('draftIpr', plan) },
    { at: local('2026-01-23'), command: command('signIpr', { party: 'employee', method: 'eds', documentId: 'doc-1', signatureId: 'sig-1' }) },
    {
      at: local('2026-01-23', 12),
      command: command('signIpr', { party: 'family', method: 'paper', documentId: 'doc-2', signatureId: 'sig-2', personId: 'person-1' }),
    },
    { at: local('2026-01-26'), command: command('approveIpr', {}, HEAD) },
    { at: local('2026-01-27'), command: command('sendIpr', {}) },
    { at: local('2026-01-27', 10, 1), acknowledge: 'employment' },
    { at: local('2026-01-27', 10, 1), acknowledge: 'health' },
    { at: local('2026-02-16'), delivery: report('employment', 'm-job', {}, 0, 'd-job') },
    { at: local('2026-02-17'), command: command('markStatus', { measureId: 'm-job', reportId: 'report-d-job', status: 'done' }) },
    { at: local('2026-02-18'), delivery: report('health', 'm-health', {}, 0, 'd-health') },
    { at: local('2026-02-19'), command: command('markStatus', { measureId: 'm-health', reportId: 'report-d-health', status: 'done' }) },
    { at: local('2026-02-27'), command: command('markStatus', { measureId: 'm-family', status: 'done' }) },
    { at: local('2026-03-02'), command: command('markCompletion', {}) },
    { at: local('2026-03-03'), command: command('closeCase', { monitoringMonths: 3 }, HEAD) },
    { at: local('2026-03-04'), command: command('notifyResult', { documentId: 'doc-3' }) },
    { at: local('2026-04-02'), command: command('recordMonitoringContact', { situation: 'stable', noteId: 'note-4' }) },
    { at: local('2026-05-04'), command: command('recordMonitoringContact', { situation: 'stable', noteId: 'note-5' }) },
    { at: local('2026-06-03'), command: command('recordMonitoringContact', { situation: 'stable', noteId: 'note-6' }) },
    { at: local('2026-06-03', 11), command: command('endMonitoring', { noteId: 'note-7' }) },
  ];
}
