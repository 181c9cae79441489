/** The written notices about minor children (256-26, P28, P53): when they are owed, by what they end, and how they are sent. */
import { describe, expect, it } from 'vitest';
import { nextMoment } from '../../domain/case/clock.js';
import { EFFECTS, pauseBehind } from '../../domain/case/effects.js';
import type { Fact } from '../../domain/case/facts.js';
import { NOTHING_KNOWN, type Known } from '../../domain/case/references.js';
import { record } from '../../domain/case/record.js';
import type { StayAsked } from '../../domain/case/roads/minors/facts.js';
import { occasionOfAdmission } from '../../domain/case/roads/minors/occasions.js';
import { isOver, type CaseState } from '../../domain/case/state.js';
import { appeal, ask, hear, outcome, registered } from '../lives/acting.js';
import { countedIds } from '../lives/counted-ids.js';
import { CASE_ID, LAW, type Life } from '../lives/live.js';
import { almaty, climbed, dueOf, dutyOf, entriesOf, lastOf, openKeys, refusalIn, standing } from '../lives/reading.js';
import { CENTER, HEAD, local, MANAGER } from '../lives/straight-road.js';

const HOUR = 3_600_000;
const BODIES = { internal_affairs: 'auezov-internal-affairs', guardianship: 'auezov-guardianship' } as const;
const STAY: StayAsked = { children: ['child-1'], bodies: BODIES };
/** A Friday night. */
const NIGHT = local('2026-01-16', 23, 30);

const asking = (at = NIGHT, stay: StayAsked = STAY): Life => registered(at, { stay });
const keysOfNotices = (life: Life): [string, string] => life.caseState.minors.at(-1)?.notices.map(({ key }) => key) as [string, string];
const dutyKeys = (life: Life): string[] => openKeys(life).filter((key) => key.startsWith('256-26:'));
const dispatchOf = (life: Life, key: string) => life.caseState.dispatches.find((each) => each.key === key);

describe('an appeal for a stay with children', () => {
  it('256-26, P28: begins two numbered notices, one to each body, each with its own 24 hours', () => {
    const life = asking();
    const [police, guardianship] = keysOfNotices(life);
    expect(life.caseState.minors).toMatchObject([
      {
        occasionId: 'appeal-1',
        by: 'appeal',
        begunAt: NIGHT,
        children: ['child-1'],
        notices: [
          { key: police, number: `${CENTER}-2026-000001/1`, to: 'internal_affairs' },
          { key: guardianship, number: `${CENTER}-2026-000001/2`, to: 'guardianship' },
        ],
      },
    ]);
    expect(life.caseState.dispatches.map(({ kind, agency, state }) => [kind, agency, state])).toEqual([
      ['minors_notice', 'auezov-internal-affairs', 'pending'],
      ['minors_notice', 'auezov-guardianship', 'pending'],
    ]);
    for (const key of [police, guardianship]) expect(dutyOf(life, `256-26:${key}`)).toMatchObject({ owner: 'duty_officer', force: 'law', ladder: 'minors' });
  });

  it('256-26, P53: the clock runs over night, weekend and holidays; head and duty officer hear at half, the coordinator at the end, and again every four hours', () => {
    // The eve of Nauryz, a Friday: three holidays follow, and a weekend among them.
    const eve = local('2026-03-20', 17, 45);
    const life = asking(eve);
    const [police] = keysOfNotices(life);
    expect(dueOf(life, `256-26:${police}`)).toBe('2026-03-21 17:45');
    life.sleepUntil(eve + 33 * HOUR);
    expect(climbed(life, `256-26:${police}`)).toEqual([
      'reminder 2026-03-21 05:45',
      'overdue 2026-03-21 17:45',
      'repeat 2026-03-21 21:45',
      'repeat 2026-03-22 01:45',
    ]);
    const heard = entriesOf(life, 'DeadlineStepReached').filter(({ data }) => data.dutyKey === `256-26:${police}`);
    expect(heard.map(({ data }) => data.recipients)).toEqual([
      ['center_head', 'duty_officer'],
      ['center_head', 'duty_officer', 'coordinator'],
      ['center_head', 'duty_officer', 'coordinator'],
      ['center_head', 'duty_officer', 'coordinator'],
    ]);
  });

  it('256-26: one body has taken its notice, and the other is owed all the same', () => {
    const life = asking();
    const [police, guardianship] = keysOfNotices(life);
    outcome(life, NIGHT + HOUR, { key: police, series: 1, outcome: 'delivered' });
    expect([standing(life, `256-26:${police}`), standing(life, `256-26:${guardianship}`)]).toEqual(['met', 'open']);
    outcome(life, NIGHT + 25 * HOUR, { key: guardianship, series: 1, outcome: 'delivered' });
    expect(standing(life, `256-26:${guardianship}`)).toBe('met_late');
  });

  it('256-26: without children no notice is owed, and the appeal says that a stay is asked for', () => {
    const life = asking(NIGHT, { children: [], bodies: BODIES });
    expect(life.caseState.appeals[0]?.stay).toEqual({ children: [] });
    expect([life.caseState.minors, life.caseState.dispatches, dutyKeys(life)]).toEqual([[], [], []]);
  });

  it('256-26, P30: an attached appeal is an occasion of its own, from its registration, with numbers of its own', () => {
    const life = asking();
    const at = NIGHT + 40 * HOUR;
    hear(life, at, appeal({ appealId: 'appeal-b', channel: 2, stay: { children: ['child-2'], bodies: BODIES } }, 3 * HOUR));
    expect(life.caseState.minors.map(({ occasionId, begunAt }) => [occasionId, begunAt])).toEqual([
      ['appeal-1', NIGHT],
      ['appeal-b', at - 3 * HOUR],
    ]);
    expect(life.caseState.minors[1]?.notices.map(({ number }) => number.split('/')[1])).toEqual(['3', '4']);
    expect(dutyKeys(life)).toHaveLength(4);
    expect(dueOf(life, `256-26:${keysOfNotices(life)[0]}`)).toBe(almaty(at + 21 * HOUR));
  });

  it('256-26: where the directory has nobody the notice is a task for people at once, and its clock runs', () => {
    const life = asking(NIGHT, { children: ['child-1'], bodies: { internal_affairs: 'auezov-internal-affairs' } });
    const [, guardianship] = keysOfNotices(life);
    expect(dispatchOf(life, guardianship)).toMatchObject({ agency: 'nobody:guardianship', state: 'given_up' });
    expect(dueOf(life, `256-26:${guardianship}`)).toBe('2026-01-17 23:30');
    expect(refusalIn(ask(life, NIGHT, 'sendAgain', { dispatchKey: guardianship }))).toMatchObject({ code: 'notice_on_paper_alone', rule: '256-26' });
  });
});

describe('the sending', () => {
  it('256-26: every ten minutes for a day, then hourly, without a last attempt', () => {
    const { retry } = EFFECTS.minors_notice;
    const day = Array.from({ length: 144 }, (_, place) => pauseBehind(retry, place + 1) ?? 0);
    expect(new Set(day)).toEqual(new Set([600_000]));
    expect(day.reduce((sum, pause) => sum + pause, 0)).toBe(24 * HOUR);
    expect([145, 1_000, 100_000].map((attempt) => pauseBehind(retry, attempt))).toEqual([HOUR, HOUR, HOUR]);
    expect(pauseBehind(EFFECTS.referral.retry, 100)).toBeUndefined();
  });

  it('256-26: a silent body is asked beyond a hundred attempts, whatever pause it asks for', () => {
    const life = asking();
    const [police] = keysOfNotices(life);
    let at = NIGHT;
    for (let series = 1; series <= 150; series += 1) {
      outcome(life, at, { key: police, series, outcome: 'unreachable', reason: 'http_503', askedPauseMs: 6 * HOUR });
      at = dispatchOf(life, police)?.retryAt ?? 0;
    }
    expect(dispatchOf(life, police)).toMatchObject({ state: 'parked', series: 151 });
    expect(at).toBe(NIGHT + 24 * HOUR + 6 * HOUR);
    expect(entriesOf(life, 'DispatchParked').some(({ data }) => data.refused !== undefined)).toBe(false);
  });

  it('256-26: a refusal is heard of at once, once for each answer, and is tried again all the same', () => {
    const life = asking();
    const [police] = keysOfNotices(life);
    outcome(life, NIGHT, { key: police, series: 1, outcome: 'refused', reason: 'not_competent' });
    expect(dispatchOf(life, police)).toMatchObject({ state: 'parked', series: 2, retryAt: NIGHT + 600_000, refusals: ['not_competent'] });
    expect(climbed(life, `256-26:${police}`)).toEqual(['refused 2026-01-16 23:30']);
    expect(lastOf(life, 'DeadlineStepReached').data).toMatchObject({ step: 'refused', recipients: ['center_head', 'duty_officer'], rule: '256-26' });
    outcome(life, NIGHT + 600_000, { key: police, series: 2, outcome: 'refused', reason: 'not_competent' });
    outcome(life, NIGHT + 1_200_000, { key: police, series: 3, outcome: 'unreachable', reason: 'http_404' });
    outcome(life, NIGHT + 1_800_000, { key: police, series: 4, outcome: 'unreachable', reason: 'http_429' });
    outcome(life, NIGHT + 2_400_000, { key: police, series: 5, outcome: 'refused', reason: 'not_competent' });
    expect(climbed(life, `256-26:${police}`)).toEqual(['refused 2026-01-16 23:30', 'refused 2026-01-16 23:50']);
    expect(standing(life, `256-26:${police}`)).toBe('open');
    life.sleepUntil(NIGHT + 24 * HOUR);
    expect(climbed(life, `256-26:${police}`).slice(2)).toEqual(['reminder 2026-01-17 11:30', 'overdue 2026-01-17 23:30']);
  });

  it('256-26: sent again by hand after a refusal it keeps its key, and what is taken then meets its duty', () => {
    const life = asking();
    const [police] = keysOfNotices(life);
    outcome(life, NIGHT, { key: police, series: 1, outcome: 'refused', reason: 'not_competent' });
    expect(ask(life, NIGHT + 60_000, 'sendAgain', { dispatchKey: police }).ok).toBe(true);
    expect(dispatchOf(life, police)).toMatchObject({ state: 'pending', series: 2 });
    outcome(life, NIGHT + 120_000, { key: police, series: 2, outcome: 'delivered' });
    expect(standing(life, `256-26:${police}`)).toBe('met');
  });
});

describe('on paper', () => {
  const handed = (handedAt: number) => ({ documentId: 'doc-1', handedAt, handedToId: 'note-1' });

  it('256-26: the duty is met when the paper was handed over, not when somebody wrote it down', () => {
    const life = asking();
    const [police] = keysOfNotices(life);
    const at = local('2026-01-17', 9, 10);
    expect(ask(life, local('2026-01-18', 12), 'deliverOnPaper', { dispatchKey: police, ...handed(at) }).ok).toBe(true);
    expect(lastOf(life, 'DispatchDelivered')).toMatchObject({ occurredAt: at, data: { handed: { by: MANAGER.id, toId: 'note-1' }, documentId: 'doc-1' } });
    expect(dutyOf(life, `256-26:${police}`)).toMatchObject({ state: 'met', endedAt: at });
  });

  it('256-26: somebody else brought it, who is named', () => {
    const life = asking();
    const [police] = keysOfNotices(life);
    ask(life, NIGHT + HOUR, 'deliverOnPaper', { dispatchKey: police, handedBy: 'psychologist-7', ...handed(NIGHT + HOUR) });
    expect(lastOf(life, 'DispatchDelivered').data.handed).toEqual({ by: 'psychologist-7', toId: 'note-1' });
  });

  it.each([
    ['it is not said when and to whom', {}, 'delivery_not_told'],
    ['it lies in the future', handed(NIGHT + 2 * HOUR), 'delivery_time_impossible'],
    ['it lies before the appeal', handed(NIGHT - 1), 'delivery_time_impossible'],
  ] as const)('256-26: is refused where %s', (_, told, code) => {
    const life = asking();
    const [police] = keysOfNotices(life);
    expect(refusalIn(ask(life, NIGHT + HOUR, 'deliverOnPaper', { dispatchKey: police, documentId: 'doc-1', ...told }))).toMatchObject({ code, rule: '256-26' });
  });
});

describe('the case is closed meanwhile', () => {
  function closedCase(): Life {
    const life = asking();
    ask(life, NIGHT + HOUR, 'completeAssessment', { result: 'not_confirmed', grounds: [] });
    return life;
  }

  it('256-26: the notice is sent and owed all the same, the case is not over, and paper is taken in it', () => {
    const life = closedCase();
    const [police, guardianship] = keysOfNotices(life);
    expect([life.caseState.stage, isOver(life.caseState)]).toEqual(['closed', false]);
    outcome(life, NIGHT + 2 * HOUR, { key: police, series: 1, outcome: 'unreachable', reason: 'timeout' });
    expect(nextMoment(life.caseState, new Set([guardianship]))?.at).toBe(NIGHT + 2 * HOUR + 600_000);
    expect(ask(life, NIGHT + 3 * HOUR, 'sendAgain', { dispatchKey: police }).ok).toBe(true);
    outcome(life, NIGHT + 3 * HOUR, { key: police, series: 2, outcome: 'delivered' });
    ask(life, NIGHT + 10 * HOUR, 'deliverOnPaper', { dispatchKey: guardianship, documentId: 'doc-1', handedAt: NIGHT + 9 * HOUR, handedToId: 'note-1' });
    expect(dutyKeys(life)).toEqual([]);
    ask(life, NIGHT + 11 * HOUR, 'notifyResult', { documentId: 'doc-2' });
    expect(isOver(life.caseState)).toBe(true);
  });

  it('192-9: a referral is still nothing that anybody could see to there', () => {
    expect(refusalIn(ask(closedCase(), NIGHT + 2 * HOUR, 'sendAgain', { dispatchKey: 'none' }))).toMatchObject({ code: 'case_not_open' });
  });
});

describe('a threat with a child', () => {
  it('P28: the operator has both bodies notified, once for each threat', () => {
    const life = registered(NIGHT, { threat: true });
    ask(life, NIGHT + HOUR, 'orderMinorsNotices', { children: ['child-1'] });
    expect(life.caseState.minors).toMatchObject([{ occasionId: 'appeal-1', by: 'threat', begunAt: NIGHT + HOUR, children: ['child-1'] }]);
    expect(life.caseState.dispatches.map(({ agency }) => agency)).toEqual(['internal_affairs', 'guardianship']);
    ask(life, NIGHT + 2 * HOUR, 'recordThreat', { direct: true, noteId: 'note-1' });
    expect(refusalIn(ask(life, NIGHT + 2 * HOUR, 'orderMinorsNotices', { children: ['child-1'] })).code).toBe('response_not_named');
    const responseId = life.caseState.threats[1]?.responseId ?? '';
    expect(ask(life, NIGHT + 2 * HOUR, 'orderMinorsNotices', { children: ['child-1'], responseId }).ok).toBe(true);
    expect(refusalIn(ask(life, NIGHT + 2 * HOUR, 'orderMinorsNotices', { children: ['child-1'], responseId })).code).toBe('minors_notices_ordered');
  });

  it.each([
    ['no threat is recorded', registered(NIGHT), {}, 'threat_not_recorded'],
    ['the threat is another case’s', registered(NIGHT, { threat: true }), { responseId: 'response-9' }, 'threat_unknown'],
  ] as const)('P28: is refused where %s', (_, life, data, code) => {
    expect(refusalIn(ask(life, NIGHT, 'orderMinorsNotices', { children: ['child-1'], ...data }))).toMatchObject({ code, rule: '256-26' });
  });
});

describe('an admission', () => {
  const knowing = (member: Known['member']): Known => ({
    ...NOTHING_KNOWN,
    member,
    localBody: { internal_affairs: { organisationId: 'auezov-internal-affairs' } },
  });
  const CHILDREN = knowing({ 'child-1': { isChild: true }, 'child-2': { isChild: true } });
  const admitted = (state: CaseState, stayId: string, persons: readonly string[], known = CHILDREN, appealId?: string): Fact[] =>
    occasionOfAdmission(state, { stayId, persons, ...(appealId === undefined ? {} : { appealId }) }, { known, newId: countedIds(100) });
  const after = (state: CaseState, facts: readonly Fact[]): CaseState =>
    record(state, facts, { subjectId: CASE_ID, law: LAW, now: NIGHT + 30 * HOUR, actor: HEAD, cause: 'admission' }).state;
  const noticesIn = (state: CaseState): number => state.duties.filter(({ rule, state: is }) => rule === '256-26' && is === 'open').length;

  it('256-26: of its own, without an appeal, it begins the two notices', () => {
    const life = registered(NIGHT);
    const state = after(life.caseState, admitted(life.caseState, 'stay-1', ['child-1', 'child-2']));
    expect(state.minors).toMatchObject([{ occasionId: 'stay-1', by: 'admission', begunAt: NIGHT + 30 * HOUR, children: ['child-1', 'child-2'] }]);
    expect([noticesIn(state), state.dispatches.map((each) => each.state)]).toEqual([2, ['pending', 'given_up']]);
  });

  it('P28: on the appeal that asked for it, it makes no second notices; weeks later it is a second occasion', () => {
    const life = asking();
    const first = after(life.caseState, admitted(life.caseState, 'stay-1', ['child-1']));
    expect(noticesIn(first)).toBe(2);
    expect(first.minors).toMatchObject([
      { occasionId: 'appeal-1', admittedTo: 'stay-1' },
      { occasionId: 'stay-1', notices: [] },
    ]);
    const second = after(first, admitted(first, 'stay-2', ['child-1']));
    expect(second.minors.at(-1)?.notices.map(({ number }) => number.split('/')[1])).toEqual(['3', '4']);
    expect(noticesIn(second)).toBe(4);
  });

  it('256-26: a child of whom the appeal did not tell has notices of its own', () => {
    const life = asking();
    const state = after(life.caseState, admitted(life.caseState, 'stay-1', ['child-1', 'child-2']));
    expect(state.minors.at(-1)).toMatchObject({ by: 'admission', children: ['child-2'], notices: [{}, {}] });
  });

  it('P28: another appeal than the one on which they are admitted brings it nothing', () => {
    const life = asking();
    expect(admitted(life.caseState, 'stay-1', ['child-1'], CHILDREN, 'appeal-9')[0]).toMatchObject({ data: { notices: [{}, {}] } });
  });

  it('256-26: of whose birth nothing is known is taken for the grown-up, unless the appeal has named them among the children', () => {
    const unknown = knowing({ 'person-1': {}, 'child-1': {} });
    const [life, silent] = [asking(), registered(NIGHT)];
    expect(admitted(silent.caseState, 'stay-1', ['person-1'], unknown)).toEqual([]);
    expect(admitted(life.caseState, 'stay-1', ['person-1', 'child-1'], unknown)).toMatchObject([{ data: { children: ['child-1'], notices: [] } }]);
  });

  it('256-26: who has turned eighteen is no child, and the same admission told twice is one', () => {
    const life = registered(NIGHT);
    expect(admitted(life.caseState, 'stay-1', ['person-2'], knowing({ 'person-2': { isChild: false } }))).toEqual([]);
    const state = after(life.caseState, admitted(life.caseState, 'stay-1', ['child-1']));
    expect(admitted(state, 'stay-1', ['child-1'])).toEqual([]);
  });
});
