/** The lists: cases, what is due, alerts. */
import type { ComponentChildren, VNode } from 'preact';
import type { z } from 'zod';
import type { CasePage } from '../contracts/http/cases.js';
import type { AlertPage, DutyPage } from '../contracts/http/duties.js';
import { fill } from '../contracts/messages/fill.js';
import { minutesInWords } from '../contracts/messages/wording.js';
import { may } from '../domain/access/rights.js';
import { STAGES } from '../domain/case/state.js';
import { dutyAddress, subjectAddress, subjectName } from './addresses.js';
import { Frame, More, RuleName, type Reader } from './page.js';
import { ruleAddress } from './rules-page.js';
import { agencyName, localEnd, localTime } from './wording.js';

type Page<S extends z.ZodType> = z.input<S>;

function Table({ heads, children }: { heads: readonly string[]; children: ComponentChildren }): VNode {
  return (
    <div class="wide">
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th scope="col">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** The table, or a sentence that there is nothing to show. */
export function Rows({ reader, heads, rows }: { reader: Reader; heads: readonly string[]; rows: readonly VNode[] }): VNode {
  return rows.length === 0 ? <p>{reader.text.words.nothingHere}</p> : <Table heads={heads}>{rows}</Table>;
}

export function CasesPage({ reader, page }: { reader: Reader; page: Page<typeof CasePage> }): VNode {
  const { words, stages } = reader.text;
  const rows = page.items.map((item) => (
    <tr>
      <td>
        <a href={`/console/cases/${item.caseId}`}>{item.caseId.slice(0, 8)}</a>
      </td>
      <td>{stages[item.stage]}</td>
      <td class="num">{localTime(item.openedAt)}</td>
      <td class="num">{localTime(item.clockAt)}</td>
      <td>{item.caseManager ?? '—'}</td>
      <td class={item.overdue > 0 ? 'late' : ''}>{item.overdue}</td>
      <td>{item.waitingOn.map((code) => agencyName(code, reader)).join(', ')}</td>
    </tr>
  ));
  const heads = [words.case, words.stage, words.openedAt, words.caseClock, words.caseManager, reader.text.standings.overdue, words.waitingOn];
  return (
    <Frame reader={reader} title={words.cases}>
      <p>
        <a href="/console/cases">{reader.words.allStages}</a>{' '}
        {STAGES.map((stage) => (
          <>
            · <a href={`/console/cases?stage=${stage}`}>{stages[stage]}</a>{' '}
          </>
        ))}
      </p>
      <Rows reader={reader} heads={heads} rows={rows} />
      <More reader={reader} next={page.next} />
    </Frame>
  );
}

export function DutiesPage({ reader, page }: { reader: Reader; page: Page<typeof DutyPage> }): VNode {
  const { words } = reader.text;
  return (
    <Frame reader={reader} title={words.whatIsDue}>
      <Rows
        reader={reader}
        heads={[words.dueAt, words.rule, words.owner, words.standing, words.case]}
        rows={page.items.map((duty) => <DutyRow reader={reader} duty={duty} withCase />)}
      />
      <More reader={reader} next={page.next} />
    </Frame>
  );
}

type DutyBody = Page<typeof DutyPage>['items'][number];

function DutyRow({ reader, duty, withCase }: { reader: Reader; duty: DutyBody; withCase?: boolean }): VNode {
  const { text, words, language } = reader;
  const late = duty.standing === 'overdue' || duty.standing === 'met_late';
  return (
    <tr>
      <td class="num">
        <a href={dutyAddress(duty, duty.key)}>{duty.dueAt === undefined ? text.words.noTerm : localEnd(duty.dueAt)}</a>
        {duty.minutesLeft === undefined ? null : (
          <span class="late">{` (${fill(text.left, { time: minutesInWords(duty.minutesLeft, language) }, language)})`}</span>
        )}
        {duty.official === false ? <span class="soft" title={words.notOfficial}>{` (${words.notOfficialMark})`}</span> : null}
      </td>
      <td>
        <RuleName rule={duty.rule} title={duty.title} href={ruleAddress(duty.rule)} />
        {reader.organisations.has(duty.subject) && duty.agency === undefined ? ` · ${agencyName(duty.subject, reader)}` : ''}{' '}
        {duty.force === 'internal' ? <span class="soft">({words.internalTerm})</span> : null}
      </td>
      <td>{duty.agency === undefined ? text.roles[duty.owner] : agencyName(duty.agency, reader)}</td>
      <td class={late ? 'late' : ''}>{text.standings[duty.standing]}</td>
      {withCase ? (
        <td>
          <a href={subjectAddress(duty)}>{subjectName(duty)}</a>
        </td>
      ) : (
        <td class="num">{duty.endedAt === undefined ? '' : localTime(duty.endedAt)}</td>
      )}
    </tr>
  );
}

/** The duties of one case, with when each was met. */
export function DutyTable({ reader, duties }: { reader: Reader; duties: readonly DutyBody[] }): VNode {
  const { words, standings } = reader.text;
  return (
    <Rows
      reader={reader}
      heads={[words.dueAt, words.rule, words.owner, words.standing, standings.met]}
      rows={duties.map((duty) => <DutyRow reader={reader} duty={duty} />)}
    />
  );
}

export function AlertsPage({ reader, page }: { reader: Reader; page: Page<typeof AlertPage> }): VNode {
  const { words } = reader.text;
  return (
    <Frame reader={reader} title={words.alerts}>
      <p>
        <a href="/console/alerts">{reader.words.everybodys}</a> · <a href="/console/alerts?mine=true">{reader.words.mine}</a>
      </p>
      <AlertTable reader={reader} alerts={page.items} />
      <More reader={reader} next={page.next} />
    </Frame>
  );
}

export function AlertTable({ reader, alerts }: { reader: Reader; alerts: Page<typeof AlertPage>['items'] }): VNode {
  const { words, roles } = reader.text;
  const rows = alerts.map((alert) => (
    <tr>
      <td class="num">{localEnd(alert.moment)}</td>
      <td>
        <RuleName rule={alert.rule} title={alert.title} href={dutyAddress(alert, alert.dutyKey)} />
      </td>
      <td class={alert.step === 'reminder' || alert.force === 'internal' ? '' : 'late'}>{alert.what}</td>
      <td>{alert.recipients.map((role) => roles[role]).join(', ')}</td>
      <td>
        <Told reader={reader} alert={alert} />
        <Taking reader={reader} alert={alert} />
      </td>
      <td>
        <a href={subjectAddress(alert)}>{subjectName(alert)}</a>
      </td>
    </tr>
  ));
  return <Rows reader={reader} heads={[words.moment, words.rule, words.what, words.recipients, reader.words.told, words.case]} rows={rows} />;
}

type AlertBody = Page<typeof AlertPage>['items'][number];

/** Who has an alarm of threat or duty in hand, or the button for whoever may take it. */
function Taking({ reader, alert: { id, taken, takeable } }: { reader: Reader; alert: AlertBody }): VNode | null {
  const { words, language, actor } = reader;
  if (taken !== undefined) return <p>{fill(words.takenBy, { person: taken.person, at: localTime(taken.at) }, language)}</p>;
  if (!takeable || actor === undefined || !may('takeAlert', actor)) return null;
  return (
    <form method="post" action={`/console/alerts/${encodeURIComponent(id)}/taken`}>
      <button>{words.takeIt}</button>
    </form>
  );
}

/** One line per person: each way with its outcome; the Center's own system last. */
function Told({ reader, alert: { notices, deliveries } }: { reader: Reader; alert: AlertBody }): VNode {
  const { words } = reader;
  const persons = [...new Set(notices.map(({ person }) => person))];
  const webhook = deliveries.find(({ channel }) => channel === 'webhook');
  return (
    <ul class="plain">
      {persons.map((person) => (
        <li>{`${person}: ${notices
          .filter((notice) => notice.person === person)
          .map((notice) => wayOf(reader, notice))
          .join(', ')}`}</li>
      ))}
      {persons.length > 0 ? null : deliveries.filter(({ channel }) => channel === 'mail').map((mail) => <li>{outcome(reader, words.byMail, mail)}</li>)}
      {webhook === undefined ? null : <li>{outcome(reader, words.toBackend, webhook)}</li>}
    </ul>
  );
}

function wayOf(reader: Reader, notice: AlertBody['notices'][number]): string {
  const { words, language } = reader;
  const { channel, seenAt, insteadOf } = notice;
  const away = insteadOf === undefined ? '' : ` (${fill(words.insteadOf, { person: insteadOf }, language)})`;
  if (channel === 'mail') return outcome(reader, words.byMail, notice);
  return `${seenAt === undefined ? words.inList : `${words.seen} ${localTime(seenAt)}`}${away}`;
}

function outcome(
  { words, language }: Reader,
  way: string,
  { state, deliveredAt, heldUntil }: { state: 'waiting' | 'delivered' | 'failed' | 'lapsed'; deliveredAt?: string | undefined; heldUntil?: string | undefined },
): string {
  const until = heldUntil === undefined ? '' : ` ${fill(words.until, { date: localTime(heldUntil) }, language)}`;
  return `${way} ${words[state]}${deliveredAt === undefined ? '' : ` ${localTime(deliveredAt)}`}${until}`;
}
