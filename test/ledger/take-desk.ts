/** A desk on a database of its own, and what people do at it. */
import type { Proof } from '../../contracts/proof/proof.js';
import { proven, TEST_PROOF } from '../stack/test-proof.js';
import { randomUUID } from 'node:crypto';
import { DEVELOPMENT_CENTERS } from '../../db/development-tokens.js';
import { createPool } from '../../db/pool.js';
import { seedDevelopment } from '../../db/seed.js';
import { AT_NO_ADDRESS } from '../fixtures/connected.js';
import { CASE_MANAGERS } from '../fixtures/case-managers.js';
import type { CommandData, CommandKind, Command } from '../../domain/case/commands.js';
import type { Actor } from '../../domain/case/facts.js';
import { createDesk, type Desk, type DeskOptions } from '../../ledger/desk.js';
import { registerAppeal, type AppealRequest, type RegisteredAppeal } from '../../ledger/register-appeal.js';
import type { TakeInput } from '../../ledger/take.js';
import { addDays, legalDayOf } from '../../domain/law/calendar.js';
import { signing } from '../fixtures/paper.js';
import { measures } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { TEST_VAULT } from '../stack/keys.js';

export const CENTER = DEVELOPMENT_CENTERS[0]?.id ?? '';
export const MANAGER: Actor = { id: 'manager-1', role: 'case_manager', center: CENTER };

export const HEAD_OF: Actor = { id: 'head-1', role: 'center_head', center: CENTER };

export interface House {
  database: TestDatabase;
  desk: Desk;
  /** Another process on the same database: it has a pool and a memory of its own. */
  another(options?: Partial<DeskOptions>): Desk;
  rows<T = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<T[]>;
  stop(): Promise<void>;
}

export async function openHouse(options?: Partial<DeskOptions>): Promise<House> {
  const database = await createDatabase();
  const owner = createPool(database.ownerUrl, { vault: TEST_VAULT, applicationName: 'seed' });
  await seedDevelopment(owner, { caseManagers: CASE_MANAGERS, agencies: AT_NO_ADDRESS });
  await owner.end();
  const pools = [database.pool];
  const another = (given?: Partial<DeskOptions>): Desk => {
    const pool = createPool(database.appUrl, { vault: TEST_VAULT, applicationName: 'tirek-test-desk' });
    pools.push(pool);
    return createDesk(pool, { proof: TEST_PROOF, ...given });
  };
  return {
    database,
    desk: createDesk(database.pool, { proof: TEST_PROOF, ...options }),
    another,
    rows: async <T>(sql: string, ...values: unknown[]) => (await database.pool.query(sql, values)).rows as T[],
    stop: async () => {
      await Promise.all(pools.slice(1).flatMap((pool) => (pool.ended ? [] : [pool.end()])));
      await database.drop();
    },
  };
}

/** Of several desks the next one at each turn. */
export function inTurn(desks: readonly [Desk, ...Desk[]], place: number): Desk {
  return desks[place % desks.length] ?? desks[0];
}

export async function openCase(desk: Desk, changes: Partial<AppealRequest> = {}): Promise<RegisteredAppeal> {
  const outcome = await registerAppeal(desk, {
    actor: MANAGER,
    idempotencyKey: randomUUID(),
    bodySha256: 'a'.repeat(64),
    channel: 1,
    threat: false,
    ...changes,
  });
  if (!('appeal' in outcome)) throw new Error(`not registered: ${outcome.outcome}`);
  return outcome.appeal;
}

/** A command under a key of its own, with what it brings. */
export function asking<K extends CommandKind>(
  caseId: string,
  kind: K,
  data: CommandData[K],
  {
    key = randomUUID(),
    bodySha256 = 'b'.repeat(64),
    actor = MANAGER,
    texts = [],
    proof,
  }: { proof?: Proof; key?: string; bodySha256?: string; actor?: Actor; texts?: readonly { id: string; body: string }[] } = {},
): TakeInput {
  return proven(
    {
      kind: 'command',
      command: { kind, id: randomUUID(), actor, data } as Command,
      request: {
        actorId: actor.id,
        idempotencyKey: key,
        bodySha256,
        caseId,
        persons: [],
        narratives: texts.map(({ id, body }) => ({ id, body, kind: 'interview', caseId })),
      },
    },
    proof,
  );
}

export interface SentPlan {
  caseId: string;
  /** Of the measure that `employment` is responsible for. */
  measureId: string;
}

/** A case whose plan has been sent: a measure for `employment`, one for `health`, one for the family, due in thirty days. */
export async function planSent(desk: Desk): Promise<SentPlan> {
  const plan = await planApproved(desk);
  await accepted(desk, plan.caseId, asking(plan.caseId, 'sendIpr', {}));
  return plan;
}

/** Beside what a plan needs: who the family is, and what is written of its measures. */
export interface ToldOfPlan {
  applicant?: AppealRequest['applicant'];
  description?: string;
}

/** The same, before it is sent. */
export async function planApproved(desk: Desk, { applicant = { fullName: 'Synthetic Name' }, description }: ToldOfPlan = {}): Promise<SentPlan> {
  const { caseId, personId } = await openCase(desk, { applicant });
  const texts = description === undefined ? [] : [{ id: randomUUID(), body: description }];
  const described = texts[0] === undefined ? {} : { descriptionId: texts[0].id };
  const dueOn = addDays(legalDayOf(Date.now()), 30);
  const planned = measures(dueOn).map((measure) => ({ ...measure, measureId: randomUUID(), ...described }));
  const script = [
    asking(caseId, 'recordConsent', { given: true, personId: personId ?? '' }),
    asking(caseId, 'completeAssessment', { result: 'difficult_life_situation', grounds: ['G8'] }),
    asking(caseId, 'determineNeeds', { needs: ['employment'] }),
    asking(caseId, 'draftIpr', { iprId: randomUUID(), endsOn: dueOn, specialists: [], measures: planned }, { texts }),
    asking(caseId, 'signIpr', await signing(desk.pool, caseId, { party: 'employee' }, MANAGER)),
    asking(caseId, 'signIpr', await signing(desk.pool, caseId, { party: 'family' }, MANAGER)),
    asking(caseId, 'approveIpr', {}, { actor: HEAD_OF }),
  ];
  for (const input of script) await accepted(desk, caseId, input);
  return { caseId, measureId: planned[0]?.measureId ?? '' };
}

/** Asks what must be accepted. */
export async function accepted(desk: Desk, caseId: string, input: TakeInput): Promise<void> {
  const taken = await desk.ask(caseId, input);
  if (taken?.kind !== 'answered' || !taken.answer.ok) throw new Error(`it was not accepted: ${JSON.stringify(taken)}`);
}
