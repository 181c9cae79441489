/** The table of sight for itself: what holds of it whatever its rows say, and the page for those who judge it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rightsText } from '../../cli/rights-text.js';
import { unitOf } from '../../contracts/staffing.js';
import { CASE_KINDS, kindOfCase } from '../../domain/access/case-kind.js';
import { FIELDS, fieldsSeen, isWithinWork, relationOf, RELATIONS, relationsTo, SIGHT, type Viewer } from '../../domain/access/sight.js';
import { toldName, untoldEffect, untoldRule } from '../../contracts/told-names.js';
import { ROADS } from '../../domain/case/roads.js';
import type { Role } from '../../domain/law/rule.js';
import { projectionOf } from '../../db/projection.js';
import { ask, registered } from '../lives/acting.js';
import { HEAD, local } from '../lives/straight-road.js';
import { viewerBy } from '../../office/viewer.js';

const ROLES = Object.keys(SIGHT) as Role[];
const viewer = (role: Role, more: Partial<Viewer> = {}): Viewer => ({ actor: { id: 'me', role, center: 'here' }, persons: ['me'], unit: [], ...more });

describe('the kind of a case', () => {
  it('P43, P4, 256-26: violence before a threat, a threat before minors', () => {
    expect(kindOfCase({ violence: true, threat: true, minors: true })).toBe('violence');
    expect(kindOfCase({ violence: false, threat: true, minors: true })).toBe('threat');
    expect(kindOfCase({ violence: false, threat: false, minors: true })).toBe('minors');
    expect(kindOfCase({ violence: false, threat: false, minors: false })).toBe('ordinary');
  });
});

describe('the table of sight', () => {
  it('shows nothing of a case without its skeleton', () => {
    const torn = ROLES.flatMap((role) =>
      RELATIONS.flatMap((relation) =>
        CASE_KINDS.filter((kind) => !isWhole(SIGHT[role]?.[relation]?.[kind] ?? [])).map((kind) => `${role} ${relation} ${kind}`),
      ),
    );
    expect(torn).toEqual([]);
  });

  const isWhole = (fields: readonly string[]): boolean => fields.length === 0 || fields.includes('skeleton');

  it('P43: a case of violence is seen by its team, the head and the duty officer alone, and in an emergency by who says why (P59)', () => {
    const seen = ROLES.flatMap((role) => RELATIONS.flatMap((relation) => (SIGHT[role]?.[relation]?.violence.length ? [`${role} ${relation}`] : [])));
    expect(seen.toSorted()).toEqual([
      'case_manager assigned',
      'case_manager emergency',
      'center_head center',
      'duty_officer center',
      'lawyer assigned',
      'lawyer emergency',
      'prevention_specialist assigned',
      'prevention_specialist emergency',
      'psychologist assigned',
      'psychologist emergency',
      'social_work_specialist assigned',
      'social_work_specialist emergency',
      'social_worker assigned',
      'social_worker emergency',
      'unit_head assigned',
      'unit_head emergency',
    ]);
  });

  it('192-7-3: coordinators, administrators and analysts see skeletons and no more', () => {
    for (const role of ['coordinator', 'administrator', 'analyst'] as const)
      for (const kind of CASE_KINDS) expect(SIGHT[role]?.center?.[kind].filter((field) => field !== 'skeleton')).toEqual([]);
  });

  it('shows nothing of another Center’s cases to anybody, whatever else they are', () => {
    for (const role of ROLES)
      for (const kind of CASE_KINDS) expect([...fieldsSeen(viewer(role, { unit: 'center' }), { center: 'there', kind, team: ['me'] })]).toEqual([]);
  });

  it('takes all relations together: whoever is on the team of a case of another unit sees all of it', () => {
    const seen = { center: 'here', kind: 'violence', team: ['me', 'you'] } as const;
    expect([...fieldsSeen(viewer('unit_head', { unit: ['you'] }), seen)]).toEqual([...FIELDS]);
    expect(relationsTo(viewer('unit_head', { unit: ['you'] }), seen)).toEqual(['assigned', 'unit', 'center']);
  });

  it('names the relation by which it is seen: the one that shows the most, of equal ones the nearest', () => {
    const hidden = { center: 'here', kind: 'violence', team: ['you'], emergencies: ['me'] } as const;
    expect(relationOf(viewer('case_manager'), hidden)).toBe('emergency');
    expect(relationOf(viewer('case_manager'), { ...hidden, team: ['me'] })).toBe('assigned');
    expect(relationOf(viewer('case_manager'), { ...hidden, kind: 'ordinary', emergencies: [] })).toBe('center');
    expect(relationOf(viewer('case_manager'), { ...hidden, center: 'there' })).toBeUndefined();
  });

  it('calls a look outside of one’s work what only the Center explains', () => {
    expect(isWithinWork('case_manager', 'center')).toBe(false);
    expect(isWithinWork('case_manager', 'assigned')).toBe(true);
    expect(isWithinWork('center_head', 'center')).toBe(true);
    expect(isWithinWork('center_head', undefined)).toBe(false);
  });

  it('is what docs/rights.md shows', () => {
    const page = readFileSync(new URL('../../docs/rights.md', import.meta.url), 'utf8');
    expect(page.trimEnd()).toBe(rightsText().trimEnd());
  });
});

describe('P54: who looks, by the staffing record', () => {
  const post = (person: string, role: 'unit_head' | 'lawyer', unit?: string) => ({ person, role, from: '2026-01-01', ...(unit === undefined ? {} : { unit }) });
  const day = '2026-06-01';

  it('stands in for whom an order names, on its days, and through a chain of deputies', () => {
    const row = (absent: string, deputy: string) => ({ absent, deputy, from: '2026-06-01', to: '2026-06-10', order: '1', orderedOn: '2026-05-30' });
    const staffing = { posts: [], deputies: [row('a', 'b'), row('b', 'me')], rota: [] };
    const me = { id: 'me', role: 'lawyer', center: 'here' } as const;
    expect(viewerBy(me, staffing, day).persons.toSorted()).toEqual(['a', 'b', 'me']);
    expect(viewerBy(me, staffing, '2026-06-11').persons).toEqual(['me']);
  });

  it('heads the people of the own unit; without units the Center is one', () => {
    const staffing = { posts: [post('me', 'unit_head', 'u1'), post('x', 'lawyer', 'u1'), post('y', 'lawyer', 'u2')], deputies: [], rota: [] };
    expect(unitOf(['me'], staffing, day)).toEqual(['me', 'x']);
    expect(unitOf(['me'], { ...staffing, posts: [post('me', 'unit_head')] }, day)).toBeUndefined();
  });
});

describe('P43: what the engine is told', () => {
  it('names no fact of violence', () => {
    expect(toldName('ViolenceSignsRecorded')).toBe('Noted');
    for (const type of Object.keys(ROADS.violence.facts)) expect(toldName(type)).toBe('Noted');
    expect(toldName('AppealRegistered')).toBe('AppealRegistered');
  });

  it('256-24: names no row of it', () => {
    expect([untoldRule('256-24'), untoldRule('192-9')]).toEqual(['Noted', undefined]);
    expect([untoldEffect('identification_referral'), untoldEffect('referral')]).toEqual(['Noted', undefined]);
  });
});

describe('P59: what stands of openings beside a case', () => {
  it('is those that were open with the last one: what ended before is carried no further', () => {
    const life = registered(local('2026-01-12'));
    const opened = (): readonly unknown[] => projectionOf(life.caseState).file.emergencies;
    ask(life, local('2026-01-12', 10), 'openInEmergency', { noteId: 'n' }, { ...HEAD, id: 'first', role: 'lawyer' });
    ask(life, local('2026-01-12', 11), 'openInEmergency', { noteId: 'n' }, { ...HEAD, id: 'second', role: 'lawyer' });
    expect(opened()).toMatchObject([{ person: 'first' }, { person: 'second' }]);
    ask(life, local('2026-01-12', 12, 30), 'openInEmergency', { noteId: 'n' }, { ...HEAD, id: 'third', role: 'lawyer' });
    expect(opened()).toMatchObject([{ person: 'second' }, { person: 'third' }]);
    // The head still has each of them to judge.
    expect(life.caseState.emergencies).toHaveLength(3);
  });
});
