/** Did the road end as told? Each check is a sentence that is true of the case, or names what it found instead. */
import type { StepName } from '../../domain/law/ladder.js';
import type { Taken } from '../../simulators/control-protocol.js';
import type { AlertView, CaseView, LedgerLine } from './center-api.js';
import { CAST } from './demo-plan.js';
import { MONITORING_MONTHS } from './road.js';

export interface Evidence {
  view: CaseView;
  ledger: readonly LedgerLine[];
  alerts: readonly AlertView[];
  /** What the agencies took about this case. */
  referrals: readonly Taken[];
  reworkNotices: readonly Taken[];
  /** True when the case's workflow has completed. */
  workflowCompleted: boolean;
}

export interface Check {
  what: string;
  ok: boolean;
  found: string;
}

const STAGES = ['intake', 'needs', 'planning', 'execution', 'completed', 'monitoring', 'closed'];
const CLIMBED: readonly StepName[] = ['overdue', 'head', 'coordinator'];
const AGENCIES = CAST.early.length + CAST.later.length + 1;
/** One report of each agency, and the one that was delivered again; an appeal is in the ledger with its answer. */
const DELIVERIES = AGENCIES + 1;

export function checksOf(evidence: Evidence): Check[] {
  return [...roadChecks(evidence), ...dutyChecks(evidence), ...ladderChecks(evidence), ...deliveryChecks(evidence)];
}

function check(what: string, found: unknown, wanted: unknown): Check {
  const [written, expected] = [JSON.stringify(found), JSON.stringify(wanted)];
  return { what, ok: written === expected, found: written ?? 'nothing' };
}

function sorted(texts: readonly string[]): string[] {
  return texts.toSorted((a, b) => (a < b ? -1 : 1));
}

function roadChecks({ view, ledger, workflowCompleted }: Evidence): Check[] {
  return [
    check(
      'the case went through every stage once',
      stagesOf(ledger).map(({ name }) => name),
      STAGES,
    ),
    check('the case is closed', view.stage, 'closed'),
    check('its workflow has completed', workflowCompleted, true),
    check('every measure is done', [...new Set(view.measures.map(({ status }) => status))], ['done']),
    check(`the family was seen in each of ${MONITORING_MONTHS} months`, view.monitoringContacts, MONITORING_MONTHS),
  ];
}

function dutyChecks({ view }: Evidence): Check[] {
  const notMet = view.duties.filter(({ standing }) => standing !== 'met').map(({ rule, agency, standing }) => `${rule} ${agency ?? 'the Center'} ${standing}`);
  return [
    check('every duty was met in time but one, and the contact after the last month is no longer owed', sorted(notMet), [
      `192-11-1 ${CAST.silent} met_late`,
      'P24 the Center lapsed',
    ]),
  ];
}

function ladderChecks({ view, alerts }: Evidence): Check[] {
  const missed = view.duties.find(({ standing }) => standing === 'met_late');
  const climbed = alerts.filter(({ dutyKey }) => dutyKey === missed?.key);
  const steps = climbed.map(({ step }) => step).filter((step) => step !== 'reminder');
  const others = alerts.filter((alert) => alert.dutyKey !== missed?.key && alert.step !== 'reminder');
  const moments = new Set(alerts.map(({ dutyKey, step, moment }) => `${dutyKey} ${step} ${moment}`));
  const undelivered = alerts.flatMap(({ deliveries }) => deliveries).filter(({ state }) => state !== 'delivered');
  return [
    check(
      'the missed term was reminded of',
      climbed.some(({ step }) => step === 'reminder'),
      true,
    ),
    check('its ladder climbed: overdue, the heads, the coordinator, each once and in order', steps, CLIMBED),
    check(
      'no other duty went beyond a reminder',
      others.map(({ rule, step }) => `${rule} ${step}`),
      [],
    ),
    check('no moment was told twice', moments.size, alerts.length),
    check(
      'each moment fired at its own time in the life of the case',
      alerts.filter(isLate).map(({ rule, step, moment }) => `${rule} ${step} ${moment}`),
      [],
    ),
    check('every alert reached the backend of the Center and the mailboxes', undelivered.length, 0),
  ];
}

/** Case time, which passes in real time while the engine works: a minute is more than it ever needs. */
function isLate({ moment, raisedAt }: AlertView): boolean {
  return Date.parse(raisedAt) - Date.parse(moment) > 60_000;
}

function deliveryChecks({ view, referrals, reworkNotices }: Evidence): Check[] {
  const { duplicates, ...inbox } = view.inbox;
  return [
    check('each agency took one referral', sorted(referrals.map(({ message }) => message.agency)), sorted([...CAST.early, ...CAST.later, CAST.silent])),
    check(
      'one report was returned and one notice of rework taken',
      [view.measures.map(({ timesReturned }) => timesReturned).reduce((a, b) => a + b, 0), reworkNotices.length],
      [1, 1],
    ),
    check('every accepted delivery is in the ledger, nothing waits, nothing was refused', inbox, { waiting: 0, delivered: DELIVERIES, rejected: 0, orphan: 0 }),
    check('one delivery came twice and was done once', duplicates, 1),
  ];
}

const ENTERED: Readonly<Record<string, string>> = {
  AppealRegistered: 'intake',
  AssessmentCompleted: 'needs',
  NeedsDetermined: 'planning',
  IprApproved: 'execution',
  CompletionMarked: 'completed',
  CaseClosed: 'monitoring',
  MonitoringEnded: 'closed',
};

/** The stages in the order of the ledger, each with the instant at which it was entered. */
export function stagesOf(ledger: readonly LedgerLine[]): { name: string; enteredAt: string }[] {
  return ledger.flatMap(({ type, at }) => {
    const name = ENTERED[type];
    return name === undefined ? [] : [{ name, enteredAt: at }];
  });
}
