/** A Center for those who work there: what it is, what it owes, the akim's order about its mobile group. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { HeldOutreachBody, MobileGroupOrderBody, PlanOutreachBody, type CenterCommandAnswer, type CenterDetail } from '../contracts/http/centers.js';
import type { BroughtNarrative } from '../contracts/http/command-route.js';
import { note } from '../contracts/http/command-texts.js';
import type { Why } from '../contracts/http/duties.js';
import type { Language } from '../contracts/messages/language.js';
import { present } from '../contracts/optional.js';
import { findCenter, type KnownCenter } from '../db/centers.js';
import { calendarByVersion } from '../db/law.js';
import type { Pool } from '../db/pool.js';
import { heldOutreach, type HeldOutreach } from '../db/mobile-groups.js';
import { projectionOf } from '../db/projection.js';
import { readNarratives } from '../db/reads.js';
import type { Actor } from '../domain/case/facts.js';
import type { CenterCommand, CenterCommandData, CenterCommandKind } from '../domain/center/commands.js';
import { orderInForce, type MobileGroupOrder } from '../domain/center/state.js';
import type { Calendar } from '../domain/law/calendar.js';
import { isUrgent, standingOf, type Duty } from '../domain/law/duty.js';
import { partsLacking } from '../domain/law/mobile-group.js';
import { momentOf } from '../domain/subject/subjects.js';
import type { Desk } from '../ledger/desk.js';
import { openCenter } from '../ledger/open-centers.js';
import { readLedgerCenter, type ReadCenter } from '../ledger/read-centers.js';
import { commandAct } from '../ledger/proven.js';
import type { CommandInput } from '../ledger/take.js';
import { readBody, type AskedOnce } from './asked.js';
import { dutyBody } from './duty-body.js';
import { askAgain, type CommandDeps } from './give-command.js';
import { iso, isoIf } from './instants.js';
import { termShapeOf } from './official-date.js';
import { problem, refused } from './problem.js';
import { explainDuty } from './why.js';

/** @throws ProblemError `center_unknown` for another Center than the reader's own */
export async function showCenter(desk: Desk, actor: Actor, id: string, language: Language): Promise<z.input<typeof CenterDetail>> {
  const { center, read } = await readOpened(desk, actor, id);
  const calendar = await calendarByVersion(desk.pool, read.state.law.calendar);
  const [texts, held] = [await textsOf(desk.pool, center.subjectId), await heldOutreach(desk.pool, center.subjectId)];
  return { ...centerBody(center, read, texts, calendar, language), ...outreachBody(read.state, held, texts) };
}

/** @throws ProblemError as `showCenter`, and `duty_unknown` */
export async function explainDutyOfCenter(desk: Desk, actor: Actor, id: string, key: string, language: Language): Promise<z.input<typeof Why>> {
  const { center } = await readOpened(desk, actor, id);
  const why = await explainDuty(desk.pool, center.subjectId, key, language);
  if (why === undefined) throw problem('duty_unknown');
  return why;
}

/**
 * Takes the akim's order with the composition of the group; a repeat under the same key has the first answer. Names and
 * telephones become texts of the Center, sealed with its key: its ledger holds their ids.
 * @throws ProblemError as `showCenter`, and for every other outcome than acceptance
 */
export async function recordMobileGroupOrder(deps: CommandDeps, asked: AskedOnce, id: string): Promise<z.input<typeof CenterCommandAnswer>> {
  const { members, ...order } = present(readBody(MobileGroupOrderBody, asked.body));
  const told = members.map(({ part, name, phone }) => ({
    part,
    name: note(randomUUID, 'group_member_name', name),
    phone: note(randomUUID, 'group_member_phone', phone),
  }));
  const registered = told.map(({ part, name, phone }) => ({ memberId: randomUUID(), part, nameId: name.id, phoneId: phone.id }));
  const data = { ...order, members: registered };
  return giveCenterCommand(
    deps,
    asked,
    id,
    { kind: 'recordMobileGroupOrder', data },
    told.flatMap(({ name, phone }) => [name, phone]),
  );
}

/** @throws ProblemError as `recordMobileGroupOrder` */
export async function releaseGroupMember(deps: CommandDeps, asked: AskedOnce, id: string, memberId: string): Promise<z.input<typeof CenterCommandAnswer>> {
  return giveCenterCommand(deps, asked, id, { kind: 'releaseGroupMember', data: { memberId } }, []);
}

/** @throws ProblemError as `recordMobileGroupOrder` */
export async function planOutreach(deps: CommandDeps, asked: AskedOnce, id: string): Promise<z.input<typeof CenterCommandAnswer>> {
  const { plannedOn, place } = readBody(PlanOutreachBody, asked.body);
  const words = note(randomUUID, 'outreach_place', place);
  return giveCenterCommand(deps, asked, id, { kind: 'planOutreach', data: { plannedOn, placeId: words.id } }, [words]);
}

/** @throws ProblemError as `recordMobileGroupOrder` */
export async function recordOutreach(deps: CommandDeps, asked: AskedOnce, id: string): Promise<z.input<typeof CenterCommandAnswer>> {
  const { visitId, departedAt, arrivedAt, present: members, findings } = readBody(HeldOutreachBody, asked.body);
  const words = note(randomUUID, 'outreach_findings', findings);
  const times = { departedAt: Date.parse(departedAt), arrivedAt: Date.parse(arrivedAt) };
  const data = { ...present({ visitId }), ...times, present: members, findingsId: words.id };
  return giveCenterCommand(deps, asked, id, { kind: 'recordOutreach', data }, [words]);
}

type CenterAsk = { [K in CenterCommandKind]: { kind: K; data: CenterCommandData[K] } }[CenterCommandKind];

async function giveCenterCommand(
  { desk, log }: CommandDeps,
  { actor, key: idempotencyKey, body, digestOf }: AskedOnce,
  id: string,
  ask: CenterAsk,
  texts: readonly BroughtNarrative[],
): Promise<z.input<typeof CenterCommandAnswer>> {
  const { center } = await readOpened(desk, actor, id);
  const command: CenterCommand = { ...ask, id: randomUUID(), actor };
  const bodySha256 = digestOf(body);
  const input: CommandInput = {
    kind: 'centerCommand',
    command,
    request: {
      actorId: actor.id,
      idempotencyKey,
      bodySha256,
      act: desk.deps.proof.sign(commandAct(command, center.subjectId, bodySha256)),
      caseId: center.subjectId,
      persons: [],
      narratives: texts.map((narrative) => ({ ...narrative, caseId: center.subjectId })),
    },
  };
  const taken = await desk.ask(center.subjectId, input).catch((error: unknown) => askAgain(desk, log, input, error));
  if (taken === undefined) throw refused({ code: 'center_unknown' });
  if (taken.kind === 'key_reused') throw problem('idempotency_key_reused');
  if (!taken.answer.ok) throw refused(taken.answer.refusal);
  return { center: id, seq: taken.answer.seq, commandId: taken.commandId ?? input.command.id };
}

/** One that nobody has opened yet is opened by whoever asks first. */
async function readOpened(desk: Desk, actor: Actor, id: string): Promise<{ center: KnownCenter; read: ReadCenter }> {
  const center = id === actor.center ? await findCenter(desk.pool, id) : undefined;
  if (center === undefined) throw refused({ code: 'center_unknown' });
  const read = (await readLedgerCenter(desk.pool, center.subjectId)) ?? (await openAndRead(desk, center));
  return { center, read };
}

async function openAndRead(desk: Desk, center: KnownCenter): Promise<ReadCenter> {
  await openCenter(desk, center);
  const read = await readLedgerCenter(desk.pool, center.subjectId);
  if (read === undefined) throw new Error(`Center ${center.id} was opened and has no ledger`);
  return read;
}

/** Names and telephones of the group, by the ids that the ledger has; what was erased is absent. */
async function textsOf(pool: Pool, subjectId: string): Promise<ReadonlyMap<string, string>> {
  const narratives = await readNarratives(pool, subjectId);
  return new Map(narratives.flatMap(({ id, body }) => (body === undefined ? [] : [[id, body] as const])));
}

type CenterBody = z.input<typeof CenterDetail>;
type OrderBody = CenterBody['mobileGroupOrders'][number];

function outreachBody(
  { plannedOutreach }: ReadCenter['state'],
  held: readonly HeldOutreach[],
  texts: ReadonlyMap<string, string>,
): Pick<CenterBody, 'plannedOutreach' | 'heldOutreach'> {
  return {
    plannedOutreach: plannedOutreach.map(({ visitId, plannedOn, placeId }) => ({ visitId, plannedOn, ...present({ place: texts.get(placeId) }) })),
    heldOutreach: held.map(({ visitId, departedAt, arrivedAt, present: members, findingsId }) => ({
      visitId,
      departedAt: iso(departedAt),
      arrivedAt: iso(arrivedAt),
      present: [...members],
      ...present({ findings: texts.get(findingsId) }),
    })),
  };
}

function orderBody({ members, ...order }: MobileGroupOrder, texts: ReadonlyMap<string, string>): OrderBody {
  const shown = members.map(({ memberId, part, nameId, phoneId, leftOn }) => ({
    memberId,
    part,
    ...present({ name: texts.get(nameId), phone: texts.get(phoneId), leftOn }),
  }));
  return { ...order, members: shown, lacks: partsLacking(members) };
}

function centerBody(
  { id, nameKk, nameRu }: KnownCenter,
  read: ReadCenter,
  texts: ReadonlyMap<string, string>,
  calendar: Calendar,
  language: Language,
): Omit<CenterBody, 'plannedOutreach' | 'heldOutreach'> {
  const { state, clockAt, now } = read;
  const { seq, openedAt, law, mobileGroupOrders } = state;
  const inForce = orderInForce(state, now);
  return {
    center: id,
    nameKk,
    nameRu,
    seq,
    openedAt: iso(openedAt),
    clockAt: iso(clockAt),
    law: { ...law },
    ...(inForce === undefined ? {} : { orderInForce: orderBody(inForce, texts) }),
    mobileGroupOrders: mobileGroupOrders.map((order) => orderBody(order, texts)),
    overdue: projectionOf(state).file.overdue,
    nextMoment: isoIf(momentOf(state)?.at),
    duties: state.duties.map((duty) => dutyOfCenter(read, duty, calendar, language)),
  };
}

function dutyOfCenter({ state, clockAt, now }: ReadCenter, duty: Duty, calendar: Calendar, language: Language): ReturnType<typeof dutyBody> {
  const { key, rule, subject, owner, force, startedAt, dueAt, endedAt } = duty;
  const item = { center: state.center, key, rule, subject, owner, force, startedAt, standing: standingOf(duty), urgent: isUrgent(duty), clockAt };
  return dutyBody({ ...item, ...present({ dueAt, endedAt }) }, calendar, duty.term ?? termShapeOf(rule), now, language);
}
