/**
 * What a supervisor sees of a case in the Temporal UI: search attributes to find it, current details to read it.
 * An upsert is an event of history, so one for all that differ, and none for what they are already.
 */
import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributeUpdatePair } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { BoardAttributes, ClockBoard } from '../../contracts/case-clock.js';

const NUMBER = defineSearchAttributeKey('TirekNumber', SearchAttributeType.KEYWORD);
const STAGE = defineSearchAttributeKey('TirekStage', SearchAttributeType.KEYWORD);
const CENTER = defineSearchAttributeKey('TirekCenter', SearchAttributeType.KEYWORD);
const LANE = defineSearchAttributeKey('TirekLane', SearchAttributeType.KEYWORD);
const NEXT_TERM = defineSearchAttributeKey('TirekNextTerm', SearchAttributeType.DATETIME);
const NEXT_RULE = defineSearchAttributeKey('TirekNextRule', SearchAttributeType.KEYWORD);
const OVERDUE = defineSearchAttributeKey('TirekOverdue', SearchAttributeType.INT);
const WAITING_ON = defineSearchAttributeKey('TirekWaitingOn', SearchAttributeType.KEYWORD_LIST);

export class Noticeboard {
  private shown: BoardAttributes | undefined;

  show({ details, attributes }: ClockBoard): void {
    setCurrentDetails(details);
    const shown = (this.shown ??= attributesOfRun());
    this.shown = attributes;
    const [before, after] = [pairsOf(shown), pairsOf(attributes)];
    const changed = after.filter(({ value }, place) => JSON.stringify(value) !== JSON.stringify(before[place]?.value));
    if (changed.length > 0) upsertSearchAttributes(changed);
  }
}

/** Always in this order. */
function pairsOf({ number, stage, center, lane, nextTerm, nextRule, overdue, waitingOn }: BoardAttributes): SearchAttributeUpdatePair[] {
  return [
    { key: NUMBER, value: number },
    { key: STAGE, value: stage },
    { key: CENTER, value: center },
    { key: LANE, value: lane },
    { key: NEXT_TERM, value: nextTerm === null ? null : new Date(nextTerm) },
    { key: NEXT_RULE, value: nextRule },
    { key: OVERDUE, value: overdue },
    { key: WAITING_ON, value: waitingOn.length === 0 ? null : [...waitingOn] },
  ];
}

/** What the run was started or continued with: the same is not written again. */
function attributesOfRun(): BoardAttributes {
  const { typedSearchAttributes: given } = workflowInfo();
  return {
    number: given.get(NUMBER) ?? '',
    stage: given.get(STAGE) ?? '',
    center: given.get(CENTER) ?? '',
    lane: given.get(LANE) ?? '',
    nextTerm: given.get(NEXT_TERM)?.getTime() ?? null,
    nextRule: given.get(NEXT_RULE) ?? null,
    overdue: given.get(OVERDUE) ?? 0,
    waitingOn: given.get(WAITING_ON) ?? [],
  };
}
