/**
 * What can happen to a case, put together from its roads. A fact is coded and holds references only: names, texts and
 * numbers of people live in tables of their own, so that a person can be erased while the ledger stays.
 */
import type { EntryFor, FactOf } from '../subject/facts.js';
import type { OfAllRoads } from './roads.js';

export { ENGINE, type Actor } from '../subject/facts.js';
export type { ClosureGround } from './roads/closing/facts.js';
export type { DispatchKind, DispatchRequest, MeasureStatus, ReportOutcome } from './roads/execution/facts.js';
export type { AssessmentResult, Channel, TriageRoute } from './roads/intake/facts.js';
export type { CategoryNotNeeded, PlannedMeasure, PlanSignature, SigningMethod, SigningParty } from './roads/plan/facts.js';

export type FactData = OfAllRoads<'facts'>;

export type FactType = keyof FactData;

/** A fact before it has a place in the ledger. `occurredAt` is the legal instant where it is earlier than its recording. */
export type Fact = FactOf<FactData>;

/** One line of the ledger. */
export type Entry = EntryFor<FactData>;

/** The entry of one fact type. */
export type EntryOf<T extends FactType> = Extract<Entry, { type: T }>;
