/** The whole straight road in the core: every stage, every duty, every date. */
import { describe, expect, it } from 'vitest';
import { isOver } from '../../domain/case/state.js';
import { live } from '../lives/live.js';
import { almaty, entriesOf, told } from '../lives/reading.js';
import { straightRoad } from '../lives/straight-road.js';

const life = live(straightRoad());

describe('the straight road', () => {
  it('accepts every doing of the script', () => {
    expect(life.answers.filter((answer) => !answer.ok)).toEqual([]);
    expect(life.answers).toHaveLength(straightRoad().length + 1);
  });

  it('tells the case in the ledger, in order and without gaps', () => {
    expect(told(life.entries)).toEqual([
      'AppealRegistered',
      'CaseManagerAssigned',
      'ConsentRecorded',
      'InterviewHeld',
      'TriageRecorded',
      'AssessmentCompleted',
      'NeedsDetermined',
      'IprDrafted',
      'IprSigned',
      'IprSigned',
      'IprApproved',
      'IprSent',
      'DispatchDelivered',
      'DispatchDelivered',
      'ReportReceived',
      'StatusMarked',
      'ReportReceived',
      'StatusMarked',
      'StatusMarked',
      'MeasuresAllDone',
      'CompletionMarked',
      'CaseClosed',
      'ResultNotified',
      'MonitoringContactHeld',
      'MonitoringContactHeld',
      'MonitoringContactHeld',
      'MonitoringEnded',
    ]);
    expect(life.entries.map((entry) => entry.seq)).toEqual(life.entries.map((_, index) => index + 1));
  });

  it('goes through every stage', () => {
    const stages = Array.from({ length: straightRoad().length + 1 }, (_, count) => live(straightRoad(), count).caseState).map(
      ({ stage, stageEnteredAt }) => `${stage} ${almaty(stageEnteredAt)}`,
    );
    expect([...new Set(stages)]).toEqual([
      'intake 2026-01-12 10:00',
      'needs 2026-01-15 16:00',
      'planning 2026-01-19 10:00',
      'execution 2026-01-26 10:00',
      'completed 2026-03-02 10:00',
      'monitoring 2026-03-03 10:00',
      'closed 2026-06-03 11:00',
    ]);
  });

  it.each([
    ['256-13-INT:case', undefined, 'met 2026-01-12 12:00'],
    ['256-13-1:appeal-1', '2026-01-13 24:00', 'met 2026-01-13 10:00'],
    ['256-13-2:case', '2026-01-15 24:00', 'met 2026-01-15 16:00'],
    ['256-13-3:case', '2026-01-22 24:00', 'met 2026-01-19 10:00'],
    ['192-8:case', '2026-01-26 24:00', 'met 2026-01-22 10:00'],
    ['256-17-1:case', '2026-01-27 24:00', 'met 2026-01-23 12:00'],
    ['256-17-2:case', '2026-01-27 24:00', 'met 2026-01-26 10:00'],
    ['256-15-1:ipr-1', '2026-06-30 24:00', 'met 2026-03-02 10:00'],
    ['256-16-3:m-family', '2026-03-02 24:00', 'met 2026-02-27 10:00'],
    ['192-9:employment', '2026-01-28 24:00', 'met 2026-01-27 10:01'],
    ['192-9:health', '2026-01-28 24:00', 'met 2026-01-27 10:01'],
    ['192-11-1:m-job', '2026-03-02 24:00', 'met 2026-02-16 10:00'],
    ['192-11-1:m-health', '2026-03-02 24:00', 'met 2026-02-18 10:00'],
    ['192-11-2:report-d-job', '2026-02-18 24:00', 'met 2026-02-17 10:00'],
    ['192-11-2:report-d-health', '2026-02-20 24:00', 'met 2026-02-19 10:00'],
    ['192-12:case', '2026-03-02 24:00', 'met 2026-03-02 10:00'],
    ['D-CL:case', '2026-03-04 24:00', 'met 2026-03-04 10:00'],
    ['D-MON:case', '2026-06-03 24:00', 'met 2026-06-03 11:00'],
    ['P24:case', '2026-04-03 24:00', 'met 2026-04-02 10:00'],
    ['P24:case:2', '2026-05-04 24:00', 'met 2026-05-04 10:00'],
    ['P24:case:3', '2026-06-04 24:00', 'met 2026-06-03 10:00'],
    ['P24:case:4', '2026-07-03 24:00', 'lapsed 2026-06-03 11:00'],
  ])('%s is due %s and %s', (key, due, ended) => {
    const duty = life.caseState.duties.find((candidate) => candidate.key === key);
    expect(duty?.dueAt === undefined ? undefined : almaty(duty.dueAt)).toBe(due);
    expect(`${duty?.state} ${almaty(duty?.endedAt ?? 0)}`).toBe(ended);
  });

  it('owes nothing but these duties, and nothing at its end', () => {
    expect(life.caseState.duties.map((duty) => duty.key).toSorted()).toEqual([
      '192-11-1:m-health',
      '192-11-1:m-job',
      '192-11-2:report-d-health',
      '192-11-2:report-d-job',
      '192-12:case',
      '192-8:case',
      '192-9:employment',
      '192-9:health',
      '256-13-1:appeal-1',
      '256-13-2:case',
      '256-13-3:case',
      '256-13-INT:case',
      '256-15-1:ipr-1',
      '256-16-3:m-family',
      '256-17-1:case',
      '256-17-2:case',
      'D-CL:case',
      'D-MON:case',
      'P24:case',
      'P24:case:2',
      'P24:case:3',
      'P24:case:4',
    ]);
    expect(life.caseState.duties.filter((duty) => duty.state === 'open')).toEqual([]);
    expect(isOver(life.caseState)).toBe(true);
  });

  it('P52: raises reminders only, because everything is done in time', () => {
    const steps = entriesOf(life, 'DeadlineStepReached');
    expect(new Set(steps.map((entry) => entry.data.step))).toEqual(new Set(['reminder']));
    expect(steps.map((entry) => `${entry.data.rule} ${almaty(entry.data.moment)}`)).toEqual([
      '256-13-1 2026-01-13 09:00',
      '256-13-2 2026-01-14 09:00',
      '192-8 2026-01-22 09:00',
      '256-17-2 2026-01-26 09:00',
      '192-9 2026-01-27 09:00',
      '192-9 2026-01-27 09:00',
      '192-11-1 2026-02-13 09:00',
      '192-11-1 2026-02-13 09:00',
      '256-16-3 2026-02-13 09:00',
      '192-11-2 2026-02-17 09:00',
      '192-11-2 2026-02-19 09:00',
      '256-16-3 2026-02-26 09:00',
      '192-12 2026-03-02 09:00',
      'D-CL 2026-03-04 09:00',
      'P24 2026-03-19 09:00',
      'P24 2026-04-01 09:00',
      'D-MON 2026-04-20 09:00',
      'P24 2026-04-20 09:00',
      'P24 2026-04-29 09:00',
      'P24 2026-05-20 09:00',
      'D-MON 2026-06-01 09:00',
      'P24 2026-06-02 09:00',
    ]);
  });
});
