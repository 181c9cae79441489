/**
 * Who answers for a post today. Roles of the ladder become persons when a message is sent, by the
 * posts, deputies and duty rota that the head keeps (P54). Pure; persons are opaque ids.
 */
import { legalDayOf, type Instant, type LegalDay } from '../domain/law/calendar.js';
import type { Role } from '../domain/law/rule.js';

/** The duty officer is named by the rota: that is no post here. Of those who hold the post, a case names its case manager. */
export const CENTER_POSTS = [
  'social_work_specialist',
  'social_worker',
  'psychologist',
  'lawyer',
  'prevention_specialist',
  'analyst',
  'case_manager',
  'unit_head',
  'center_head',
  'coordinator',
  'administrator',
  'auditor',
] as const;
export const AGENCY_POSTS = ['agency', 'agency_head'] as const;
/** Who watches over the Centers of a region, or of the country, by figures alone. */
export const SUPERVISOR_POSTS = ['region_supervisor', 'ministry_supervisor'] as const;

export type PostRole = (typeof CENTER_POSTS)[number] | (typeof AGENCY_POSTS)[number] | (typeof SUPERVISOR_POSTS)[number];

/** Whose people a document names. */
export type HolderKind = 'center' | 'agency' | 'region' | 'country';

const POSTS_OF: Readonly<Record<HolderKind, readonly PostRole[]>> = {
  center: CENTER_POSTS,
  agency: AGENCY_POSTS,
  region: ['region_supervisor'],
  country: ['ministry_supervisor'],
};

/** Who may hold a post one at a time only. */
const SOLE: readonly PostRole[] = ['center_head', 'agency_head'];

/** Days are included at both ends; without `to` until further notice. */
export interface PostHolding {
  role: PostRole;
  person: string;
  from: LegalDay;
  to?: LegalDay | undefined;
  /** Code of the unit of the Center; where none is named the Center is one unit. */
  unit?: string | undefined;
}

/** Everything that is addressed to `absent` goes to `deputy` on these days. */
export interface StandIn {
  absent: string;
  deputy: string;
  from: LegalDay;
  to: LegalDay;
  /** Number of the order that says so, and its date. */
  order: string;
  orderedOn: LegalDay;
}

/** A turn of duty, ISO instants, the end not included. */
export interface DutyTurn {
  person: string;
  from: string;
  to: string;
}

export interface Staffing {
  posts: readonly PostHolding[];
  deputies: readonly StandIn[];
  rota: readonly DutyTurn[];
}

/** Of whom nobody has written anything yet. */
export const NO_STAFFING: Staffing = { posts: [], deputies: [], rota: [] };

export interface StaffingFault {
  /** JSON Pointer into the document. */
  field: string;
  code: 'circle' | 'dates_reversed' | 'duplicate' | 'overlap' | 'person_unlisted' | 'value_not_allowed';
}

/** What is wrong with a document; `listed` are the persons whom it may name. */
export function staffingFaults(staffing: Staffing, listed: readonly string[], kind: HolderKind): StaffingFault[] {
  return [
    ...twice(listed, (person) => person).map((place): StaffingFault => ({ field: `/people/${place}/person`, code: 'duplicate' })),
    ...postFaults(staffing.posts, kind),
    ...deputyFaults(staffing.deputies),
    ...rotaFaults(staffing.rota, kind),
    ...unlisted(staffing, new Set(listed)),
  ];
}

/** By an ИИН a signature is one person's. */
export function iinFaults(people: readonly { iin?: string | undefined }[]): StaffingFault[] {
  const numbered = people.flatMap(({ iin }, place) => (iin === undefined ? [] : [{ iin, place }]));
  return twice(numbered, ({ iin }) => iin).map((at): StaffingFault => ({ field: `/people/${numbered[at]?.place}/iin`, code: 'duplicate' }));
}

function twice<T>(items: readonly T[], keyOf: (item: T) => string): number[] {
  return items.flatMap((item, place) => (items.findIndex((other) => keyOf(other) === keyOf(item)) < place ? [place] : []));
}

const LAST_DAY: LegalDay = '9999-12-31';

function meet(a: { from: string; to?: string | undefined }, b: { from: string; to?: string | undefined }): boolean {
  return a.from <= (b.to ?? LAST_DAY) && b.from <= (a.to ?? LAST_DAY);
}

function reversed({ from, to }: { from: string; to?: string | undefined }): boolean {
  return to !== undefined && to < from;
}

function postFaults(posts: readonly PostHolding[], kind: HolderKind): StaffingFault[] {
  const allowed = POSTS_OF[kind];
  return posts.flatMap((post, place): StaffingFault[] => {
    const field = `/posts/${place}`;
    const rivals = posts.slice(0, place).filter((other) => other.role === post.role && (other.person === post.person || SOLE.includes(post.role)));
    return [
      ...(allowed.includes(post.role) ? [] : [{ field: `${field}/role`, code: 'value_not_allowed' as const }]),
      ...(reversed(post) ? [{ field: `${field}/to`, code: 'dates_reversed' as const }] : []),
      ...(rivals.some((other) => meet(other, post)) ? [{ field, code: 'overlap' as const }] : []),
    ];
  });
}

function deputyFaults(deputies: readonly StandIn[]): StaffingFault[] {
  return deputies.flatMap((row, place): StaffingFault[] => {
    const field = `/deputies/${place}`;
    const others = deputies.slice(0, place).filter(({ absent }) => absent === row.absent);
    return [
      ...(reversed(row) ? [{ field: `${field}/to`, code: 'dates_reversed' as const }] : []),
      ...(others.some((other) => meet(other, row)) ? [{ field, code: 'overlap' as const }] : []),
      // The rows of a circle are all in force on the day when the last of them begins.
      ...(standInOf(row.absent, deputies, row.from) === undefined && !reversed(row) ? [{ field: `${field}/deputy`, code: 'circle' as const }] : []),
    ];
  });
}

function rotaFaults(rota: readonly DutyTurn[], kind: HolderKind): StaffingFault[] {
  const turns = rota.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }));
  return turns.flatMap((turn, place): StaffingFault[] => {
    const field = `/rota/${place}`;
    const overlaps = turns.slice(0, place).some((other) => other.from < turn.to && turn.from < other.to);
    return [
      ...(kind === 'center' ? [] : [{ field, code: 'value_not_allowed' as const }]),
      ...(turn.to > turn.from ? [] : [{ field: `${field}/to`, code: 'dates_reversed' as const }]),
      ...(overlaps ? [{ field, code: 'overlap' as const }] : []),
    ];
  });
}

function unlisted({ posts, deputies, rota }: Staffing, listed: ReadonlySet<string>): StaffingFault[] {
  const named = [
    ...posts.map(({ person }, place) => ({ person, field: `/posts/${place}/person` })),
    ...deputies.flatMap(({ absent, deputy }, place) => [
      { person: absent, field: `/deputies/${place}/absent` },
      { person: deputy, field: `/deputies/${place}/deputy` },
    ]),
    ...rota.map(({ person }, place) => ({ person, field: `/rota/${place}/person` })),
  ];
  return named.flatMap(({ person, field }) => (listed.has(person) ? [] : [{ field, code: 'person_unlisted' as const }]));
}

/**
 * Who acts for a person on a day: the person, or the last of the chain of deputies. Undefined when
 * the chain runs in a circle, so that nobody of it is there.
 */
export function standInOf(person: string, deputies: readonly StandIn[], day: LegalDay): string | undefined {
  const passed = new Set<string>();
  let acting = person;
  for (;;) {
    const next = deputies.find(({ absent, from, to }) => absent === acting && from <= day && day <= to);
    if (next === undefined) return acting;
    passed.add(acting);
    if (passed.has(next.deputy)) return undefined;
    acting = next.deputy;
  }
}

/** Posts that a person fills on a day: the own ones, and those of colleagues for whom the person stands in. */
export function postsOf(person: string, { posts, deputies }: Staffing, day: LegalDay): PostRole[] {
  const filled = postsOn(posts, day).filter((post) => post.person === person || standInOf(post.person, deputies, day) === person);
  return [...new Set(filled.map(({ role }) => role))];
}

/** The colleagues for whom a person stands in on a day. */
export function absentFor(person: string, { deputies }: Staffing, day: LegalDay): string[] {
  const absent = deputies.flatMap((row) => (row.from <= day && day <= row.to ? [row.absent] : []));
  return [...new Set(absent)].filter((each) => each !== person && standInOf(each, deputies, day) === person);
}

/** Everybody of the units of which one of these persons is head on a day; undefined where no unit is named: then it is the whole Center. */
export function unitOf(persons: readonly string[], { posts }: Staffing, day: LegalDay): string[] | undefined {
  const today = postsOn(posts, day);
  const headed = today.filter(({ role, person }) => role === 'unit_head' && persons.includes(person));
  if (headed.length === 0 || headed.some(({ unit }) => unit === undefined)) return undefined;
  const units = new Set(headed.map(({ unit }) => unit));
  return [...new Set(today.flatMap(({ person, unit }) => (units.has(unit) ? [person] : [])))];
}

/** What a person may act as at a moment: the posts of that day, and the turn of duty. */
export function postsAt(person: string, staffing: Staffing, at: Instant): (PostRole | 'duty_officer')[] {
  const onDuty = staffing.rota.some((turn) => turn.person === person && Date.parse(turn.from) <= at && at < Date.parse(turn.to));
  return [...postsOf(person, staffing, legalDayOf(at)), ...(onDuty ? (['duty_officer'] as const) : [])];
}

/** P50: the order by which a person stands in for the head of the Center on a day; undefined when there is none. */
export function actingOrderOf(person: string, { posts, deputies }: Staffing, day: LegalDay): { number: string; date: LegalDay } | undefined {
  const heads = postsOn(posts, day).filter(({ role, person: head }) => role === 'center_head' && head !== person);
  if (!heads.some((head) => standInOf(head.person, deputies, day) === person)) return undefined;
  const row = deputies.find(({ deputy, from, to }) => deputy === person && from <= day && day <= to);
  return row && { number: row.order, date: row.orderedOn };
}

function postsOn(posts: readonly PostHolding[], day: LegalDay): readonly PostHolding[] {
  return posts.filter(({ from, to }) => from <= day && day <= (to ?? LAST_DAY));
}

/** The people of a Center or an agency. */
export interface Holder {
  holder: string;
  staffing: Staffing;
  /** Persons known there, each with a mail address where there is one. */
  people: ReadonlyMap<string, string | undefined>;
}

export interface Addressing {
  roles: readonly Role[];
  /** The case's own case manager, where one is assigned. */
  caseManager?: string | undefined;
  center: Holder;
  /** The agency that owes the duty, where one does. */
  agency?: Holder | undefined;
  /** When the message is sent. */
  at: Instant;
}

export interface Recipient {
  person: string;
  /** The Center or agency as whose member they were found. */
  holder: string;
  mail?: string;
  /** The roles of the ladder for which they are told. */
  roles: readonly Role[];
  /** Who is away, when this person stands in. */
  insteadOf?: string;
}

/** Who acts when nobody holds a post: a step of the ladder must not end with nobody. */
const FALLS_TO: Readonly<Record<Role, Role | undefined>> = {
  social_work_specialist: 'unit_head',
  social_worker: 'unit_head',
  psychologist: 'unit_head',
  lawyer: 'unit_head',
  prevention_specialist: 'unit_head',
  analyst: 'unit_head',
  case_manager: 'unit_head',
  unit_head: 'center_head',
  // P54: without a rota it is the head.
  duty_officer: 'center_head',
  center_head: 'administrator',
  coordinator: 'administrator',
  administrator: undefined,
  auditor: undefined,
  region_supervisor: undefined,
  ministry_supervisor: undefined,
  agency: 'agency_head',
  agency_head: 'center_head',
  family: undefined,
  system: undefined,
};

/** The persons for the roles of a step, each once, in the order of the roles; empty when no post leads to anybody. */
export function peopleFor(addressing: Addressing): Recipient[] {
  const found = new Map<string, Recipient>();
  for (const role of addressing.roles) {
    for (const recipient of actingAs(role, addressing)) {
      const known = found.get(recipient.person);
      found.set(recipient.person, known === undefined ? { ...recipient, roles: [role] } : { ...known, roles: [...new Set([...known.roles, role])] });
    }
  }
  return [...found.values()];
}

export type Acting = Omit<Recipient, 'roles'>;

function actingAs(role: Role, addressing: Addressing): Acting[] {
  const holder = isOfAgency(role) ? addressing.agency : addressing.center;
  const named = holder === undefined ? [] : namedFor(role, addressing, holder);
  const acting = holder === undefined ? [] : named.flatMap((person) => standIn(person, holder, addressing.at));
  const fallback = FALLS_TO[role];
  // A case manager whom the Center does not list has the own list of the console, and nothing more.
  const reachable = role === 'case_manager' ? acting.filter(({ person }) => holder?.people.has(person)) : acting;
  if (reachable.length > 0 || fallback === undefined) return acting;
  return [...acting, ...actingAs(fallback, addressing)];
}

/** Who acts in a post at one holder, without falling to another post. */
export function holdersOf(role: PostRole, holder: Holder, at: Instant): Acting[] {
  return namedFor(role, { roles: [role], center: holder, at }, holder).flatMap((person) => standIn(person, holder, at));
}

/** Who acts for a person of a holder at a moment: the person or the deputy, with the address; empty when the deputies run in a circle. */
export function actingFor(person: string, holder: Holder, at: Instant): Acting[] {
  return standIn(person, holder, at);
}

/** Whose turn of duty it is. */
export function onDuty({ rota }: Staffing, at: Instant): string[] {
  return rota.filter(({ from, to }) => Date.parse(from) <= at && at < Date.parse(to)).map(({ person }) => person);
}

function isOfAgency(role: Role): boolean {
  return role === 'agency' || role === 'agency_head';
}

function namedFor(role: Role, { caseManager, at }: Addressing, { staffing }: Holder): string[] {
  if (role === 'case_manager') return caseManager === undefined ? [] : [caseManager];
  if (role === 'duty_officer') return onDuty(staffing, at);
  const day = legalDayOf(at);
  return postsOn(staffing.posts, day).flatMap((post) => (post.role === role ? [post.person] : []));
}

function standIn(person: string, { holder, staffing, people }: Holder, at: Instant): Acting[] {
  const acting = standInOf(person, staffing.deputies, legalDayOf(at));
  if (acting === undefined) return [];
  const mail = people.get(acting);
  return [{ person: acting, holder, ...(mail === undefined ? {} : { mail }), ...(acting === person ? {} : { insteadOf: person }) }];
}
