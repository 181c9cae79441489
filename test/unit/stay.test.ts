/** Temporary stay in the pure core: who is admitted by what, how long, and who hears of its end (256 п.23 5), п.25, D-SAN, P27, P28). */
import { describe, expect, it } from 'vitest';
import type { EntryOf, FactType } from '../../domain/case/facts.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { standingOf } from '../../domain/law/duty.js';
import { lawOf } from '../../domain/law/law.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import { ask, lifeBefore, registered } from '../lives/acting.js';
import type { Life } from '../lives/live.js';
import { admission, admit, ALL_MET, arrive, inside, lastStay, leave, order, REFERRAL, stays } from '../lives/staying.js';
import { HEAD, local } from '../lives/straight-road.js';

const NOON = local('2026-01-12', 12);
const MORNING = (day: string) => local(day, 9);

function lastOf<T extends FactType>({ entries }: Life, type: T): EntryOf<T> {
  const entry = entries.findLast((candidate) => candidate.type === type);
  if (entry === undefined) throw new Error(`nothing recorded ${type}`);
  return entry as EntryOf<T>;
}

const stayDuty = ({ caseState }: Life) => caseState.duties.findLast(({ rule }) => rule === '256-23-5');

/** The steps that were reached: which, when, who was told. */
function reached({ entries }: Life): [string, number, readonly string[]][] {
  return entries.flatMap((entry): [string, number, readonly string[]][] =>
    entry.type === 'DeadlineStepReached' && entry.data.rule === '256-23-5' ? [[entry.data.step, entry.data.moment, entry.data.recipients]] : [],
  );
}

describe('by what somebody is admitted', () => {
  it.each(['social_protection', 'employment', 'health', 'internal_affairs'])('256-25-1: on a referral of a body of %s', (organisation) => {
    const life = registered(NOON);
    expect(admit(life, NOON, admission({ basis: { ...REFERRAL, organisation } }))).toMatchObject({ ok: true });
    expect(lastOf(life, 'StayAdmitted').data.basis).toMatchObject({ kind: 'referral', organisation, function: organisation, documentId: 'doc-referral' });
    expect(lastOf(life, 'StayAdmitted').data.basis).toHaveProperty('documentSha256');
  });

  it.each(['education', 'guardianship', 'crisis_centre'])('256-25-1: never on a referral of %s', (organisation) => {
    const refused = admit(registered(NOON), NOON, admission({ basis: { ...REFERRAL, organisation } }));
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'referral_of_other_body', rule: '256-25-1' } });
  });

  it('256-25-2: on a personal application, which is an appeal of the case', () => {
    const life = registered(NOON);
    admit(life, NOON);
    expect(lastOf(life, 'StayAdmitted').data.basis).toEqual({ kind: 'application', appealId: 'appeal-1' });
    const stranger = admission({ basis: { kind: 'application', appealId: 'of-somebody-else' } });
    expect(admit(registered(NOON), NOON, stranger)).toMatchObject({ ok: false, refusal: { code: 'appeal_unknown', rule: '256-25-2' } });
  });

  it('256-25-3: at the expense of the budget, by an order, with the children named apart', () => {
    const life = registered(NOON);
    admit(life, NOON);
    expect(lastOf(life, 'StayAdmitted').data).toMatchObject({ paidBy: 'budget', order: { number: '17-ж', date: '2026-01-12' }, children: ['person-2'] });
  });

  it('256-26, P28: with a child two bodies are told within twenty-four hours; without one nobody is', () => {
    const life = registered(NOON);
    admit(life, NOON);
    expect(lastOf(life, 'MinorsOccasionBegun').data).toMatchObject({ by: 'admission', occasionId: lastStay(life), children: ['person-2'] });
    expect(life.caseState.duties.filter(({ rule }) => rule === '256-26').map(({ dueAt }) => dueAt)).toEqual([NOON + 86_400_000, NOON + 86_400_000]);
    const alone = registered(NOON);
    admit(alone, NOON, admission({ persons: [{ personId: 'person-1', room: '101' }] }));
    expect(alone.caseState.minors).toEqual([]);
  });

  it('256-6-4, P28: with signs of violence and without', () => {
    const signs = [false, true].map((known) => {
      const life = registered(NOON);
      if (known) ask(life, NOON, 'recordViolenceSigns', { noteId: 'n' });
      admit(life, NOON);
      return lastOf(life, 'StayAdmitted').data.violence;
    });
    expect(signs).toEqual([false, true]);
  });

  it('D-SAN: only into a place of which every requirement is answered and met, while the row is on', () => {
    const { checklist: _, ...unanswered } = admission();
    expect(admit(registered(NOON), NOON, unanswered)).toMatchObject({
      ok: false,
      refusal: { code: 'checklist_unanswered', rule: 'D-SAN', params: { checks: 'sanitary, architecture, construction, housing, utilities' } },
    });
    const unmet = admission({ checklist: { ...ALL_MET, sanitary: false, utilities: false } });
    expect(admit(registered(NOON), NOON, unmet)).toMatchObject({ ok: false, refusal: { code: 'premises_unfit', params: { checks: 'sanitary, utilities' } } });
    const law = lawOf({ calendar: CALENDAR_2026_11_21, policy: { ...DEFAULT_POLICY, version: 'without', disabled: ['D-SAN'] } });
    expect(admit(registered(NOON, {}, law), NOON, unanswered)).toMatchObject({ ok: true });
  });
});

describe('places', () => {
  it('a family gets the first free places of its rooms, or none of them', () => {
    const life = registered(NOON);
    const alone = admission({ persons: [{ personId: 'person-1', room: '101' }] });
    admit(life, NOON, alone, { taken: [1] });
    expect(life.caseState.stays[0]?.persons).toEqual([{ personId: 'person-1', room: '101', place: 2 }]);
    const family = registered(NOON);
    expect(admit(family, NOON, admission(), { taken: [1] })).toMatchObject({
      ok: false,
      refusal: { code: 'places_insufficient', params: { room: '101', wanted: 2, free: 1 } },
    });
    expect(family.caseState.stays).toEqual([]);
    expect(admit(family, NOON, admission(), { taken: [1, 2] })).toMatchObject({ ok: false, refusal: { code: 'place_taken', rule: 'P27' } });
  });

  it('P27: whoever is in another stay, here or elsewhere, is not admitted', () => {
    for (const where of ['here', 'elsewhere'] as const) {
      const refused = admit(registered(NOON), NOON, admission(), { members: { 'person-1': { inside: where } } });
      expect(refused).toMatchObject({ ok: false, refusal: { code: 'already_in_stay', params: { where } } });
    }
  });

  it('256-26: a child is admitted with a grown-up alone; of whose birth nothing is known is taken for one', () => {
    const child = admission({ persons: [{ personId: 'person-2', room: '101' }] });
    expect(admit(registered(NOON), NOON, child)).toMatchObject({ ok: false, refusal: { code: 'child_without_parent', rule: '256-26' } });
    expect(admit(registered(NOON), NOON, child, { members: {} })).toMatchObject({ ok: true });
  });
});

describe('the month', () => {
  it('256-23-5, P52: runs from the admission; half of it, three working days before its end, and on its last day somebody is reminded', () => {
    const life = inside();
    life.sleepUntil(local('2026-02-12', 23));
    expect(reached(life)).toEqual([
      ['reminder', MORNING('2026-01-28'), ['case_manager']],
      ['reminder', MORNING('2026-02-10'), ['case_manager']],
      ['last_day', MORNING('2026-02-12'), ['case_manager', 'unit_head', 'center_head']],
    ]);
    leave(life, '2026-02-12');
    expect(stayDuty(life)).toMatchObject({ state: 'met', dueAt: local('2026-02-13', 0) });
  });

  it('256-23-5: ends on whatever day it falls, and the morning of that day comes too', () => {
    // 14.02.2026 is a Saturday.
    const life = registered(local('2026-01-14', 10));
    admit(life, local('2026-01-14', 12), admission({ order: order('2026-01-14') }));
    expect(stayDuty(life)?.dueAt).toBe(local('2026-02-15', 0));
    life.sleepUntil(local('2026-02-14', 10));
    expect(reached(life).at(-1)).toEqual(['last_day', MORNING('2026-02-14'), ['case_manager', 'unit_head', 'center_head']]);
  });

  it('P27: past it somebody hears every morning, until they have left; late is late', () => {
    const life = inside();
    life.sleepUntil(local('2026-02-16', 12));
    const late = reached(life).slice(3);
    expect(late.map(([step, at]) => [step, at])).toEqual([
      ['overdue', local('2026-02-13', 0)],
      ['repeat', MORNING('2026-02-13')],
      ['repeat', MORNING('2026-02-14')],
      ['repeat', MORNING('2026-02-15')],
      ['repeat', MORNING('2026-02-16')],
    ]);
    expect(late[1]?.[2]).toEqual(['case_manager', 'unit_head', 'center_head', 'coordinator']);
    leave(life, '2026-02-16');
    life.sleepUntil(local('2026-02-20'));
    expect(reached(life)).toHaveLength(8);
    const duty = stayDuty(life);
    expect(duty && standingOf(duty)).toBe('met_late');
  });

  it('P27: nobody extends it; another decision is another stay, of which head and coordinator hear at once', () => {
    const life = inside();
    leave(life, '2026-02-12');
    admit(life, local('2026-02-12', 18), admission({ order: order('2026-02-12') }));
    expect(lastOf(life, 'StayAdmitted').data.decision).toBe(2);
    life.sleepUntil(local('2026-02-12', 18));
    expect(reached(life).at(-1)).toEqual(['decided_again', local('2026-02-12', 18), ['center_head', 'coordinator']]);
    expect(stayDuty(life)?.dueAt).toBe(local('2026-03-13', 0));
  });

  it('256-23-5: is over with the transfer, or when nobody came', () => {
    const [, transferred, cancelled] = stays();
    expect([transferred, cancelled].map((life) => life && stayDuty(life)?.state)).toEqual(['met', 'lapsed']);
  });
});

describe('what is written of it', () => {
  it('J-EV-TEMP: each event with the number and the date of its order, and why', () => {
    const [wandering] = stays() as [Life];
    const told = wandering.entries.flatMap((entry) => ('order' in entry.data && 'stayId' in entry.data ? [[entry.type, entry.data.order]] : []));
    expect(told).toEqual([
      ['StayAdmitted', order('2026-01-12')],
      ['StayLeftForAWhile', order('2026-01-15')],
      ['StayReturned', order('2026-01-20')],
      ['StayLeft', order('2026-02-14')],
    ]);
    expect(lastOf(wandering, 'StayArrived').data).toMatchObject({ medicalExamination: true, sanitaryTreatment: true });
    expect(lastOf(wandering, 'StayLeft').data.reason).toBe('own_wish');
  });

  it('J-RETURN: whoever had stayed before, in this case or another, is marked when they come again', () => {
    const first = inside();
    expect(first.caseState.stays[0]?.returned).toBe(false);
    leave(first, '2026-01-20');
    admit(first, local('2026-01-21'));
    expect(first.caseState.stays[1]?.returned).toBe(true);
    const another = registered(NOON);
    admit(another, NOON, admission(), { members: { 'person-1': { stayedBefore: true } } });
    expect(another.caseState.stays[0]).toMatchObject({ returned: true, decision: 1 });
  });

  it('P27: no case is closed, and no monitoring ended, while somebody is in a place or awaited there', () => {
    const life = lifeBefore('closeCase');
    admit(life, local('2026-03-03', 9), admission({ order: order('2026-03-03') }));
    const close = () => ask(life, local('2026-03-03'), 'closeCase', { monitoringMonths: 3 }, HEAD);
    expect(close()).toMatchObject({ ok: false, refusal: { code: 'stay_not_ended', rule: 'P27' } });
    arrive(life, local('2026-03-03', 9, 30));
    ask(life, local('2026-03-03', 9, 40), 'endStay', { stayId: lastStay(life), order: order('2026-03-03'), reason: 'own_wish' });
    expect(close()).toMatchObject({ ok: true });
    admit(life, local('2026-06-03', 9), admission({ order: order('2026-06-03') }));
    const end = ask(life, local('2026-06-03', 12), 'endMonitoring', { noteId: 'n' });
    expect(end).toMatchObject({ ok: false, refusal: { code: 'stay_not_ended' } });
  });
});
