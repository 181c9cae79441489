/** One case: what is owed, its plan, its ledger. */
import type { VNode } from 'preact';
import type { z } from 'zod';
import type { CaseDetail, TimelinePage } from '../contracts/http/cases.js';
import { may } from '../domain/access/rights.js';
import { fill } from '../contracts/messages/fill.js';
import { ruleInWords } from '../contracts/messages/wording.js';
import { DutyTable } from './lists.js';
import { CONSOLE_WORDS } from './wording-files.js';
import { Frame, More, type Reader } from './page.js';
import { agencyName, localEnd, localTime } from './wording.js';

type Case = z.input<typeof CaseDetail>;
type Timeline = z.input<typeof TimelinePage>;

export function CasePage({ reader, detail, timeline }: { reader: Reader; detail: Case; timeline: Timeline }): VNode {
  const { words } = reader.text;
  return (
    <Frame reader={reader} title={`${words.case} ${detail.caseId.slice(0, 8)} · ${detail.stageText}`}>
      <p class="soft">
        {`${words.center}: ${detail.center} · ${words.openedAt}: ${localTime(detail.openedAt)} · ${words.caseClock}: ${localTime(detail.clockAt)}`}
        {detail.caseManager === undefined ? '' : ` · ${words.caseManager}: ${detail.caseManager}`}
      </p>
      <HiddenFields reader={reader} detail={detail} />
      {reader.actor !== undefined && may('readLooks', reader.actor) ? (
        <p>
          <a href={`/console/looks?caseId=${detail.caseId}`}>{CONSOLE_WORDS[reader.language].looks.title}</a>
        </p>
      ) : null}
      <h2>{words.duties}</h2>
      <DutyTable reader={reader} duties={detail.duties} />
      <h2>{words.measures}</h2>
      <Measures reader={reader} detail={detail} />
      <h2>{words.timeline}</h2>
      <TimelineTable reader={reader} timeline={timeline} />
      <More reader={reader} next={timeline.next} />
    </Frame>
  );
}

function HiddenFields({ reader, detail: { hidden } }: { reader: Reader; detail: Case }): VNode | null {
  if (hidden.length === 0) return null;
  const names = hidden.map((field) => CONSOLE_WORDS[reader.language].fields[field]);
  return <p class="soft">{fill(reader.words.hidden, { fields: names.join(', ') }, reader.language)}</p>;
}

function Measures({ reader, detail }: { reader: Reader; detail: Case }): VNode | null {
  const { text } = reader;
  if (detail.hidden.includes('plan')) return null;
  if (detail.measures.length === 0) return <p>{text.words.nothingHere}</p>;
  return (
    <table>
      <tbody>
        {detail.measures.map((measure) => (
          <tr>
            <td>{measure.description ?? measure.supportKind}</td>
            <td>{measure.agency === undefined ? text.roles.family : agencyName(measure.agency, reader)}</td>
            <td class="num">{measure.dueOn}</td>
            <td>
              {text.measureStates[measure.status]}
              {measure.timesReturned === 0 ? '' : ` · ${text.words.timesReturned}: ${measure.timesReturned}`}
            </td>
            <td class="soft">{(measure.categories ?? []).map((category) => text.planCategories[category]).join(', ')}</td>
          </tr>
        ))}
        {(detail.ipr?.notNeeded ?? []).map(({ category, reason }) => (
          <tr>
            <td>{text.planCategories[category]}</td>
            <td>{text.words.notNeeded}</td>
            <td />
            <td colSpan={2}>{reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function TimelineTable({ reader, timeline }: { reader: Reader; timeline: Timeline }): VNode {
  return (
    <div class="wide">
      <table>
        <tbody>
          {timeline.items.map((entry) => (
            <tr>
              <td class="num soft">{entry.seq}</td>
              <td class="num">{entry.type === 'DeadlineStepReached' ? localEnd(entry.occurredAt) : localTime(entry.occurredAt)}</td>
              <td>
                {entry.what}
                {detailOf(reader, entry)}
              </td>
              <td>{reader.text.roles[entry.actor.role]}</td>
              <td class="soft">
                {entry.duties.map((change) => (
                  <div>{changeText(reader, change)}</div>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A moment of the ladder says which rule and which step; other facts speak for themselves. */
function detailOf(reader: Reader, entry: Timeline['items'][number]): string {
  const { rule, step, agency } = entry.data;
  if (typeof rule === 'string' && typeof step === 'string') {
    const steps: Readonly<Record<string, string>> = reader.text.steps;
    return `: ${ruleInWords(rule, reader.language)}, ${steps[step] ?? step}`;
  }
  return typeof agency === 'string' ? `: ${agencyName(agency, reader)}` : '';
}

function endOr(instant: string | undefined): string {
  return instant === undefined ? '' : localEnd(instant);
}

function changeText(reader: Reader, change: Timeline['items'][number]['duties'][number]): string {
  const { standings, words } = reader.text;
  const duty = `${change.title} (${change.key})`;
  switch (change.op) {
    case 'opened':
      return `+ ${duty} ${change.dueAt === undefined ? words.noTerm : fill(reader.words.until, { date: localEnd(change.dueAt) }, reader.language)}`;
    case 'met':
      return `✓ ${duty} ${standings.met}`;
    case 'lapsed':
      return `− ${duty} ${standings.lapsed}`;
    case 'step_planned':
      return `… ${duty} ${endOr(change.at)}`;
    case 'moved':
      return `→ ${duty} ${fill(reader.words.moved, { from: endOr(change.from), to: endOr(change.dueAt) }, reader.language)}`;
    case 'kept':
      return `= ${duty} ${fill(reader.words.kept, { date: endOr(change.dueAt), otherwise: endOr(change.wouldBe) }, reader.language)}`;
    case 'replanned':
      return `… ${duty} ${reader.words.replanned}`;
  }
}
