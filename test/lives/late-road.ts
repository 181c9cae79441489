/**
 * The road with trouble on it: nobody assesses in time, an agency is late and its report goes back,
 * the completion mark is forgotten. Every ladder is climbed somewhere.
 */
import { command, local, measures, report, HEAD, type Doing } from './straight-road.js';

export function lateRoad(): Doing[] {
  const plan = { iprId: 'ipr-1', endsOn: '2026-06-30', specialists: ['lawyer-almaty-auezov'], measures: measures('2026-03-02') };
  return [
    { at: local('2026-01-12', 11), command: command('recordConsent', { given: true, personId: 'person-1' }) },
    { at: local('2026-01-12', 12), command: command('recordTriage', { appealId: 'appeal-1', route: 'consultation_and_assessment', reasonId: 'note-2' }) },
    // 256-13-2 ended on Thursday 15 January: overdue, then the head, then the coordinator hear of it.
    { at: local('2026-01-21', 16), command: command('completeAssessment', { result: 'difficult_life_situation', grounds: ['G8', 'G10'] }) },
    { at: local('2026-01-23'), command: command('determineNeeds', { needs: ['employment', 'health'] }) },
    { at: local('2026-01-26'), command: command('draftIpr', plan) },
    { at: local('2026-01-27'), command: command('signIpr', { party: 'family', method: 'eds', documentId: 'doc-1', signatureId: 'sig-2' }) },
    { at: local('2026-01-27', 12), command: command('signIpr', { party: 'employee', method: 'eds', documentId: 'doc-2', signatureId: 'sig-1' }) },
    { at: local('2026-01-28'), command: command('approveIpr', {}, HEAD) },
    { at: local('2026-01-28', 15), command: command('sendIpr', {}) },
    { at: local('2026-01-28', 15, 1), acknowledge: 'employment' },
    { at: local('2026-01-28', 15, 1), acknowledge: 'health' },
    { at: local('2026-02-16'), delivery: report('employment', 'm-job', { outcome: 'in_progress' }, 0, 'd-part') },
    { at: local('2026-02-17'), command: command('markStatus', { measureId: 'm-job', reportId: 'report-d-part', status: 'in_progress' }) },
    { at: local('2026-02-18'), delivery: report('health', 'm-health', {}, 0, 'd-health') },
    { at: local('2026-02-19'), command: command('returnReport', { reportId: 'report-d-health', norm: 'норма', reasonId: 'note-3' }) },
    { at: local('2026-02-19', 10, 1), acknowledge: 'health' },
    { at: local('2026-02-24'), delivery: report('health', 'm-health', {}, 0, 'd-again') },
    { at: local('2026-02-25'), command: command('markStatus', { measureId: 'm-health', reportId: 'report-d-again', status: 'done' }) },
    { at: local('2026-02-26'), command: command('markStatus', { measureId: 'm-family', status: 'done' }) },
    // 192-11-1 of the employment agency ended on 2 March: it reports a week later.
    { at: local('2026-03-10'), delivery: report('employment', 'm-job', {}, 0, 'd-late') },
    { at: local('2026-03-11'), command: command('markStatus', { measureId: 'm-job', reportId: 'report-d-late', status: 'done' }) },
    // 192-12 ended on 12 March.
    { at: local('2026-03-16'), command: command('markCompletion', {}) },
  ];
}
