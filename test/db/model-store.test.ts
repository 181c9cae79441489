/**
 * The store in memory, on which the machinery is simulated, against the one in Postgres: the same seeded steps
 * give the same answers and the same rows. What an in-memory store does not have by itself (the order of 23505,
 * waits for claims, writes that are beaten) is asked here on purpose.
 */
import { reportAct } from '../../ledger/proven.js';
import { proven } from '../stack/test-proof.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { canonicalJson } from '../../contracts/ledger-digest.js';
import { createPool, isUniqueViolation } from '../../db/pool.js';
import { nextMoment } from '../../domain/case/clock.js';
import { isCase } from '../../domain/subject/subjects.js';
import { referencesOf } from '../../domain/case/commands.js';
import { documentsAmong, type Reference } from '../../domain/case/references.js';
import type { Claim } from '../../domain/case/decision.js';
import type { Opening } from '../../domain/case/deliveries.js';
import { DOCUMENT_TYPES } from '../../domain/case/documents.js';
import type { CaseState } from '../../domain/case/state.js';
import type { TurnInput } from '../../domain/case/turn.js';
import type { Instant } from '../../domain/law/calendar.js';
import { lawOf, type Law, type LawRef } from '../../domain/law/law.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import type { LawInForceRow, LedgerStore } from '../../ledger/store.js';
import { take, type TakeDeps, type TakeInput, type TakeOptions, type TakeOutcome } from '../../ledger/take.js';
import { UniqueViolation } from '../../simulation/machinery/model-house.js';
import { chanceOf, type Chance } from '../lives/chance.js';
import { PLAIN_LAW, PLAIN_LAW_IN_FORCE } from '../lives/plain-calendar.js';
import { inputFor, type What } from '../lives/random-moves.js';
import type { ReferenceList } from '../../domain/case/reference-lists.js';
import type { StaffRecord } from '../../ledger/known-things.js';
import { CENTER, local, opening } from '../lives/straight-road.js';
import { ORGANISATIONS, ROOMS } from '../../simulation/papers.js';
import { connectOrganisation } from '../fixtures/connected.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { attach, claimFor, depsOf, modelSide, open, postgresSide, TIMELESS_PROOF, uuid, type Laws, type Side, type Uploaded } from './two-houses.js';
import { TEST_VAULT } from '../stack/keys.js';

const SEED = 20_261_126;
const STEPS = 4_000;
/** Rows are compared every so many steps. */
const COMPARE_EVERY = STEPS / 2;
const FAMILIES = 8;
/** Old cases are left alone: their states only cost time. */
const LONGEST = 120;
/** Another Center. */
const ELSEWHERE = 'elsewhere';
const HOUR = 3_600_000;
const PAUSES = [0, 0, 0, 60_000, HOUR, 5 * HOUR, 9 * HOUR, 26 * HOUR] as const;

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
  const owner = createPool(database.ownerUrl, { vault: TEST_VAULT, applicationName: 'tirek-test-owner' });
  for (const center of [CENTER, ELSEWHERE]) await owner.query('insert into center (id, name_kk, name_ru, territory) values ($1, $1, $1, 751310000)', [center]);
  for (const [code, { capacity }] of ROOMS)
    await owner.query(
      `insert into room (center, code, version, for_whom, capacity, valid_from, changed_by) values ($1, $2, 1, 'anybody', $3, '2020-01-01', 'test')`,
      [CENTER, code, capacity],
    );
  for (const code of ORGANISATIONS.keys()) await connectOrganisation(owner, { code, endpointUrl: 'http://127.0.0.1:9/', secrets: [] });
  await owner.end();
});

afterAll(async () => {
  await database.drop();
});

it(`the same ${STEPS} steps have the same answers and leave the same rows in memory and in Postgres`, { timeout: 240_000 }, async () => {
  const both = new BothHouses(database);
  await both.begin();
  for (let step = 1; step <= STEPS; step += 1) {
    await both.step(step);
    if (step % COMPARE_EVERY === 0) await both.compareRows(step);
  }
  const wanted = [
    'accepted',
    'refused',
    'beaten',
    'key_reused',
    'claim lost',
    'adopted',
    'report delivered',
    'report rejected',
    'rang',
    'failed',
    'no document',
    'another’s document',
    'a wrong document',
    'a document',
    'colleague_unknown',
    'colleague_without_post',
    'acting_order_unknown',
    'signature_unknown',
    'signature_foreign',
    'a signature',
  ];
  expect(wanted.filter((what) => !both.seen.includes(what))).toEqual([]);
});

const SINCE = '2020-01-01';
/** One of the managers whom the moves name is listed without a post, and one is unknown; somebody stands in for the head. */
const STAFF: StaffRecord = {
  listed: ['head-1', 'unit-1', 'manager-1', 'manager-2', 'manager-3', 'manager-4', 'psychologist-almaty-auezov'],
  staffing: {
    posts: [
      { role: 'center_head', person: 'head-1', from: SINCE },
      ...['manager-1', 'manager-2', 'manager-3'].map((person) => ({ role: 'case_manager' as const, person, from: SINCE })),
    ],
    deputies: [{ absent: 'head-1', deputy: 'unit-1', from: SINCE, to: '2039-12-31', order: '14', orderedOn: SINCE }],
    rota: [],
  },
};
/** What the moves name. */
const CODES: readonly [ReferenceList, string][] = [
  ['kinship', 'child'],
  ['need', 'health'],
  ['support_kind', 'targeted_social_assistance'],
  ['support_kind', 'job_search'],
  ['support_kind', 'psychological_help'],
  ['service', '00401002'],
  ['stay_reason', 'own_wish'],
  ['stay_reason', 'not_arrived'],
  ['stay_reason', 'hospital'],
  ['stay_reason', 'housing_found'],
  ['stay_reason', 'to_organisation'],
];

/** So many versions of each kind, one after the other and again. They differ in their names, so that adoptions have something to adopt. */
const VERSIONS = 4;
const LAWS = new Map<string, Law>();

function versioned(kind: 'calendar' | 'policy', number: number): string {
  return number === 0 ? (kind === 'calendar' ? PLAIN_LAW.ref.calendar : PLAIN_LAW.ref.policy) : `${kind}-${number}`;
}

const LAW_BOOKS: Laws = {
  lawOf: ({ calendar, policy }: LawRef) => {
    const key = `${calendar} ${policy}`;
    const known = LAWS.get(key) ?? lawOf({ calendar: { ...PLAIN_LAW_IN_FORCE.calendar, version: calendar }, policy: { ...DEFAULT_POLICY, version: policy } });
    LAWS.set(key, known);
    return known;
  },
  adoptionOf: ({ kind, version, adoption }) => {
    if (adoption === undefined) return undefined;
    return kind === 'calendar'
      ? { ...adoption, calendar: { ...PLAIN_LAW_IN_FORCE.calendar, version } }
      : { ...adoption, policy: { ...DEFAULT_POLICY, version } };
  },
};

/** What a side makes of one step: an answer, or the failure that it means; any other failure is one of the test. */
async function outcomeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    return canonicalJson(await work());
  } catch (error) {
    return failureOf(error);
  }
}

function failureOf(error: unknown): string {
  if (error instanceof UniqueViolation || isUniqueViolation(error)) return 'failed: unique';
  if (error instanceof Error && error.message.includes('refused by the core')) return `failed: ${error.message}`;
  throw error;
}

function same(inPostgres: string, inMemory: string | undefined, what: string): void {
  if (inPostgres !== inMemory) throw new Error(`seed ${SEED}, ${what}\nin Postgres: ${inPostgres}\nin memory:   ${inMemory}`);
}

function told({ known, taken, settled, adoption, entries, state }: TakeOutcome): unknown {
  return { known, taken, settled, adoption, entries, seq: state?.seq };
}

interface HouseUnderTest extends Side {
  /** Two desks of two processes. */
  desks: readonly [TakeDeps, TakeDeps];
}

class BothHouses {
  readonly seen: string[] = [];
  private now: Instant = local('2030-02-04');
  private readonly houses: readonly HouseUnderTest[];
  private readonly chance: Chance = chanceOf(SEED);
  private readonly cases = new Map<string, CaseState>();
  private readonly asked: { caseId: string; input: Extract<TakeInput, { kind: 'command' }> }[] = [];
  private readonly said = new Map<string, TurnInput[]>();
  private readonly uploaded = new Set<string>();
  private readonly signed = new Set<string>();
  private readonly families = new Set<string>();
  private readonly laws = { calendar: 0, policy: 0 };

  constructor({ pool }: TestDatabase) {
    const clock = (): Instant => this.now;
    this.houses = [postgresSide(pool, clock), modelSide(clock)].map((side) => ({
      ...side,
      desks: [depsOf(side.store, LAW_BOOKS, clock, 1), depsOf(side.store, LAW_BOOKS, clock, 2)] as const,
    }));
  }

  async begin(): Promise<void> {
    for (const kind of ['calendar', 'policy'] as const) await this.onBoth(0, 'law', (house) => house.adopt({ kind, version: versioned(kind, 0) }));
    await this.onBoth(0, 'staff', (house) => house.staff(CENTER, STAFF));
    for (const [list, code] of CODES) await this.onBoth(0, 'code', (house) => house.list(list, code, SINCE));
  }

  async step(step: number): Promise<void> {
    const { chance } = this;
    this.now += chance.of(PAUSES);
    const kind = chance.below(100);
    if (kind < 6 || this.openCases().length === 0) return this.openOne(step);
    const caseId = chance.of(this.openCases());
    if (kind < 9) return this.attachOne(step, caseId);
    if (kind < 16) return this.report(step, caseId);
    if (kind < 19) return this.ring(step, caseId);
    if (kind < 21) return this.adopt(step);
    if (kind < 27) return this.arm(step, caseId);
    if (kind < 33) return this.repeat(step);
    if (kind < 43) return this.meet(step, caseId);
    if (kind < 46) return this.oneKeyTwoCases(step);
    if (kind < 49) return this.claimInOppositeOrder(step, caseId);
    if (kind < 51) return this.skip(step, caseId);
    if (kind < 54) return this.twiceInOneTake(step, caseId);
    return this.takeOne(step, caseId, this.inputs(step, caseId, 1 + Number(chance.once(6))));
  }

  async compareRows(step: number): Promise<void> {
    const [postgres, model] = await Promise.all(this.houses.map((house) => house.rows()));
    for (const [table, rows] of Object.entries(postgres ?? {})) same(JSON.stringify(rows), JSON.stringify(model?.[table]), `${table} after step ${step}`);
  }

  private openCases(): string[] {
    return [...this.cases].flatMap(([caseId, state]) => ((state.stage === 'closed' && !this.chance.once(8)) || state.seq > LONGEST ? [] : [caseId]));
  }

  /** The same on both, one after the other; what they say must be the same. @returns what was said */
  private async onBoth(step: number, what: string, work: (house: HouseUnderTest) => Promise<unknown>): Promise<string> {
    const [first, second] = [await outcomeOf(() => work(this.house(0))), await outcomeOf(() => work(this.house(1)))];
    same(first, second, `step ${step}: ${what}`);
    if (first.startsWith('failed')) this.seen.push('failed');
    return first;
  }

  private house(place: number): HouseUnderTest {
    const house = this.houses[place];
    if (house === undefined) throw new Error('there are two houses');
    return house;
  }

  private async takeOne(step: number, caseId: string, inputs: readonly TakeInput[], options: TakeOptions = {}): Promise<void> {
    await this.uploadFor(step, caseId, inputs);
    this.heard(await this.onBoth(step, 'take', async ({ desks }) => this.noted(await take(desks[0], caseId, inputs, options))));
  }

  private noted(outcome: TakeOutcome): unknown {
    if (outcome.state !== undefined && isCase(outcome.state)) this.cases.set(outcome.state.caseId, outcome.state);
    return told(outcome);
  }

  /** What a command refers to is there as a rule; now and then it is not, is another case's or Center's, or something else. */
  private async uploadFor(step: number, caseId: string, inputs: readonly TakeInput[]): Promise<void> {
    const { chance } = this;
    const references = inputs.flatMap((input) => (input.kind === 'command' ? referencesOf(input.command) : []));
    const householdId = this.cases.get(caseId)?.householdId ?? '';
    if (references.some(({ to }) => to === 'member')) await this.meetFamily(step, householdId);
    for (const { id, type } of documentsAmong(references)) {
      if (chance.once(8) || this.uploaded.has(id)) continue;
      this.uploaded.add(id);
      const elsewhere = chance.once(8);
      const document: Uploaded = {
        id,
        caseId: elsewhere ? chance.of(this.openCases()) : caseId,
        center: chance.once(8) ? ELSEWHERE : CENTER,
        type: chance.once(8) ? chance.of(DOCUMENT_TYPES) : type,
        sha256: String(step).padStart(64, '0'),
      };
      await this.onBoth(step, 'document', (house) => house.keep(document));
      await this.signFor(step, id, references, householdId);
    }
  }

  /** Somebody of the family is known, once. */
  private async meetFamily(step: number, householdId: string): Promise<void> {
    if (this.families.has(householdId)) return;
    this.families.add(householdId);
    await this.onBoth(step, 'member', (house) => house.member(householdId));
  }

  /** Now and then there is no signature, or it is somebody else's. */
  private async signFor(step: number, documentId: string, references: readonly Reference[], householdId: string): Promise<void> {
    const { chance } = this;
    for (const reference of references) {
      await this.meetFamily(step, householdId);
      if (reference.to !== 'signature' || reference.over !== documentId || chance.once(8) || this.signed.has(reference.id)) continue;
      this.signed.add(reference.id);
      const wanted = reference.by === 'family' ? { member: householdId } : reference.by;
      const by = chance.once(8) ? { colleague: 'unit-1' } : wanted;
      const brought = { id: reference.id, documentId, sha256: String(step).padStart(64, '1'), by };
      await this.onBoth(step, 'signature', (house) => house.sign(brought));
    }
  }

  private heard(text: string): void {
    if (text.startsWith('failed')) return;
    if (text.includes('"ok":true')) this.seen.push('accepted');
    if (text.includes('"ok":false')) this.seen.push('refused');
    for (const word of [
      'key_reused',
      'DeadlineStepReached',
      'LawAdopted',
      'document_unknown',
      'document_of_other_case',
      'document_type_wrong',
      'documentSha256',
      'colleague_unknown',
      'colleague_without_post',
      'acting_order_unknown',
      'signature_unknown',
      'signature_foreign',
      'signatureSha256',
      'StayAdmitted',
      'StayLeft',
      'already_in_stay',
    ] as const)
      if (text.includes(word)) this.seen.push(NAMES[word]);
    for (const state of ['delivered', 'rejected']) if (text.includes(`"state":"${state}"`)) this.seen.push(`report ${state}`);
  }

  private inputs(step: number, caseId: string, count: number): TakeInput[] {
    return Array.from({ length: count }, (_, place) => this.input(caseId, uuid(10 + place, step))).flatMap((input) => input ?? []);
  }

  /** A command or an outcome; messages come by the inbox, and the law by its row. */
  private input(caseId: string, id: string): TakeInput | undefined {
    const { chance, now } = this;
    const state = this.cases.get(caseId);
    if (state === undefined) return undefined;
    const said = this.said.get(caseId) ?? [];
    this.said.set(caseId, said);
    const what: What = chance.of(['road', 'road', 'road', 'command', 'outcome', 'repeat'] as const);
    const input = inputFor(what, { state, now, chance, said, id });
    if (input === undefined) return undefined;
    said.push(input);
    if (input.kind === 'dispatch') return { kind: 'outcome', outcome: input.outcome };
    if (input.kind !== 'command') return undefined;
    const { command } = input;
    const narratives = chance.once(2) ? [{ id, kind: 'note', body: 'words', caseId }] : [];
    const request = { actorId: command.actor.id, idempotencyKey: `key-${id}`, bodySha256: 'a', caseId, persons: [], narratives };
    const asked = proven<Extract<TakeInput, { kind: 'command' }>>({ kind: 'command', command, request }, TIMELESS_PROOF);
    this.asked.push({ caseId, input: asked });
    return asked;
  }

  private async openOne(step: number): Promise<void> {
    const caseId = uuid(3, step);
    const { now, chance } = this;
    const given = opening(now, {
      appealId: uuid(4, step),
      householdId: uuid(5, Math.floor(step / 400) * FAMILIES + chance.below(FAMILIES)),
      channel: chance.of([1, 2, 3, 4, 5]),
      threat: chance.once(25),
    });
    const result = await this.onBoth(step, 'opening', ({ desks }) => open(desks[0], caseId, given));
    if (result === '"lost"') this.seen.push('claim lost');
    else await this.takeOne(step, caseId, []);
  }

  private attachOne(step: number, caseId: string): Promise<void> {
    const given: Opening = opening(this.now - this.chance.of([0, 0, HOUR]), { appealId: uuid(4, step), threat: this.chance.once(4) });
    return this.onBoth(step, 'attached appeal', ({ desks }) => attach(desks[1], caseId, given)).then(() => this.takeOne(step, caseId, []));
  }

  private async report(step: number, caseId: string): Promise<void> {
    const { chance, now } = this;
    const state = this.cases.get(caseId);
    const measure = chance.of([...(state?.measures ?? []), { measureId: 'none', agency: 'health' }]);
    const payload = { measureId: measure.measureId, outcome: chance.of(['performed', 'performed', 'in_progress', 'not_performed'] as const) };
    const arrived = { inboxId: uuid(6, step), caseId, source: measure.agency ?? 'health', receivedAt: now - chance.of([0, HOUR, 30 * HOUR]), payload };
    const act = TIMELESS_PROOF.sign(reportAct(caseId, arrived));
    await this.onBoth(step, 'report', (house) => house.receive({ ...arrived, act }));
    if (chance.once(2)) await this.takeOne(step, caseId, []);
  }

  private ring(step: number, caseId: string): Promise<void> {
    const state = this.cases.get(caseId);
    const next = state === undefined ? undefined : nextMoment(state)?.at;
    if (next !== undefined && next > this.now && next - this.now < 40 * 24 * HOUR) this.now = next;
    return this.takeOne(step, caseId, [], { clockLooks: this.chance.once(2) });
  }

  private async adopt(step: number): Promise<void> {
    const kind = this.chance.of(['calendar', 'policy'] as const);
    this.laws[kind] = (this.laws[kind] + 1) % VERSIONS;
    const row: LawInForceRow = {
      kind,
      version: versioned(kind, this.laws[kind]),
      adoption: { id: uuid(7, step), act: 'an order', recompute: this.chance.of(['own', 'adopted']) },
    };
    await this.onBoth(step, 'adoption', (house) => house.adopt(row));
  }

  /** Before its next moment, at it, behind it, long ago, or not at all. */
  private async arm(step: number, caseId: string): Promise<void> {
    const state = this.cases.get(caseId);
    const next = (state === undefined ? undefined : nextMoment(state)?.at) ?? this.now + HOUR;
    const at = this.chance.of([next - HOUR, next, next + HOUR, local('2020-01-06'), null]);
    await this.onBoth(step, 'armed', (house) => house.arm(caseId, at));
  }

  private async repeat(step: number): Promise<void> {
    if (this.asked.length === 0) return;
    const { caseId, input } = this.chance.of(this.asked.slice(-200));
    // Every request makes an id of its own; the key is what is repeated.
    const again = { ...input, command: { ...input.command, id: uuid(8, step) } };
    const asked = this.chance.once(3) ? { ...again, request: { ...again.request, bodySha256: 'b' } } : again;
    await this.takeOne(step, caseId, [proven<typeof asked>(asked, TIMELESS_PROOF)]);
  }

  /** Both desks have looked before either writes: the second is beaten, and decides again under the lock. */
  private async meet(step: number, caseId: string): Promise<void> {
    const [first, second] = [this.inputs(step, caseId, 1), this.inputs(step + STEPS, caseId, 1)];
    this.seen.push('beaten');
    const text = await this.onBoth(step, 'two desks', ({ desks }) =>
      this.bothLookFirst(desks, [
        { caseId, inputs: first },
        { caseId, inputs: second },
      ]),
    );
    this.heard(text);
  }

  private async oneKeyTwoCases(step: number): Promise<void> {
    const [first, second] = this.openCases();
    if (first === undefined || second === undefined) return;
    const inputs = [this.inputs(step, first, 1), this.inputs(step + STEPS, second, 1)] as const;
    const sameKey = inputs.map((list) =>
      list.map((input) => (input.kind === 'command' ? { ...input, request: { ...input.request, actorId: 'one', idempotencyKey: `same-${step}` } } : input)),
    );
    const text = await this.onBoth(step, 'one key', ({ desks }) =>
      this.bothLookFirst(desks, [
        { caseId: first, inputs: sameKey[0] ?? [] },
        { caseId: second, inputs: sameKey[1] ?? [] },
      ]),
    );
    this.heard(text);
  }

  private async bothLookFirst([a, b]: HouseUnderTest['desks'], [first, second]: readonly [Asking, Asking]): Promise<unknown> {
    const secondLooked = signal();
    const firstDone = signal();
    const waiting = (store: LedgerStore, until: Promise<void>, looked: () => void): LedgerStore => ({
      look: (caseId, asked) => store.look(caseId, asked).finally(looked),
      write: async (writing) => (await until, store.write(writing)),
      locked: async (caseId, work) => (await until, store.locked(caseId, work)),
    });
    const one = (async () => this.noted(await take({ ...a, store: waiting(a.store, secondLooked.come, () => {}) }, first.caseId, first.inputs)))().finally(
      firstDone.now,
    );
    const other = (async () => this.noted(await take({ ...b, store: waiting(b.store, firstDone.come, secondLooked.now) }, second.caseId, second.inputs)))();
    return (await Promise.allSettled([one, other])).map((result) => (result.status === 'fulfilled' ? result.value : failureOf(result.reason)));
  }

  /** A has both when B asks; B wants them the other way round, waits for A's end, and goes on without. */
  private async claimInOppositeOrder(step: number, caseId: string): Promise<void> {
    const other = this.chance.of(this.openCases());
    if (other === caseId) return;
    const things: Claim[] = [
      { kind: 'place', thing: `a-${this.chance.below(40)}` },
      { kind: 'place', thing: `b-${this.chance.below(40)}` },
    ];
    const text = await this.onBoth(step, 'claims', async ({ store }) => {
      const taken = signal();
      const asks = signal();
      const one = claimFor(store, caseId, things, async () => (taken.now(), asks.come));
      await taken.come;
      const two = claimFor(store, other, things.toReversed(), async () => {});
      asks.now();
      return Promise.all([one, two]);
    });
    if (text.includes('thing')) this.seen.push('claim lost');
  }

  private async skip(step: number, caseId: string): Promise<void> {
    await this.onBoth(step, 'skipping', (house) => house.skip(caseId));
    await this.takeOne(step, caseId, [], { clockLooks: true, engineNow: this.now + this.chance.of([0, HOUR, 7 * HOUR]) });
  }

  /** One key twice in one take: nothing of it is written, and the line takes them one by one. */
  private async twiceInOneTake(step: number, caseId: string): Promise<void> {
    const [input] = this.inputs(step, caseId, 1);
    if (input !== undefined) await this.takeOne(step, caseId, [input, input]);
  }
}

const NAMES = {
  colleague_unknown: 'colleague_unknown',
  colleague_without_post: 'colleague_without_post',
  acting_order_unknown: 'acting_order_unknown',
  key_reused: 'key_reused',
  DeadlineStepReached: 'rang',
  LawAdopted: 'adopted',
  document_unknown: 'no document',
  document_of_other_case: 'another’s document',
  document_type_wrong: 'a wrong document',
  documentSha256: 'a document',
  signatureSha256: 'a signature',
  signature_unknown: 'signature_unknown',
  signature_foreign: 'signature_foreign',
  StayAdmitted: 'a stay',
  StayLeft: 'the end of a stay',
  already_in_stay: 'already_in_stay',
} as const;

interface Asking {
  caseId: string;
  inputs: readonly TakeInput[];
}

function signal(): { come: Promise<void>; now: () => void } {
  let now = (): void => {};
  const come = new Promise<void>((resolve) => (now = resolve));
  return { come, now };
}
