/** Tells what the ledger of a case says, line by line, in the case's own time. */
import { catalogueOf } from '../../contracts/messages/catalogue.js';
import { ruleInWords } from '../../contracts/messages/wording.js';
import type { StepName } from '../../domain/law/ladder.js';
import type { Role } from '../../domain/law/rule.js';
import { localEnd, localTime } from '../../domain/law/written-time.js';
import { wrap } from '../../cli/commands/layout.js';
import type { CaseView, LedgerLine } from './center-api.js';

const MARGIN = 18;
const LABEL = 8;
const words = catalogueOf('en');

type Duty = CaseView['duties'][number];

export class Story {
  /** The ledger has been told up to here. */
  toldSeq = 0;
  private readonly write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.write = write;
  }

  /** What somebody does, before the ledger shows what came of it. */
  say(text: string): void {
    this.write(`\n${wrap(text)}`);
  }

  /** Lines of the ledger and what they opened and ended; several of one kind at one moment are one line. */
  tell(lines: readonly LedgerLine[], view: CaseView): void {
    const duties = new Map(view.duties.map((duty) => [duty.key, duty]));
    for (const group of grouped(lines)) {
      const [first] = group;
      if (first === undefined) continue;
      this.line(timeOf(first), headline(group, duties, view));
      for (const [label, text] of consequences(group, duties)) this.line(' '.repeat(MARGIN - 2), text, label.padEnd(LABEL));
    }
    this.toldSeq = lines.at(-1)?.seq ?? this.toldSeq;
  }

  private line(time: string, text: string, label = ''): void {
    this.write(`${time}  ${label}${wrap(text, MARGIN + label.length)}`);
  }
}

/** A moment of the ladder is told at its legal instant, 24:00 as such; everything else when it was recorded. */
function timeOf({ type, at, occurredAt }: LedgerLine): string {
  return type === 'DeadlineStepReached' ? localEnd(Date.parse(occurredAt)) : localTime(Date.parse(at));
}

/** What makes two neighbours one line. */
function likeness(line: LedgerLine): string {
  return JSON.stringify([line.type, timeOf(line), line.data['step'], line.data['recipients']]);
}

/** Neighbours that are alike, so that twelve acknowledgements are not twelve lines. */
function grouped(lines: readonly LedgerLine[]): readonly LedgerLine[][] {
  const groups: LedgerLine[][] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && likeness(last[0]) === likeness(line)) last.push(line);
    else groups.push([line]);
  }
  return groups;
}

function headline(group: readonly LedgerLine[], duties: ReadonlyMap<string, Duty>, view: CaseView): string {
  const [first] = group;
  if (first?.type === 'DeadlineStepReached') return alarm(group, duties);
  const about = [...new Set(group.flatMap((line) => subjectOf(line, view) ?? []))];
  const who = first?.actor.role === 'system' || first?.actor.role === 'agency' ? '' : ` (${words.roles[first?.actor.role ?? 'system']})`;
  return `${first?.what ?? ''}${who}${about.length === 0 ? '' : `: ${about.join(', ')}`}`;
}

function alarm(group: readonly LedgerLine[], duties: ReadonlyMap<string, Duty>): string {
  const [first] = group;
  const about = group.map(({ data }) => {
    const duty = duties.get(String(data['dutyKey']));
    return `${ruleInWords(String(data['rule']), 'en')}${duty?.agency === undefined ? '' : ` of ${duty.agency}`}`;
  });
  const recipients = Array.isArray(first?.data['recipients']) ? first.data['recipients'].map(String) : [];
  return `! ${words.steps[first?.data['step'] as StepName]}: ${counted(about)}; told to: ${recipients.map((role) => words.roles[role as Role]).join(', ')}`;
}

/** The agency or other matter that tells one line of a kind from the next. */
function subjectOf({ type, data }: LedgerLine, view: CaseView): string | undefined {
  if (typeof data['agency'] === 'string') return data['agency'];
  const measure = view.measures.find(({ measureId }) => measureId === data['measureId']);
  if (measure !== undefined) return measure.agency ?? 'the family itself';
  if (type === 'IprDrafted') return `${view.measures.length} measures until ${view.ipr?.endsOn ?? ''}`;
  if (type === 'AppealRegistered') return `journal number ${String(data['journalNumber'])}, channel ${String(data['channel'])}`;
  if (type === 'CaseClosed') return `${String(data['ground'])}, ${String(data['monitoringMonths'])} months of monitoring`;
  if (Array.isArray(data['grounds'])) return `grounds ${data['grounds'].join(', ')}`;
  return undefined;
}

function consequences(group: readonly LedgerLine[], duties: ReadonlyMap<string, Duty>): [label: string, text: string][] {
  const changes = group.flatMap((line) => line.duties);
  const owed = changes.filter(({ op }) => op === 'opened').map(({ key, dueAt }) => owedText(key, dueAt, duties.get(key)));
  const met = changes.filter(({ op }) => op === 'met').map(({ key }) => metText(key, duties.get(key)));
  const lapsed = changes.filter(({ op }) => op === 'lapsed').map(({ key }) => dutyInWords(key));
  return [
    ...tallied(met).map((text): [string, string] => ['met', text]),
    ...tallied(lapsed).map((text): [string, string] => ['lapsed', text]),
    ...tallied(owed).map((text): [string, string] => ['owed', text]),
  ];
}

function owedText(key: string, dueAt: string | undefined, duty: Duty | undefined): string {
  const until = dueAt === undefined ? 'no term in law' : `until ${localEnd(Date.parse(dueAt))}`;
  const owner = duty === undefined ? '' : ` by ${words.roles[duty.owner]}`;
  return `${dutyInWords(key)} ${until}${owner}${duty?.force === 'internal' ? ' (internal term)' : ''}`;
}

function metText(key: string, duty: Duty | undefined): string {
  return `${dutyInWords(key)}${duty?.standing === 'met_late' ? ' LATE' : ''}`;
}

function dutyInWords(key: string): string {
  return ruleInWords(key.split(':')[0] ?? key, 'en');
}

/** The same text several times is one line with its number. */
function tallied(texts: readonly string[]): string[] {
  return [...new Set(texts)].map((text) => {
    const times = texts.filter((other) => other === text).length;
    return times === 1 ? text : `${text}, ${times} times`;
  });
}

function counted(texts: readonly string[]): string {
  return tallied(texts).join(', ');
}
