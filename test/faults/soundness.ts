/**
 * What must hold after any fault, looked for in what is stored: every accepted thing in the ledger
 * exactly once, no moment missed or told twice, and everything rebuilt from the ledger alone.
 */
import { proofReader } from '../../contracts/proof/proof.js';
import { readPublicKeys } from '../../process/signing.js';
import { signingKeyFiles } from '../../tools/stack/signing-keys.js';
import { caseWorkflowId, type ClockOutcome } from '../../contracts/case-clock.js';
import { canonicalJson } from '../../contracts/ledger-digest.js';
import { rebuild } from '../../domain/case/evolve.js';
import type { Entry, EntryOf } from '../../domain/case/facts.js';
import type { CaseState } from '../../domain/case/state.js';
import type { Duty } from '../../domain/law/duty.js';
import { verifyLedger } from '../../cli/ledger-verify.js';
import { eventually } from '../stack/eventually.js';
import type { CenterDesk } from './center-desk.js';
import { PATIENCE_MS, type House } from './house.js';

interface StoredCase {
  caseId: string;
  head: string;
  running: boolean;
  entries: Entry[];
  /** What the entries make of the case. */
  state: CaseState;
}

/** Waits until nothing is under way, then names every fault; none is what a test wants. */
export async function faultsOf(house: House, desk: CenterDesk): Promise<string[]> {
  await everythingIsSettled(house);
  const cases = await readCases(house);
  return [
    ...house.fallen(),
    ...(await faultsOfLedgers(house)),
    ...(await lostOrDoubled(house, cases)),
    ...acceptedAndLost(desk, cases),
    ...cases.flatMap(faultsOfMoments),
    ...cases.flatMap(faultsOfDispatches),
    ...(await faultsOfAlerts(house, cases)),
    ...(await faultsOfClocks(house, cases)),
  ];
}

/** What waits to be done now, or is in somebody's hands; each as what it is and whose. */
const UNDER_WAY = `
select 'inbox ' || id as what from inbox where state = 'waiting'
union all
select 'wake ' || name || ' ' || subject_id from wake where due_at <= clock_timestamp() + interval '10 minutes'
union all
select 'effect ' || key from effect where state = 'pending' and not exists (select from effects_hold)
union all
select 'alert ' || alert_id from alert_delivery where state = 'waiting'
union all
select 'lease ' || what from (
  select 'wake' as what, lease_until from wake union all select 'inbox', lease_until from inbox_lease
  union all select 'alerts', lease_until from alert_delivery union all select 'digests', lease_until from digest_round
  union all select 'alarms', lease_until from alarm_delivery
) leases where lease_until > clock_timestamp()
union all
select 'clock ' || subject_id
  from (select subject_id, armed_at, case when exists (select from effects_hold) then rings_at else wakes_at end as moment from subject_clock where running) clocks
 where moment is not null and (armed_at is null or armed_at > moment or moment <= clock_timestamp())`;

/**
 * Nothing accepted waits, nobody holds anything, and each running case has a clock that is armed at or before its
 * next moment. What a clock need not know before its next look, it is told then, or within the hour.
 */
export async function everythingIsSettled(house: House): Promise<void> {
  let left: readonly string[] = [];
  await eventually(
    async () => {
      left = (await house.rows<{ what: string }>(UNDER_WAY)).map(({ what }) => what);
      return left.length === 0 ? true : undefined;
    },
    'nothing is under way',
    PATIENCE_MS,
  ).catch((error: unknown) => {
    throw new Error(`still under way: ${left.slice(0, 10).join('; ')}`, { cause: error });
  });
}

/** Invariant 4, and that the same code decides the same again. */
async function faultsOfLedgers({ pool, dir }: House): Promise<string[]> {
  const { faults, decidedAgain, notComparable } = await verifyLedger(pool, { proof: proofReader(readPublicKeys(signingKeyFiles(dir).all)) });
  const again = notComparable === 0 && decidedAgain > 0 ? [] : [`of the takes ${decidedAgain} were decided again, ${notComparable} could not be compared`];
  return [...faults.map(({ caseId, code, fault }) => `${caseId} ${code}: ${fault}`), ...again];
}

async function readCases({ pool }: House): Promise<StoredCase[]> {
  const { rows } = await pool.query<Omit<StoredCase, 'state'>>(
    `select subject_id as "caseId", head, running,
            (select json_agg(entry order by seq) from ledger where ledger.subject_id = case_file.subject_id) as entries
       from case_file`,
  );
  return rows.flatMap((row) => {
    const state = rebuild(row.entries, row.caseId);
    return state === undefined ? [] : [{ ...row, state }];
  });
}

interface Accepted {
  appeals: { id: string }[];
  commands: { id: string; seq: number }[];
  messages: { id: string; kind: string; state: string }[];
}

/** Invariant 1, by the rows of the edges: what was accepted is in the ledger once, and nothing else is. */
async function lostOrDoubled({ pool }: House, cases: readonly StoredCase[]): Promise<string[]> {
  const { rows } = await pool.query<Accepted>(
    `select (select coalesce(json_agg(json_build_object('id', appeal_id)), '[]') from appeal) as appeals,
            (select coalesce(json_agg(json_build_object('id', id, 'seq', answer -> 'seq')), '[]') from command
              where kind <> 'registerAppeal' and answer ->> 'ok' = 'true') as commands,
            (select coalesce(json_agg(json_build_object('id', id, 'kind', kind, 'state', state)), '[]') from inbox) as messages`,
  );
  const [{ appeals, commands, messages } = { appeals: [], commands: [], messages: [] }] = rows;
  const entries = cases.flatMap((stored) => stored.entries);
  const appealed = entries.flatMap((entry) => (entry.type === 'AppealRegistered' || entry.type === 'AppealAttached' ? entry.data.appealId : []));
  const reported = entries.flatMap((entry) => (entry.type === 'ReportReceived' ? entry.data.reportId : []));
  const reports = messages.filter(({ kind, state }) => kind === 'report' && state === 'delivered').map(({ id }) => id);
  return [
    ...different(
      'appeal',
      appeals.map(({ id }) => id),
      appealed,
    ),
    ...different('report', reports, reported),
    ...messages.filter(({ state }) => state !== 'delivered').map(({ id, kind, state }) => `${kind} ${id} is ${state}`),
    ...faultsOfCommands(commands, entries),
  ];
}

/** Both lists must hold the same ids, each once. */
function different(what: string, accepted: readonly string[], recorded: readonly string[]): string[] {
  const times = (id: string): number => recorded.filter((other) => other === id).length;
  const wrong = accepted.filter((id) => times(id) !== 1).map((id) => `${what} ${id} is ${times(id)} times in the ledger`);
  const foreign = recorded.filter((id) => !accepted.includes(id)).map((id) => `${what} ${id} is in the ledger and was never accepted`);
  return [...wrong, ...foreign];
}

function faultsOfCommands(commands: Accepted['commands'], entries: readonly Entry[]): string[] {
  const answered = new Map(commands.map(({ id, seq }) => [id, seq]));
  const causes = new Map<string, Entry[]>();
  for (const entry of entries) causes.set(entry.cause, [...(causes.get(entry.cause) ?? []), entry]);
  const wrong = commands.flatMap(({ id, seq }) => {
    const made = causes.get(id) ?? [];
    const types = made.map(({ type }) => type);
    const once = made.length > 0 && new Set(types).size === types.length && made.at(-1)?.seq === seq;
    return once ? [] : [`command ${id}, answered at ${seq}, made ${made.map((entry) => `${entry.seq} ${entry.type}`).join(', ') || 'nothing'}`];
  });
  const isOfStaff = ({ actor, type }: Entry): boolean =>
    actor.role !== 'system' && actor.role !== 'agency' && type !== 'AppealRegistered' && type !== 'AppealAttached';
  const unanswered = entries
    .filter((entry) => isOfStaff(entry) && !answered.has(entry.cause))
    .map(({ seq, type, cause }) => `${type} at ${seq} of command ${cause}, which has no answer`);
  return [...wrong, ...unanswered];
}

/** Invariant 1, by what people and agencies were told: no crash of Postgres may take it back. */
function acceptedAndLost({ appeals, commands, reports }: CenterDesk, cases: readonly StoredCase[]): string[] {
  const entries = cases.flatMap((stored) => stored.entries);
  const known = new Set(entries.flatMap((entry) => [entry.cause, ...('appealId' in entry.data ? [entry.data.appealId] : [])]));
  const told = [
    ...appeals.map(({ appealId }) => ['appeal', appealId]),
    ...commands.map(({ commandId }) => ['command', commandId]),
    ...reports.map(({ reportId }) => ['report', reportId]),
  ] as const;
  return told.filter(([, id]) => !known.has(id ?? '')).map(([what, id]) => `${what} ${id} was accepted and is not in the ledger`);
}

/** Invariant 2: each planned moment that came while its duty was open is told once, at its legal instant. */
function faultsOfMoments({ caseId, state, entries }: StoredCase): string[] {
  const steps = entries.filter((entry): entry is EntryOf<'DeadlineStepReached'> => entry.type === 'DeadlineStepReached');
  const late = steps.filter(({ at, occurredAt, data }) => occurredAt !== data.moment || at < data.moment);
  return [
    ...late.map(({ seq }) => `${caseId}: the step at ${seq} has not its legal instant`),
    ...state.duties.flatMap((duty) => faultsOfDuty(duty, steps, entries).map((fault) => `${caseId} ${duty.key}: ${fault}`)),
  ];
}

function faultsOfDuty(duty: Duty, steps: readonly EntryOf<'DeadlineStepReached'>[], entries: readonly Entry[]): string[] {
  const told = steps.filter(({ data }) => data.dutyKey === duty.key).map(({ data }) => `${data.step} ${data.moment}`);
  const until = duty.endedSeq === undefined ? entries.at(-1)?.at : entries[duty.endedSeq - 1]?.at;
  const wanted = duty.steps.filter(({ at }) => at <= (until ?? 0)).map(({ step, at }) => `${step} ${at}`);
  return told.join() === wanted.join() ? [] : [`told ${told.join(', ') || 'nothing'}; owed ${wanted.join(', ') || 'nothing'}`];
}

function faultsOfDispatches({ caseId, entries }: StoredCase): string[] {
  const keys = entries.flatMap((entry) => (entry.type === 'DispatchDelivered' ? entry.data.key : []));
  return keys.filter((key, index) => keys.indexOf(key) !== index).map((key) => `${caseId}: ${key} was delivered twice`);
}

/**
 * Waits for alerts on their way. A relay that dies with one in its hands brings it again under the
 * same id, as it must: who wants to see each alert once kills the relay when it has none.
 */
export async function alertsAreDelivered(house: House): Promise<void> {
  await eventually(
    async () => ((await house.rows(`select from alert_delivery where state = 'waiting'`)).length === 0 ? true : undefined),
    'every alert is delivered',
    PATIENCE_MS,
  );
}

/** One alert per step of the ledger, brought once by each way. */
async function faultsOfAlerts(house: House, cases: readonly StoredCase[]): Promise<string[]> {
  const { pool, outside } = house;
  await alertsAreDelivered(house);
  const steps = cases.flatMap((stored) => stored.entries).filter(({ type }) => type === 'DeadlineStepReached').length;
  const { rows } = await pool.query<{ alerts: number; failed: string[] }>(
    `select (select count(*)::int from alert) as alerts,
            array(select concat_ws(' ', channel, state, alert_id, last_error) from alert_delivery where state <> 'delivered') as failed`,
  );
  const webhooks = await outside.centerWebhooks();
  const twice = webhooks.filter(({ times }) => times > 1).map(({ id, times }) => `alert ${id} came ${times} times`);
  const about = webhooks.filter(({ body }) => (body as { type?: unknown }).type === 'alert.raised');
  const counts = { alerts: rows[0]?.alerts, failed: rows[0]?.failed, webhooks: about.length };
  const wanted = { alerts: steps, failed: [], webhooks: steps };
  return [
    ...twice,
    ...(await faultsOfDigests(house)),
    ...(canonicalJson(counts) === canonicalJson(wanted) ? [] : [`alerts: ${canonicalJson(counts)} of ${steps} steps`]),
  ];
}

/** Each digest one mail, and no alert in two mails to the same person. */
async function faultsOfDigests({ pool, outside }: House): Promise<string[]> {
  const { rows } = await pool.query<{ id: string; state: string; lines: number }>(
    'select id, digest.state, (select count(*)::int from notice where digest_id = digest.id) as lines from digest',
  );
  const sent = (await outside.mail()).flatMap(({ messageId, subject }) => (subject.startsWith('Tirek: ') ? [{ id: messageId.split('@')[0], subject }] : []));
  return rows.flatMap(({ id, state, lines }) => {
    const mails = sent.filter((mail) => mail.id === id);
    const fits = state === 'delivered' && mails.length === 1 && mails[0]?.subject.startsWith(`Tirek: ${lines} · `);
    return fits === true ? [] : [`digest ${id} of ${lines} alerts is ${state} and came ${mails.length} times`];
  });
}

/** The engine has a run for each running case and none for any other; one that ended had seen the whole ledger. */
async function faultsOfClocks(house: House, cases: readonly StoredCase[]): Promise<string[]> {
  const clocks = await house.rows<{ caseId: string; runId: string | null }>('select subject_id as "caseId", run_id as "runId" from subject_clock');
  const runs = new Map(clocks.map(({ caseId, runId }) => [caseId, runId]));
  const faults = await Promise.all(
    cases.map(async ({ caseId, running, entries }) => {
      const handle = house.client.workflow.getHandle(caseWorkflowId(caseId));
      const { status, runId } = await handle.describe();
      if (running)
        return status.name === 'RUNNING' && runId === runs.get(caseId)
          ? []
          : [`${caseId}: its clock is ${status.name}, run ${runId}; the ledger knows of run ${runs.get(caseId)}`];
      if (status.name !== 'COMPLETED') return [`${caseId} is over and its clock is ${status.name}`];
      const { seq } = (await handle.result()) as ClockOutcome;
      return seq === entries.at(-1)?.seq ? [] : [`${caseId}: the clock ended at ${seq}, the ledger at ${entries.at(-1)?.seq}`];
    }),
  );
  return faults.flat();
}
