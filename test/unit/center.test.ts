/** A Center and the akim's order about its mobile group: 256-21-2, P36. */
import { describe, expect, it } from 'vitest';
import { rebuildCenter } from '../../domain/center/evolve.js';
import { CENTER_REFUSALS } from '../../domain/center/refusals.js';
import { orderInForce, type CenterState } from '../../domain/center/state.js';
import type { CenterAnswer } from '../../domain/center/turn.js';
import type { Instant } from '../../domain/law/calendar.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { compositionOn } from '../../domain/law/mobile-group.js';
import { nextStepMoment } from '../../domain/subject/steps.js';
import { CENTER, CenterLife, GROUP, HEAD, type Order } from '../lives/center-life.js';
import { local } from '../lives/straight-road.js';

const MARCH = { number: '41-ө', issuedOn: '2026-03-11' };

describe('256-21-2: the order about the mobile group', () => {
  it('P36: a Center that is registered without an order owes one the same day', () => {
    const life = new CenterLife();
    expect(life.owed()).toEqual(['open 2026-03-10 24:00']);
    expect(life.state?.duties[0]).toMatchObject({ key: `256-21-2:${CENTER}`, owner: 'center_head', force: 'law' });
    life.turn(local('2026-03-11', 0, 0));
    expect(life.owed()).toEqual(['overdue 2026-03-10 24:00']);
    expect(life.rung()).toEqual(['overdue 2026-03-10 24:00 center_head+coordinator']);
  });

  it('P36: the alarm of a Center without an order comes again each week, then every four weeks', () => {
    const life = new CenterLife();
    life.turn(local('2026-06-10'));
    expect(life.rung().map((step) => step.split(' ').slice(0, 2).join(' '))).toEqual([
      'overdue 2026-03-10',
      'repeat 2026-03-17',
      'repeat 2026-03-24',
      'repeat 2026-03-31',
      'repeat 2026-04-07',
      'repeat 2026-05-05',
      'repeat 2026-06-02',
    ]);
  });

  it('P36: it holds until 31 December of its year, and thirty days before is its only reminder', () => {
    const life = new CenterLife();
    expect(life.order(local('2026-03-11', 12), MARCH)).toMatchObject({ ok: true, stage: 'working' });
    expect(life.owed()).toEqual(['met_late 2026-03-10 24:00', 'open 2026-12-31 24:00']);
    expect(life.state && nextStepMoment(life.state)).toEqual({ at: local('2026-12-01', 9), what: '256-21-2 reminder' });
    life.turn(local('2027-01-01', 0, 0));
    expect(life.rung().slice(1)).toEqual(['reminder 2026-12-01 09:00 center_head+coordinator', 'overdue 2026-12-31 24:00 center_head+coordinator']);
    expect(life.owed()[1]).toBe('overdue 2026-12-31 24:00');
  });

  it('P36: an order of November or December may name the next year, and renews the one that stands', () => {
    const life = new CenterLife();
    life.order(local('2026-03-10', 12), { ...MARCH, issuedOn: '2026-03-10' });
    expect(life.order(local('2026-12-20'), { number: '97-ө', issuedOn: '2026-12-18', forYear: 2027 })).toMatchObject({ ok: true });
    expect(life.owed()).toEqual(['met 2026-03-10 24:00', 'met 2026-12-31 24:00', 'open 2027-12-31 24:00']);
    const state = life.state as CenterState;
    expect(orderInForce(state, local('2026-12-31'))?.number).toBe('41-ө');
    expect(orderInForce(state, local('2027-01-01', 0, 0))?.number).toBe('97-ө');
  });

  it('another order for the same year is the composition from then on, and moves no term', () => {
    const life = new CenterLife();
    life.order(local('2026-03-11'), { number: '41-ө', issuedOn: '2026-03-11' });
    const before = life.owed();
    expect(life.order(local('2026-06-01'), { number: '60-ө', issuedOn: '2026-05-30' })).toMatchObject({ ok: true });
    expect(life.owed()).toEqual(before);
    expect(orderInForce(life.state as CenterState, local('2026-06-02'))?.number).toBe('60-ө');
  });

  it('the ledger alone rebuilds the Center, and a second registration changes nothing', () => {
    const life = new CenterLife();
    life.order(local('2026-03-11'), MARCH);
    life.turn(local('2027-02-01'), { kind: 'registration', registration: { id: 'r-2', center: CENTER } });
    expect(life.entries.filter(({ type }) => type === 'CenterRegistered')).toHaveLength(1);
    expect(rebuildCenter(life.entries, 'c-1')).toEqual(life.state);
  });

  it('another calendar is taken up and moves no date: 31 December is no working day of anybody', () => {
    const life = new CenterLife();
    life.order(local('2026-03-11'), MARCH);
    const calendar = { ...CALENDAR_2026_11_21, version: 'another' };
    life.turn(local('2026-04-01'), { kind: 'adoption', adoption: { id: 'a-1', act: 'act', calendar, recompute: 'own' } });
    expect(life.state?.law.calendar).toBe('another');
    expect(life.entries.at(-1)).toMatchObject({ type: 'LawAdopted', duties: [] });
  });
});

describe('what a Center refuses', () => {
  const of = (now: Instant, data: Order, actor = HEAD) => {
    const life = new CenterLife();
    const written = life.entries.length;
    const answer = life.order(now, data, actor);
    expect(life.entries.slice(written).filter(({ cause }) => cause !== 'clock')).toEqual([]);
    return answer;
  };
  const later = local('2026-03-12');
  const DEEDS: Readonly<Record<keyof typeof CENTER_REFUSALS, () => CenterAnswer | undefined>> = {
    center_unknown: () => of(later, MARCH, { ...HEAD, center: 'shymkent-abay' }),
    group_incomplete: () => of(later, { ...MARCH, members: GROUP.filter(({ part }) => part !== 'health') }),
    group_member_unknown: () => {
      const life = new CenterLife();
      life.order(later, MARCH);
      return life.release(later, 'nobody');
    },
    outreach_in_past: () => new CenterLife().give(later, 'planOutreach', { plannedOn: '2026-03-11', placeId: 'p' }),
    outreach_times_impossible: () => new CenterLife().give(later, 'recordOutreach', { departedAt: later, arrivedAt: later - 1, present: [], findingsId: 'f' }),
    outreach_unknown: () =>
      new CenterLife().give(later, 'recordOutreach', { visitId: 'none', departedAt: later, arrivedAt: later, present: [], findingsId: 'f' }),
    order_already_recorded: () => {
      const life = new CenterLife();
      life.order(later, MARCH);
      return life.order(later, MARCH);
    },
    order_expired: () => of(later, { number: '7-ө', issuedOn: '2025-03-11' }),
    order_in_future: () => of(local('2026-03-10', 20), MARCH),
    order_year_not_allowed: () => of(later, { ...MARCH, forYear: 2027 }),
  };

  it.each(Object.keys(CENTER_REFUSALS) as (keyof typeof CENTER_REFUSALS)[])('%s is earned by a deed, which writes nothing', (code) => {
    expect(DEEDS[code]()).toMatchObject({ ok: false, refusal: { code } });
  });

  it('the order is recorded by the head and the coordinator, and by nobody else', () => {
    expect(of(later, MARCH, { ...HEAD, role: 'case_manager' })).toMatchObject({ ok: false, refusal: { code: 'role_not_allowed' } });
    expect(new CenterLife().order(later, MARCH, { ...HEAD, role: 'coordinator' })).toMatchObject({ ok: true });
  });

  it('256-21-1: an order without a sector or without the coordinator is refused, and names who is missing', () => {
    const two = of(later, { ...MARCH, members: GROUP.filter(({ part }) => part === 'education' || part === 'internal_affairs') });
    expect(two).toMatchObject({ ok: false, refusal: { code: 'group_incomplete', rule: '256-21-1', params: { lacks: 'health, coordinator' } } });
  });

  it('256-21-1, P36: whoever leaves is missed from that day on, and a second time they are nobody', () => {
    const life = new CenterLife();
    life.order(later, MARCH);
    expect(life.release(local('2026-04-01'), 'member-health')).toMatchObject({ ok: true });
    expect(compositionOn(life.state?.mobileGroupOrders ?? [], '2026-04-01')).toMatchObject({ standing: 'incomplete', lacks: ['health'] });
    expect(life.release(local('2026-04-02'), 'member-health')).toMatchObject({ ok: false, refusal: { code: 'group_member_unknown' } });
    expect(compositionOn(life.state?.mobileGroupOrders ?? [], '2027-01-01')).toMatchObject({ standing: 'expired' });
    expect(compositionOn([], '2026-04-01')).toEqual({ standing: 'missing' });
  });

  it('256-20: a visit without a threat is planned and held, with findings, by members of the group', () => {
    const life = new CenterLife();
    life.order(later, MARCH);
    expect(life.give(later, 'planOutreach', { plannedOn: '2026-03-20', placeId: 'place' })).toMatchObject({ ok: true });
    const [planned] = life.state?.plannedOutreach ?? [];
    const at = local('2026-03-20', 15);
    const held = { departedAt: local('2026-03-20', 11), arrivedAt: local('2026-03-20', 12), present: ['member-health'], findingsId: 'found' };
    expect(life.give(at, 'recordOutreach', { visitId: planned?.visitId ?? '', ...held })).toMatchObject({ ok: true });
    expect(life.state?.plannedOutreach).toEqual([]);
    expect(life.entries.at(-1)).toMatchObject({ type: 'OutreachHeld', data: { visitId: planned?.visitId, ...held } });
    expect(life.give(at, 'recordOutreach', { ...held, present: ['stranger'] })).toMatchObject({ ok: false, refusal: { code: 'group_member_unknown' } });
  });

  it('P36: of the orders of 2026 only those of November and December may name 2027', () => {
    const named = ['2026-10-31', '2026-11-01', '2026-12-31'].map((issuedOn) => {
      const answer = new CenterLife().order(local('2027-01-02'), { number: '1', issuedOn, forYear: 2027 });
      return [issuedOn, answer?.ok === false ? answer.refusal.code : 'recorded'];
    });
    expect(named).toEqual([
      ['2026-10-31', 'order_year_not_allowed'],
      ['2026-11-01', 'recorded'],
      ['2026-12-31', 'recorded'],
    ]);
  });
});
