/**
 * What can happen to anything that has a ledger, a family's case or a Center: the table of the law names these facts in
 * its triggers, and the engine of duties asks of a fact nothing but what stands here.
 */
import type { FactData as CaseFactData } from '../case/facts.js';
import type { CenterFactData } from '../center/facts.js';
import type { Instant } from '../law/calendar.js';
import type { DutyChange } from '../law/duty.js';
import type { Role } from '../law/rule.js';

export interface SubjectFactData extends CaseFactData, CenterFactData {}

export type SubjectFactType = keyof SubjectFactData;

/** A fact of one of the subjects before it has a place in a ledger. */
export type SubjectFact = FactOf<SubjectFactData>;

/** `occurredAt` is the legal instant where it is earlier than its recording. */
export type FactOf<Data> = { [T in keyof Data]: { type: T; data: Data[T]; occurredAt?: Instant } }[keyof Data];

/** Who or what made the fact: a person of a Center, an agency, or the engine itself. */
export interface Actor {
  id: string;
  role: Role;
  /** Center of the actor; empty for agencies and the engine. */
  center: string;
}

/** The engine as an actor: timers, effects, adoptions. */
export const ENGINE: Actor = { id: 'engine', role: 'system', center: '' };

export interface EntryEnvelope {
  /** Place in the ledger of the subject, from 1, without gaps. */
  seq: number;
  /** The subject's own time at which the fact was recorded. */
  at: Instant;
  /** The instant from which the law counts; equal to `at` unless the fact waited at an edge. */
  occurredAt: Instant;
  actor: Actor;
  /** Command, delivery, effect or `clock` that caused the fact. */
  cause: string;
  /** What the fact set going or ended by law, dates included: the ledger alone rebuilds what is owed. */
  duties: readonly DutyChange[];
}

/** One line of a ledger. */
export type EntryFor<Data> = { [T in keyof Data]: EntryEnvelope & { type: T; data: Data[T] } }[keyof Data];
