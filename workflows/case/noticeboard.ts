/**
 * What a supervisor sees of a case in the Temporal UI: search attributes to find it, current details
 * to read it. Both are written only when they change, an upsert being an event of history. Ids and
 * coded facts only.
 */
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { nextMoment } from '../../domain/case/clock.js';
import type { CaseState } from '../../domain/case/state.js';
import { standingOf, type Duty } from '../../domain/law/duty.js';

const STAGE = defineSearchAttributeKey('TirekStage', SearchAttributeType.KEYWORD);
const CENTER = defineSearchAttributeKey('TirekCenter', SearchAttributeType.KEYWORD);
const NEXT_DEADLINE = defineSearchAttributeKey('TirekNextDeadline', SearchAttributeType.DATETIME);
const OVERDUE = defineSearchAttributeKey('TirekOverdue', SearchAttributeType.INT);
const WAITING_ON = defineSearchAttributeKey('TirekWaitingOn', SearchAttributeType.KEYWORD_LIST);

export interface Notice {
  stage: string;
  center: string;
  nextDeadline: number | undefined;
  overdue: number;
  waitingOn: readonly string[];
}

export class Noticeboard {
  private shown: string | undefined;

  /**
   * Says what the case is now. A run says it at its beginning: summary and details of a run are not
   * handed to the next one, and the page of a case that nothing happens to would stay empty for weeks.
   */
  describe(state: CaseState): void {
    setCurrentDetails(detailsOf(state));
  }

  show(state: CaseState): void {
    this.describe(state);
    const notice = noticeOf(state);
    const text = JSON.stringify(notice);
    this.shown ??= attributesOfRun();
    if (text === this.shown) return;
    this.shown = text;
    upsertSearchAttributes([
      { key: STAGE, value: notice.stage },
      { key: CENTER, value: notice.center },
      { key: NEXT_DEADLINE, value: notice.nextDeadline === undefined ? null : new Date(notice.nextDeadline) },
      { key: OVERDUE, value: notice.overdue },
      { key: WAITING_ON, value: notice.waitingOn.length === 0 ? null : [...notice.waitingOn] },
    ]);
  }
}

/** What the run was started or continued with: the same is not written again. */
function attributesOfRun(): string {
  const { typedSearchAttributes: given } = workflowInfo();
  const notice: Notice = {
    stage: given.get(STAGE) ?? '',
    center: given.get(CENTER) ?? '',
    nextDeadline: given.get(NEXT_DEADLINE)?.getTime(),
    overdue: given.get(OVERDUE) ?? 0,
    waitingOn: given.get(WAITING_ON) ?? [],
  };
  return JSON.stringify(notice);
}

/** The nearest legal end, not the nearest reminder: supervisors look for what is about to be missed. */
function noticeOf(state: CaseState): Notice {
  const open = state.duties.filter((duty) => duty.state === 'open');
  const dues = open.flatMap((duty) => duty.dueAt ?? []);
  return {
    stage: state.stage,
    center: state.center,
    nextDeadline: dues.length === 0 ? undefined : Math.min(...dues),
    overdue: open.filter((duty) => standingOf(duty) === 'overdue').length,
    waitingOn: waitingOn(state, open),
  };
}

function waitingOn(state: CaseState, open: readonly Duty[]): string[] {
  const undelivered = state.dispatches.filter((dispatch) => dispatch.state === 'pending' || dispatch.state === 'parked');
  const agencies = [...open.flatMap((duty) => duty.agency ?? []), ...undelivered.map((dispatch) => dispatch.agency)];
  return [...new Set(agencies)].toSorted();
}

function detailsOf(state: CaseState): string {
  const rows = state.duties.filter((duty) => duty.state === 'open').map(rowOf);
  const next = nextMoment(state);
  return [
    `**${state.stage}** · ${state.appeals.map(({ journalNumber }) => journalNumber).join(', ')} · ledger ${state.seq} · law ${state.law.rules}, calendar ${state.law.calendar}`,
    ...(next === undefined ? [] : [`Next moment: ${next.what}, ${localTime(next.at)}`]),
    '',
    '| rule | owed by | until (Asia/Almaty) | standing |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function rowOf(duty: Duty): string {
  const until = duty.dueAt === undefined ? 'no term' : localTime(duty.dueAt);
  const force = duty.force === 'internal' ? ' (internal term)' : '';
  return `| ${duty.rule}${force} | ${duty.agency ?? duty.owner} | ${until} | ${standingOf(duty)} |`;
}

/** Written by arithmetic: `Intl` and local dates follow the worker's zone and tables. A day's end shows as 24:00. */
function localTime(instant: number): string {
  const fiveHours = 5 * 3_600_000;
  const local = new Date(instant + fiveHours).toISOString();
  if (local.slice(11, 19) !== '00:00:00') return `${local.slice(0, 10)} ${local.slice(11, 16)}`;
  return `${new Date(instant + fiveHours - 1).toISOString().slice(0, 10)} 24:00`;
}
