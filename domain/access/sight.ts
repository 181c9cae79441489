/**
 * Who sees what of which case (192-7-3, P43): role x relation to the case x kind of case -> fields. It is one table: the check
 * of a door, the filter of a list, the mask of an answer, the page for lawyers and the tests are made of it. Who may not see
 * a case may not act on it either.
 */
import type { Actor } from '../case/facts.js';
import type { Role } from '../law/rule.js';
import { CASE_KINDS, type CaseKind } from './case-kind.js';

/**
 * `skeleton`: that the case is there, where it stands, what is owed until when and by whom. `plan`: needs, grounds, measures,
 * reports. `identity`: names, numbers, telephones, births, kinship. `narrative`: texts and documents. `address`: where they live.
 */
export const FIELDS = ['skeleton', 'plan', 'identity', 'narrative', 'address'] as const;

export type Field = (typeof FIELDS)[number];

/**
 * `assigned`: on the team of the case, or standing in today for somebody who is. `unit`: somebody of the own unit is on it.
 * `center`: the case is of the own Center. `emergency`: opened for two hours, with a reason (P59); of lists it makes no difference.
 */
export const RELATIONS = ['assigned', 'unit', 'center', 'emergency'] as const;

export type Relation = (typeof RELATIONS)[number];

const ALL = FIELDS;
const NOTHING: readonly Field[] = [];
const SKELETON: readonly Field[] = ['skeleton'];
/** To recognise who has come, and no more. */
const RECOGNISED: readonly Field[] = ['skeleton', 'identity'];
const WITH_PLAN: readonly Field[] = ['skeleton', 'plan', 'identity'];

type ByKind = Readonly<Record<CaseKind, readonly Field[]>>;

const WHOLLY: ByKind = { ordinary: ALL, minors: ALL, threat: ALL, violence: ALL };
/** An open threat is anybody's who is there (P4); violence is nobody's who is not on the team. */
const COLLEAGUES: ByKind = { ordinary: RECOGNISED, minors: RECOGNISED, threat: ALL, violence: NOTHING };
const SUPPORTING: ByKind = { ordinary: RECOGNISED, minors: SKELETON, threat: ALL, violence: NOTHING };
const LEADING: ByKind = { ordinary: WITH_PLAN, minors: WITH_PLAN, threat: ALL, violence: NOTHING };
const OVERSEEING: ByKind = { ordinary: SKELETON, minors: SKELETON, threat: SKELETON, violence: NOTHING };

/** A role that is not here sees no case. */
export const SIGHT: Readonly<Partial<Record<Role, Readonly<Partial<Record<Relation, ByKind>>>>>> = {
  social_work_specialist: { assigned: WHOLLY, center: COLLEAGUES, emergency: WHOLLY },
  social_worker: { assigned: WHOLLY, center: SUPPORTING, emergency: WHOLLY },
  psychologist: { assigned: WHOLLY, center: SUPPORTING, emergency: WHOLLY },
  lawyer: { assigned: WHOLLY, center: SUPPORTING, emergency: WHOLLY },
  prevention_specialist: { assigned: WHOLLY, center: SUPPORTING, emergency: WHOLLY },
  case_manager: { assigned: WHOLLY, center: LEADING, emergency: WHOLLY },
  unit_head: { assigned: WHOLLY, unit: { ...WHOLLY, violence: NOTHING }, center: LEADING, emergency: WHOLLY },
  center_head: { center: WHOLLY },
  duty_officer: { center: WHOLLY },
  analyst: { center: OVERSEEING },
  coordinator: { center: OVERSEEING },
  administrator: { center: OVERSEEING },
};

/** Who looks, and what the staffing record says of them today. */
export interface Viewer {
  actor: Actor;
  /** Their own id, and those of colleagues for whom they stand in. */
  persons: readonly string[];
  /** The people of their own unit; where units are not kept the Center is one. */
  unit: readonly string[] | 'center';
}

/** What a door knows of a case before it opens. */
export interface CaseSeen {
  center: string;
  /** To whom it is open by an emergency now. */
  emergencies?: readonly string[];
  kind: CaseKind;
  /** Who is on it now. */
  team: readonly string[];
}

/** The relations of a viewer to a case of any kind, the nearest first. */
export function relationsTo({ actor, persons, unit }: Viewer, { center, team, emergencies = [] }: CaseSeen): Relation[] {
  if (actor.center !== center) return [];
  const isOfUnit = unit === 'center' || team.some((member) => unit.includes(member));
  const holds: Readonly<Record<Relation, boolean>> = {
    assigned: team.some((member) => persons.includes(member)),
    unit: isOfUnit,
    center: true,
    emergency: emergencies.includes(actor.id),
  };
  return RELATIONS.filter((relation) => holds[relation]);
}

/** What they see of it, all their relations together; nothing: for them there is no such case. */
export function fieldsSeen(viewer: Viewer, seen: CaseSeen): ReadonlySet<Field> {
  const rows = SIGHT[viewer.actor.role] ?? {};
  return new Set(relationsTo(viewer, seen).flatMap((relation) => rows[relation]?.[seen.kind] ?? NOTHING));
}

/** By which relation they see it: the one that shows the most, of equal ones the nearest; undefined where there is none. */
export function relationOf(viewer: Viewer, seen: CaseSeen): Relation | undefined {
  const shown = (relation: Relation): number => SIGHT[viewer.actor.role]?.[relation]?.[seen.kind].length ?? 0;
  return relationsTo(viewer, seen).toSorted((a, b) => shown(b) - shown(a))[0];
}

/** For the filter of a list: the kinds of which that role sees at least the skeleton by that relation. */
export function kindsListed(role: Role, relation: Relation): readonly CaseKind[] {
  const row = SIGHT[role]?.[relation];
  return row === undefined ? [] : CASE_KINDS.filter((kind) => row[kind].includes('skeleton'));
}

/** Whether what they look at is within their work: they are on it, or their post knows no nearer relation than the Center. */
export function isWithinWork(role: Role, relation: Relation | undefined): boolean {
  const nearest = RELATIONS.find((each) => SIGHT[role]?.[each] !== undefined);
  return relation !== undefined && (relation !== 'center' || nearest === 'center');
}
