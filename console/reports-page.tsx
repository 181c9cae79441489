/** Reports that were refused or wait: who sent what, why it is not in the case, and the button to have it decided again. */
import { randomUUID } from 'node:crypto';
import type { VNode } from 'preact';
import type { z } from 'zod';
import { mayRetake } from '../office/reports.js';
import type { ReportPage } from '../contracts/http/reports.js';
import { ruleInWords } from '../contracts/messages/wording.js';
import { Rows } from './lists.js';
import { Frame, More, type Reader } from './page.js';
import { REPORT_WORDS } from './report-words.js';
import { agencyName, localTime } from './wording.js';

type Item = z.input<typeof ReportPage>['items'][number];

export function ReportsPage({ reader, page }: { reader: Reader; page: z.input<typeof ReportPage> }): VNode {
  const words = REPORT_WORDS[reader.language];
  const { words: shared } = reader.text;
  const heads = [words.receivedAt, shared.agency, shared.outcome, words.fate, shared.case, ''];
  return (
    <Frame reader={reader} title={shared.reports}>
      <p>
        <a href="/console/reports">{words.notRecorded}</a> · <a href="/console/reports?state=refused">{words.states.refused}</a> ·{' '}
        <a href="/console/reports?state=waiting">{words.states.waiting}</a> · <a href="/console/reports?otherContent=true">{words.otherContent}</a>
      </p>
      <Rows reader={reader} heads={heads} rows={page.items.map((report) => <ReportRow reader={reader} report={report} />)} />
      <More reader={reader} next={page.next} />
    </Frame>
  );
}

function ReportRow({ reader, report }: { reader: Reader; report: Item }): VNode {
  const words = REPORT_WORDS[reader.language];
  const { state, reason, rule, otherContent, caseId, code } = report;
  const known = code !== 'case_unknown';
  return (
    <tr>
      <td class="num">{localTime(report.receivedAt)}</td>
      <td>{agencyName(report.agency, reader)}</td>
      <td>{report.outcome === undefined ? reader.text.facts.IdentificationAnswered : reader.text.reportOutcomes[report.outcome]}</td>
      <td>
        <span class={state === 'refused' ? 'late' : ''}>{words.states[state]}</span>
        {reason === undefined ? null : <> {reason}</>}
        {rule === undefined ? null : <span class="soft">{` ${ruleInWords(rule, reader.language)}`}</span>}
        {otherContent ? <p class="soft">{words.otherContentMeans}</p> : null}
      </td>
      <td>{known ? <a href={`/console/cases/${caseId}`}>{caseId.slice(0, 8)}</a> : caseId.slice(0, 8)}</td>
      <td>
        {state === 'refused' && reader.actor !== undefined && mayRetake(reader.actor, known) ? (
          <Retake reportId={report.reportId} label={words.retake} />
        ) : null}
      </td>
    </tr>
  );
}

/** The key is made with the page: the button pressed twice is one act. */
function Retake({ reportId, label }: { reportId: string; label: string }): VNode {
  return (
    <form method="post" action={`/console/reports/${reportId}/retake`}>
      <input type="hidden" name="key" value={randomUUID()} />
      <button class="link">{label}</button>
    </form>
  );
}

/** What became of a report that was taken again. */
export function RetakenPage({ reader, state, reason }: { reader: Reader; state: Item['state']; reason: string | undefined }): VNode {
  const words = REPORT_WORDS[reader.language];
  return (
    <Frame reader={reader} title={reader.text.words.reports}>
      <p>
        <span class={state === 'refused' ? 'late' : ''}>{words.states[state]}</span>
        {reason === undefined ? null : <> {reason}</>}
      </p>
      <p>
        <a href="/console/reports">{reader.words.back}</a>
      </p>
    </Frame>
  );
}
