/** A ledger entry as the API shows it. */
import type { z } from 'zod';
import type { TimelineEntry } from '../contracts/http/cases.js';
import { catalogueOf } from '../contracts/messages/catalogue.js';
import type { Language } from '../contracts/messages/language.js';
import { ruleTitle } from '../contracts/messages/wording.js';
import type { TimelineItem } from '../db/reads.js';
import type { Field } from '../domain/access/sight.js';
import { STAY_FACT_TYPES } from '../domain/case/roads/stay/facts.js';
import type { DutyChange } from '../domain/law/duty.js';
import { iso, isoIf } from './instants.js';

type Body = z.input<typeof TimelineEntry>;

/** @param fields what the reader sees: what a fact says in detail belongs to the plan */
export function timelineEntry({ entry, recordedAt }: TimelineItem, fields: ReadonlySet<Field>, language: Language): Body {
  const { seq, type, at, occurredAt, actor, cause, data, duties } = entry;
  return {
    seq,
    type,
    what: catalogueOf(language).facts[type],
    at: iso(at),
    occurredAt: iso(occurredAt),
    recordedAt: iso(recordedAt),
    actor: { ...actor },
    cause,
    // A step of a ladder says what is owed, and that is the skeleton.
    data: type === 'DeadlineStepReached' || fields.has(fieldOf(type)) ? withIsoInstants(data) : {},
    duties: duties.map((change) => changeBody(change, iso(at), language)),
  };
}

/** What a fact says in detail belongs to the plan; of a stay it is where somebody is to be found. */
function fieldOf(type: TimelineItem['entry']['type']): Field {
  return STAY_FACT_TYPES.some((each) => each === type) ? 'address' : 'plan';
}

/** Members of facts that hold an instant; days and everything else are text already. */
const INSTANTS = new Set(['moment', 'dueAt', 'retryAt']);

function withIsoInstants(data: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, INSTANTS.has(name) && typeof value === 'number' ? iso(value) : value]));
}

/** The rule of a duty stands before the colon of its key. */
function titleOf(key: string, language: Language): string {
  return ruleTitle(key.split(':')[0] ?? key, language);
}

type Change = Body['duties'][number];

/** @param at when the entry was recorded, for changes that have no instant of their own */
function changeBody(change: DutyChange, at: string, language: Language): Change {
  const key = change.op === 'opened' ? change.duty.key : change.key;
  return { op: change.op, key, title: titleOf(key, language), at, ...datesOf(change) };
}

function datesOf(change: DutyChange): Pick<Change, 'at' | 'dueAt' | 'from' | 'wouldBe'> {
  switch (change.op) {
    case 'opened':
      return { at: iso(change.duty.startedAt), dueAt: isoIf(change.duty.dueAt) };
    case 'met':
      return { at: iso(change.metAt) };
    case 'lapsed':
      return { at: iso(change.at) };
    case 'step_planned':
      return { at: iso(change.step.at) };
    case 'moved':
      return { from: iso(change.from), dueAt: iso(change.to) };
    case 'kept':
      return { dueAt: iso(change.dueAt), wouldBe: iso(change.wouldBe) };
    case 'replanned':
      return {};
  }
}
