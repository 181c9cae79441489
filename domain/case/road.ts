/**
 * What a road gives to the case: its commands, its messages from outside, its facts and its refusals, as tables. A row
 * that is missing does not compile; `roads.ts` has all roads.
 */
import type { Instant } from '../law/calendar.js';
import type { Role } from '../law/rule.js';
import type { CommandKind, CommandOf } from './commands.js';
import type { Decision, Moment } from './decision.js';
import type { DeliveryKind, DeliveryOf } from './deliveries.js';
import type { Actor, EntryOf, FactType } from './facts.js';
import type { Reference } from './references.js';
import type { RefusalKind } from './refusal.js';
import type { CaseState, Stage } from './state.js';

/** The name of what runs beside the main road, begins and ends by itself, and may be there more than once: appeal, threat, report, revision, duty. */
export type Strand = string;

export interface CommandRow<K extends CommandKind> {
  roles: readonly Role[];
  /** The strand beside the main road on which it acts: it names one of them, and without any it is refused. */
  strand?: Strand;
  /** It may be given on a case of the own Center that the actor does not see (P59). */
  unseen?: true;
  /** Where on the main road it may be given; elsewhere it is refused before `decide` is asked. */
  during: readonly Stage[];
  /** The row of the law by which it belongs there: a refusal names it. */
  rule?: string;
  /** What its data refers to by an id or a code: it must exist, belong to the case, and be what is asked for, before `decide` is asked. */
  refers?: (data: CommandOf<K>['data'], actor: Actor) => readonly Reference[];
  /** Why it may be given outside of its road's own stages, or not in all of them: the cells at which a reader wonders. */
  because?: string;
  /** May it happen now, and what follows? Role, Center, stage and references have been asked. */
  decide: (state: CaseState, command: CommandOf<K>, moment: Moment) => Decision;
}

/** What a road is called by the compiler. */
export interface RoadTypes {
  commands: object;
  facts: object;
  refusals: string;
  /** What the state holds of it: its strand, where it is one. */
  state: object;
}

/** What a road brings. */
export interface RoadTables<T extends RoadTypes> {
  /** The stages of the main road that it is; without any it runs beside all. */
  stages: readonly Stage[];
  commands: CommandRows<keyof T['commands'] & CommandKind>;
  /** What each of its facts makes of the case; the one that opens a case makes it. */
  facts: FactRows<Exclude<keyof T['facts'] & FactType, 'AppealRegistered'>>;
  refusals: Readonly<Record<T['refusals'], RefusalKind>>;
  /** Its part of the state when a case opens. */
  begins: T['state'];
}

/** The state of a road that keeps nothing of its own. */
export type KeepsNothing = object;

export type CommandRows<K extends CommandKind> = { readonly [P in K]: CommandRow<P> };

/** @returns the decision on a message; `receivedAt` is its receipt at the inbox, in the case's own time */
export type DecideDelivery<K extends DeliveryKind> = (state: CaseState, delivery: DeliveryOf<K>, receivedAt: Instant, moment: Moment) => Decision;

export type DeliveryRows<K extends DeliveryKind> = { readonly [P in K]: DecideDelivery<P> };

/** What an entry makes of the case, apart from what is owed. Needs no law and no clock. */
export type Evolve<T extends FactType> = (state: CaseState, entry: EntryOf<T>) => CaseState;

export type FactRows<T extends FactType> = { readonly [P in T]: Evolve<P> };

/** Of facts that start, end and move duties and change nothing else. */
export const changesNothing = (state: CaseState): CaseState => state;

/** Everybody who works with families at a Center, from the specialist to the head: the posts of the annex to 256, which may stand in for one another. */
export const EVERYBODY_AT_THE_CENTER = [
  'social_work_specialist',
  'social_worker',
  'psychologist',
  'lawyer',
  'prevention_specialist',
  'case_manager',
  'unit_head',
  'center_head',
] as const;
/** Who leads a case. */
export const CASE_WORK = ['case_manager', 'unit_head', 'center_head'] as const;

/** The stages before the end of a case. */
export const WHILE_OPEN: readonly Stage[] = ['intake', 'needs', 'planning', 'execution', 'completed', 'monitoring'];
export const ALWAYS: readonly Stage[] = [...WHILE_OPEN, 'closed'];
