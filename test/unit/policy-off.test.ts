/** Rows of the Center's own policy that are switched off: nothing of them is owed, shown, escalated or asked (P23, P24, P51). */
import { describe, expect, it } from 'vitest';
import type { CommandData } from '../../domain/case/commands.js';
import { ruleRow } from '../../contracts/rule-row.js';
import { isOver } from '../../domain/case/state.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { isPolicy, isSwitchedOn, lawOf, type Law } from '../../domain/law/law.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import { PAPER_SHA256 } from '../../simulation/papers.js';
import { appeal, ask, hear, lifeAfter, lifeBefore, registered } from '../lives/acting.js';
import { LAW, type Life } from '../lives/live.js';
import { entriesOf, keysOf, openKeys, outcomeOf, standing } from '../lives/reading.js';
import { HEAD, local, opening } from '../lives/straight-road.js';

function lawWithout(...disabled: string[]): Law {
  return lawOf({ calendar: CALENDAR_2026_11_21, policy: { ...DEFAULT_POLICY, version: `without-${disabled.join('-')}`, disabled } });
}

const POLICY_ROWS = LAW.rules.filter(isPolicy).map(({ id }) => id);
const ALL_OFF = lawWithout(...POLICY_ROWS);

/** The rules that go with those rows: themselves, and the rows that are part of them. */
const GONE = LAW.rules.filter(({ id, partOf }) => POLICY_ROWS.includes(id) || (partOf !== undefined && POLICY_ROWS.includes(partOf))).map(({ id }) => id);

function closed(life: Life): Life {
  ask(life, local('2026-03-03'), 'closeCase', { monitoringMonths: 0 }, HEAD);
  return life;
}

function notConfirmed(law: Law): Life {
  const life = registered(local('2026-01-12'), {}, law);
  hear(life, local('2026-01-12', 12), appeal({ channel: 3 }));
  ask(life, local('2026-01-13'), 'completeAssessment', { result: 'not_confirmed', grounds: [] });
  return life;
}

/** The same case when the policy that switches rows off is adopted while it runs. */
function adopting(life: Life, at: number, ...disabled: string[]): Life {
  const { policy } = lawWithout(...disabled);
  life.turn(at, { kind: 'adoption', adoption: { id: `without-${disabled.join('-')}`, act: 'an order of the head', recompute: 'own', policy } });
  return life;
}

describe('all rows of policy switched off', () => {
  it('are eleven, and what is part of one goes with it', () => {
    expect(POLICY_ROWS.toSorted()).toEqual(['D-CL', 'D-F1', 'D-F2', 'D-F3', 'D-F4', 'D-MON', 'D-Q', 'D-REG', 'D-REOPEN', 'D-SAN', 'P42']);
    expect(GONE.filter((id) => !POLICY_ROWS.includes(id))).toEqual(['P24']);
    expect(GONE.filter((id) => isSwitchedOn(ALL_OFF, id))).toEqual([]);
    expect(ALL_OFF.rules.filter((rule) => !ruleRow(ALL_OFF, rule, '2026-01-12').switchedOn).map(({ id }) => id)).toEqual(GONE);
  });

  it.each([
    ['closed after its plan', () => closed(lifeBefore('closeCase', ALL_OFF))],
    ['not confirmed', () => notConfirmed(ALL_OFF)],
  ])('D-CL, D-MON, P24, D-REOPEN: a case %s owes nothing of them, and no moment of them ever comes', (_, live) => {
    const life = live();
    life.sleepUntil(local('2026-12-01'));
    expect(keysOf(life).filter((key) => GONE.includes(key.split(':')[0] ?? ''))).toEqual([]);
    expect(entriesOf(life, 'DeadlineStepReached').filter(({ data }) => GONE.includes(data.rule))).toEqual([]);
    expect([life.caseState.stage, isOver(life.caseState)]).toEqual(['closed', true]);
  });

  it('P42, P58: on paper a scan alone is a signature, an electronic one still is one, and two people sign', () => {
    const life = lifeBefore('signIpr', ALL_OFF);
    const sign = (data: Partial<CommandData['signIpr']>) =>
      ask(life, local('2026-01-23'), 'signIpr', { party: 'employee', method: 'paper', documentId: 'scan', ...data });
    expect(sign({ method: 'eds' })).toMatchObject({ ok: false, refusal: { code: 'signature_required', rule: 'P42' } });
    expect(sign({}).ok).toBe(true);
    expect(sign({ party: 'family' })).toMatchObject({ ok: false, refusal: { code: 'signer_unnamed', rule: 'P42' } });
    expect(sign({ party: 'family', personId: 'person-1' }).ok).toBe(true);
    expect(entriesOf(life, 'IprSigned').map(({ data }) => [data.by, data.signatureId, data.documentSha256])).toEqual([
      ['manager-1', undefined, PAPER_SHA256],
      ['person-1', undefined, PAPER_SHA256],
    ]);
    expect(ask(life, local('2026-01-26'), 'approveIpr', {}, HEAD).ok).toBe(true);
  });

  it('D-REG, P51: an appeal is registered and starts the terms of the law, whatever is switched off', () => {
    const life = registered(local('2026-01-12'), {}, ALL_OFF);
    expect(entriesOf(life, 'AppealRegistered')[0]?.data.journalNumber).toBe(opening(0).journalNumber);
    expect(openKeys(life)).toEqual(['256-13-1:appeal-1', '256-13-2:case', '256-13-INT:case']);
  });

  it('P51: no setting takes away what is law, or a term of the Center that is part of it', () => {
    const law = lawWithout('256-13-2', '192-11-2', 'A26-IPR', 'P4', 'P24');
    expect(law.policy.disabled.filter((id) => !isSwitchedOn(law, id))).toEqual([]);
    expect(keysOf(registered(local('2026-01-12'), { threat: true }, law))).toContain('P4:appeal-1');
  });
});

describe('a row switched off while a case runs', () => {
  it('D-MON: a monitoring that is wanted no more is ended at once, and owes no contact', () => {
    const life = adopting(lifeAfter('notifyResult'), local('2026-03-05'), 'D-MON');
    expect([standing(life, 'D-MON:case'), standing(life, 'P24:case')]).toEqual(['lapsed', 'lapsed']);
    expect(outcomeOf(ask(life, local('2026-03-05', 11), 'recordMonitoringContact', { situation: 'stable', noteId: 'n' }))).toBe('ok');
    expect(keysOf(life, 'P24')).toEqual(['P24:case']);
    expect(outcomeOf(ask(life, local('2026-03-05', 12), 'endMonitoring', { noteId: 'n' }))).toBe('ok');
    expect(isOver(life.caseState)).toBe(true);
  });

  it('D-MON: switched on, the same is refused', () => {
    expect(outcomeOf(ask(lifeAfter('notifyResult'), local('2026-03-05', 12), 'endMonitoring', { noteId: 'n' }))).toBe('monitoring_too_short');
  });

  it('D-CL: no result is owed for a case that is closed afterwards; a notice that is given is recorded', () => {
    const life = adopting(lifeBefore('closeCase'), local('2026-03-03', 9), 'D-CL');
    ask(life, local('2026-03-03'), 'closeCase', { monitoringMonths: 3 }, HEAD);
    expect(openKeys(life)).toEqual(['D-MON:case', 'P24:case']);
    expect(outcomeOf(ask(life, local('2026-03-04'), 'notifyResult', { documentId: 'doc-3' }))).toBe('ok');
  });

  it('D-REOPEN: a contact that found worsening leaves nothing owed', () => {
    const life = adopting(lifeAfter('closeCase'), local('2026-03-05'), 'D-REOPEN');
    ask(life, local('2026-04-02'), 'recordMonitoringContact', { situation: 'worsened', noteId: 'n' });
    expect(keysOf(life, 'D-REOPEN')).toEqual([]);
    expect(keysOf(life, 'P24')).toEqual(['P24:case', 'P24:case:2']);
  });
});
