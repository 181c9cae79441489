/** One case: what is owed, its plan, its ledger. */
import type { VNode } from 'preact';
import type { z } from 'zod';
import type { CaseDetail, TimelinePage } from '../contracts/http/cases.js';
import { fill } from '../contracts/messages/catalogue.js';
import { DutyTable } from './lists.js';
import { Frame, More, type Reader } from './page.js';
import { agencyName, localTime } from './wording.js';

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

function Measures({ reader, detail }: { reader: Reader; detail: Case }): VNode {
  const { text, language } = reader;
  if (detail.measures.length === 0) return <p>{text.words.nothingHere}</p>;
  return (
    <table>
      <tbody>
        {detail.measures.map((measure) => (
          <tr>
            <td>{measure.description ?? measure.supportKind}</td>
            <td>{measure.agency === undefined ? text.roles.family : agencyName(measure.agency, language)}</td>
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
              <td class="num">{localTime(entry.occurredAt)}</td>
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
    return `: ${rule}, ${steps[step] ?? step}`;
  }
  return typeof agency === 'string' ? `: ${agencyName(agency, reader.language)}` : '';
}

function timeOr(instant: string | undefined): string {
  return instant === undefined ? '' : localTime(instant);
}

function changeText(reader: Reader, change: Timeline['items'][number]['duties'][number]): string {
  const { standings, words } = reader.text;
  switch (change.op) {
    case 'opened':
      return `+ ${change.key} ${change.dueAt === undefined ? words.noTerm : fill(reader.words.until, { date: localTime(change.dueAt) })}`;
    case 'met':
      return `✓ ${change.key} ${standings.met}`;
    case 'lapsed':
      return `− ${change.key} ${standings.lapsed}`;
    case 'step_planned':
      return `… ${change.key} ${change.at === undefined ? '' : localTime(change.at)}`;
    case 'moved':
      return `→ ${change.key} ${fill(reader.words.moved, { from: timeOr(change.from), to: timeOr(change.dueAt) })}`;
    case 'kept':
      return `= ${change.key} ${fill(reader.words.kept, { date: timeOr(change.dueAt), otherwise: timeOr(change.wouldBe) })}`;
    case 'replanned':
      return `… ${change.key} ${reader.words.replanned}`;
  }
}
