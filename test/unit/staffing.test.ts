/** From the roles of a ladder to the persons who act in them when a message is sent. */
import { describe, expect, it } from 'vitest';
import { STAFFING_EXAMPLE, StaffingBody } from '../../contracts/http/staffing.js';
import { peopleFor, staffingFaults, standInOf, type Addressing, type Holder, type Staffing } from '../../contracts/staffing.js';
import { local } from '../lives/straight-road.js';

const SINCE = '2026-01-01';
const NOON = local('2026-03-10', 12);

const POSTS: Staffing['posts'] = [
  { role: 'unit_head', person: 'unit-head', from: SINCE },
  { role: 'center_head', person: 'head', from: SINCE },
  { role: 'coordinator', person: 'coordinator', from: SINCE },
  { role: 'administrator', person: 'admin', from: SINCE },
];

function center(
  changes: Partial<Staffing> = {},
  known: readonly string[] = ['manager', 'unit-head', 'head', 'coordinator', 'admin', 'deputy', 'second'],
): Holder {
  return {
    holder: 'almaty-auezov',
    staffing: { posts: POSTS, deputies: [], rota: [], ...changes },
    people: new Map(known.map((person) => [person, `${person}@center.example`])),
  };
}

const agency = (posts: Staffing['posts']): Holder => ({
  holder: 'health',
  staffing: { posts, deputies: [], rota: [] },
  people: new Map([
    ['specialist', 'specialist@health.example'],
    ['chief', 'chief@health.example'],
  ]),
});

const told = (addressing: Partial<Addressing> & Pick<Addressing, 'roles'>): string[] =>
  peopleFor({ center: center(), at: NOON, caseManager: 'manager', ...addressing }).map(({ person }) => person);

const standIn = (absent: string, deputy: string, from = '2026-03-01', to = '2026-03-31') => ({
  absent,
  deputy,
  from,
  to,
  order: '12-қ',
  orderedOn: '2026-01-01',
});

describe('who is told', () => {
  it('the case’s own case manager, and the holders of the posts, each once', () => {
    expect(peopleFor({ roles: ['case_manager', 'unit_head', 'center_head', 'unit_head'], caseManager: 'head', center: center(), at: NOON })).toEqual([
      { person: 'head', holder: 'almaty-auezov', mail: 'head@center.example', roles: ['case_manager', 'center_head'] },
      { person: 'unit-head', holder: 'almaty-auezov', mail: 'unit-head@center.example', roles: ['unit_head'] },
    ]);
  });

  it('the head of the unit when no case manager is assigned', () => {
    expect(told({ roles: ['case_manager'], caseManager: undefined })).toEqual(['unit-head']);
  });

  it('the head of the unit beside a case manager whom the Center does not list, who has the own list alone', () => {
    const [stranger, unitHead] = peopleFor({ roles: ['case_manager'], caseManager: 'somebody', center: center(), at: NOON });
    expect(stranger).toEqual({ person: 'somebody', holder: 'almaty-auezov', roles: ['case_manager'] });
    expect(unitHead).toMatchObject({ person: 'unit-head', mail: 'unit-head@center.example' });
  });

  it('all holders of a post, from the first to the last of their days', () => {
    const posts: Staffing['posts'] = [
      { role: 'unit_head', person: 'unit-head', from: '2026-03-10', to: '2026-03-10' },
      { role: 'unit_head', person: 'second', from: SINCE },
    ];
    const on = (day: string, hour: number): string[] => told({ roles: ['unit_head'], center: center({ posts }), at: local(day, hour) });
    expect(on('2026-03-09', 23)).toEqual(['second']);
    expect(on('2026-03-10', 0)).toEqual(['unit-head', 'second']);
    expect(on('2026-03-10', 23)).toEqual(['unit-head', 'second']);
    expect(on('2026-03-11', 0)).toEqual(['second']);
  });

  it('a vacant post falls to the next above, and a house without anybody tells nobody', () => {
    const posts: Staffing['posts'] = [{ role: 'administrator', person: 'admin', from: SINCE }];
    expect(told({ roles: ['case_manager', 'unit_head', 'coordinator'], caseManager: undefined, center: center({ posts }) })).toEqual(['admin']);
    expect(told({ roles: ['center_head'], center: center({ posts: [] }) })).toEqual([]);
  });

  it('the people of the agency that owes the duty; its head for a vacant post, the Center’s for an agency without anybody', () => {
    const roles = ['agency', 'agency_head'] as const;
    const chief = { role: 'agency_head', person: 'chief', from: SINCE } as const;
    expect(told({ roles, agency: agency([chief, { role: 'agency', person: 'specialist', from: SINCE }]) })).toEqual(['specialist', 'chief']);
    expect(told({ roles, agency: agency([chief]) })).toEqual(['chief']);
    expect(told({ roles, agency: agency([]) })).toEqual(['head']);
  });
});

describe('P54: the duty officer', () => {
  const rota = [
    { person: 'second', from: '2026-03-10T13:30:00Z', to: '2026-03-11T04:00:00Z' },
    { person: 'deputy', from: '2026-03-11T04:00:00Z', to: '2026-03-11T13:30:00Z' },
  ];
  const on = (instant: string, changes: Partial<Staffing> = { rota }): string[] =>
    told({ roles: ['duty_officer'], center: center(changes), at: Date.parse(instant) });

  it('P54: is whoever has the turn, the end of which is not part of it', () => {
    expect(on('2026-03-10T13:30:00Z')).toEqual(['second']);
    expect(on('2026-03-11T03:59:59Z')).toEqual(['second']);
    expect(on('2026-03-11T04:00:00Z')).toEqual(['deputy']);
  });

  it('P54: is the head in a gap of the rota and without a rota', () => {
    expect(on('2026-03-10T13:29:59Z')).toEqual(['head']);
    expect(on('2026-03-11T13:30:00Z')).toEqual(['head']);
    expect(on('2026-03-10T20:00:00Z', {})).toEqual(['head']);
  });

  it('P53: head and duty officer are one person then, who is told once, for both', () => {
    expect(peopleFor({ roles: ['center_head', 'duty_officer'], center: center(), at: NOON })).toMatchObject([
      { person: 'head', roles: ['center_head', 'duty_officer'] },
    ]);
  });
});

describe('deputies', () => {
  it('stand in on the days of the order, first and last included', () => {
    const deputies = [standIn('head', 'deputy', '2026-03-10', '2026-03-11')];
    const on = (day: string, hour: number) => peopleFor({ roles: ['center_head'], center: center({ deputies }), at: local(day, hour) });
    expect(on('2026-03-09', 23)).toMatchObject([{ person: 'head' }]);
    expect(on('2026-03-10', 0)).toMatchObject([{ person: 'deputy', mail: 'deputy@center.example', insteadOf: 'head' }]);
    expect(on('2026-03-11', 23)).toMatchObject([{ person: 'deputy' }]);
    expect(on('2026-03-12', 0)).toMatchObject([{ person: 'head' }]);
  });

  it('stand in for a case manager and for the duty officer too', () => {
    const deputies = [standIn('manager', 'deputy'), standIn('second', 'unit-head')];
    const rota = [{ person: 'second', from: '2026-03-10T00:00:00Z', to: '2026-03-11T00:00:00Z' }];
    expect(told({ roles: ['case_manager', 'duty_officer'], center: center({ deputies, rota }) })).toEqual(['deputy', 'unit-head']);
  });

  it('follow each other, and a circle leads to nobody, so that the post counts as vacant', () => {
    const chain = [standIn('unit-head', 'deputy'), standIn('deputy', 'second')];
    expect(told({ roles: ['unit_head'], center: center({ deputies: chain }) })).toEqual(['second']);
    const circle = [...chain, standIn('second', 'unit-head')];
    expect(standInOf('unit-head', circle, '2026-03-10')).toBeUndefined();
    expect(told({ roles: ['unit_head'], center: center({ deputies: circle }) })).toEqual(['head']);
    expect(standInOf('head', [standIn('head', 'head')], '2026-03-10')).toBeUndefined();
  });
});

describe('a document is refused', () => {
  const listed = ['unit-head', 'head', 'coordinator', 'admin', 'deputy', 'second'];
  const faults = (changes: Partial<Staffing>, kind: 'center' | 'agency' = 'center', people = listed): string[] =>
    staffingFaults({ posts: [], deputies: [], rota: [], ...changes }, people, kind).map(({ field, code }) => `${field} ${code}`);
  const turn = (person: string, from: string, to: string) => ({ person, from: `2026-03-${from}:00Z`, to: `2026-03-${to}:00Z` });

  it('never when everything fits', () => {
    expect(faults({ posts: POSTS, deputies: [standIn('head', 'deputy'), standIn('head', 'second', '2026-04-01', '2026-04-02')] })).toEqual([]);
    const { version: _version, people, ...example } = STAFFING_EXAMPLE;
    expect(StaffingBody.safeParse(STAFFING_EXAMPLE).success).toBe(true);
    expect(
      staffingFaults(
        example,
        people.map(({ person }) => person),
        'center',
      ),
    ).toEqual([]);
  });

  it.each<[string, Partial<Staffing>, string[]]>([
    ['two heads at a time', { posts: [...POSTS, { role: 'center_head', person: 'deputy', from: '2026-05-01' }] }, ['/posts/4 overlap']],
    ['one person twice in a post', { posts: [...POSTS, { role: 'unit_head', person: 'unit-head', from: '2026-05-01' }] }, ['/posts/4 overlap']],
    [
      'a post that ends before it begins',
      { posts: [{ role: 'unit_head', person: 'head', from: '2026-05-02', to: '2026-05-01' }] },
      ['/posts/0/to dates_reversed'],
    ],
    ['a post of an agency', { posts: [{ role: 'agency_head', person: 'head', from: SINCE }] }, ['/posts/0/role value_not_allowed']],
    ['days of absence reversed', { deputies: [standIn('head', 'deputy', '2026-05-02', '2026-05-01')] }, ['/deputies/0/to dates_reversed']],
    [
      'two deputies of one person on a day',
      { deputies: [standIn('head', 'deputy'), standIn('head', 'second', '2026-03-31', '2026-04-05')] },
      ['/deputies/1 overlap'],
    ],
    ['P54: two turns at a time', { rota: [turn('head', '10T00:00', '10T12:00'), turn('second', '10T11:59', '11T00:00')] }, ['/rota/1 overlap']],
    ['P54: a turn without length', { rota: [turn('head', '10T12:00', '10T12:00')] }, ['/rota/0/to dates_reversed']],
    [
      'somebody who is not listed',
      { rota: [turn('nobody', '10T00:00', '10T12:00')], deputies: [standIn('head', 'stranger')] },
      ['/deputies/0/deputy person_unlisted', '/rota/0/person person_unlisted'],
    ],
  ])('for %s', (_what, changes, wanted) => expect(faults(changes)).toEqual(wanted));

  it('for a circle of deputies, on the day on which it closes', () => {
    const closing = [standIn('head', 'deputy', '2026-03-01', '2026-03-31'), standIn('deputy', 'head', '2026-03-31', '2026-04-30')];
    expect(faults({ deputies: closing })).toEqual(['/deputies/1/deputy circle']);
    expect(faults({ deputies: [closing[0]!, { ...closing[1]!, from: '2026-04-01' }] })).toEqual([]);
  });

  it('for turns of duty at an agency, and for a person listed twice', () => {
    expect(faults({ rota: [turn('head', '10T00:00', '10T12:00')] }, 'agency')).toEqual(['/rota/0 value_not_allowed']);
    expect(faults({}, 'center', ['head', 'head'])).toEqual(['/people/1/person duplicate']);
  });
});
