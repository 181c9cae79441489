/** A calendar adopted over many cases at different stages, by the real sweep on the real server: preview, progress, pause, cases set apart. */
import { DEVELOPMENT_CENTERS } from '../../db/development-tokens.js';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { ActProposal } from '../../contracts/http/proposals.js';
import { Adoption, LawPreview, LawVersion } from '../../contracts/http/law.js';
import { lawAdoptionWorkflowId, PROGRESS_QUERY, type AdoptionProgress } from '../../contracts/law-adoption.js';
import { amendCalendar } from '../../domain/law/calendar-data.js';
import { addDays, type Calendar } from '../../domain/law/calendar.js';
import { isCountedBy } from '../../domain/law/recomputation.js';
import type { CaseState } from '../../domain/case/state.js';
import { wakeAdoption } from '../../work/adoption-engine.js';
import { LANGUAGES } from '../../contracts/messages/language.js';
import { LAW_WORDS } from '../../console/law-words.js';
import { PLAIN_LAW } from '../lives/plain-calendar.js';
import { afresh, shifted, weeksUntil, withUuids } from '../lives/shifted.js';
import { opening, REGISTERED_AT, straightRoad } from '../lives/straight-road.js';
import { EngineLife } from '../stack/engine.js';
import { eventually } from '../stack/eventually.js';
import { startTirek, type Tirek } from '../stack/tirek.js';
import { jsonOf, tirekIn, type Heard } from '../unit/cli-listen.js';

type AdoptionView = z.infer<typeof Adoption>;

const ADMIN = { token: 'dev-admin' };
const WEEK_MS = 7 * 86_400_000;
/** How far along the straight road the cases are: doings that they have behind them. */
const STAGES = [0, 1, 2, 3, 4, 5, 6, 7, 11, 16];
const EACH = 3;
const ADOPTED_WITHIN_MS = 60_000;

let tirek: Tirek;
let weeks: number;
let cases: EngineLife[];
let first: AdoptionView;

beforeAll(async () => {
  tirek = await startTirek();
  weeks = weeksUntil(REGISTERED_AT, Date.now());
  cases = await Promise.all(STAGES.flatMap((doings) => Array.from({ length: EACH }, () => liveOn(doings))));
  await eventually(nothingIsOnItsWay, 'the agencies have taken what was sent to them');
}, 120_000);
afterAll(() => tirek.stop());

async function liveOn(doings: number): Promise<EngineLife> {
  const registered = { ...withUuids(opening(REGISTERED_AT + weeks * WEEK_MS)), householdId: randomUUID() };
  const life = await EngineLife.open(tirek, { opening: registered });
  await life.live(afresh(withUuids(shifted(straightRoad().slice(0, doings), weeks))));
  return life;
}

/** Days of the script's own weeks, off by a new order. */
function calendarOff(version: string, base: Calendar, ...days: string[]): Calendar {
  return amendCalendar(base, { version, act: `Order of tests ${version}`, changes: days.map((day) => ({ day: addDays(day, weeks * 7), becomes: 'off' })) });
}

async function draft({ version, act, years }: Calendar): Promise<void> {
  const reply = await tirek.ask('PUT', `/v1/law/calendars/${version}`, { ...ADMIN, body: { act, years } });
  expect(LawVersion.parse(reply.json)).toMatchObject({ version, state: 'draft' });
}

async function adopt(version: string): Promise<AdoptionView> {
  const reply = await tirek.ask('POST', `/v1/law/calendars/${version}/adoption`, { ...ADMIN, key: randomUUID(), body: { recompute: 'own' } });
  expect(reply.status).toBe(202);
  const { proposalId } = ActProposal.parse(reply.json);
  const approved = await tirek.ask('PUT', `/v1/proposals/${proposalId}/approval`, { token: 'dev-admin-2' });
  return Adoption.parse(ActProposal.parse(approved.json).result);
}

const progress = (adoptionId: string): Promise<AdoptionView> => tirek.read(Adoption, `/v1/law/adoptions/${adoptionId}`, ADMIN);

async function until(adoptionId: string, what: string, holds: (adoption: AdoptionView) => boolean): Promise<AdoptionView> {
  return eventually(
    async () => {
      const adoption = await progress(adoptionId);
      return holds(adoption) ? adoption : undefined;
    },
    what,
    ADOPTED_WITHIN_MS,
  );
}

async function setState(adoptionId: string, state: 'paused' | 'running'): Promise<AdoptionView> {
  const reply = await tirek.ask('PUT', `/v1/law/adoptions/${adoptionId}/state`, { ...ADMIN, body: { state } });
  return Adoption.parse(reply.json);
}

async function phaseOf(adoptionId: string): Promise<AdoptionProgress['phase']> {
  const handle = tirek.client.workflow.getHandle(lawAdoptionWorkflowId(adoptionId));
  return (await handle.query<AdoptionProgress>(PROGRESS_QUERY)).phase;
}

async function ledgerLines(): Promise<number> {
  const { rows } = await tirek.database.pool.query<{ lines: number }>(`select count(*)::int as lines from ledger where type <> 'DeadlineStepReached'`);
  return rows[0]?.lines ?? 0;
}

/** What agencies answer is recorded when it comes, and would be counted with what an adoption writes. */
async function nothingIsOnItsWay(): Promise<true | undefined> {
  const { rowCount } = await tirek.database.pool.query(`select from effect where state = 'pending' limit 1`);
  return rowCount === 0 ? true : undefined;
}

async function statesOf(lives: readonly EngineLife[]): Promise<CaseState[]> {
  return Promise.all(lives.map((life) => life.stored()));
}

describe('a calendar adopted over thirty open cases', () => {
  const added = (): Calendar => calendarOff('order-1', PLAIN_LAW.calendar, '2026-01-14', '2026-01-16', '2026-01-21', '2026-02-20');
  let preview: z.infer<typeof LawPreview>;

  it('the preview tells what will move, and tells nobody', async () => {
    const before = await ledgerLines();
    await draft(added());
    preview = await tirek.read(LawPreview, '/v1/law/calendars/order-1/preview?limit=1000', ADMIN);
    expect(preview).toMatchObject({ previous: 'plain', cases: { open: cases.length, notComputable: 0 }, more: 0, failures: [] });
    expect(preview.duties.moved).toBeGreaterThan(cases.length / 2);
    expect(preview.owners.reduce((sum, { duties }) => sum + duties.moved, 0)).toBe(preview.duties.moved);
    expect(await ledgerLines()).toBe(before);
  });

  it('comes into force at once for new cases, and every open case is told', async () => {
    const before = await ledgerLines();
    // The Centers take it up, too: they have ledgers of their own.
    const subjects = cases.length + DEVELOPMENT_CENTERS.length;
    const { adoptionId } = await adopt('order-1');
    await until(adoptionId, 'it has begun', ({ startedAt }) => startedAt !== undefined);
    const { caseId } = await tirek.center.registerAppeal('dev-manager', { channel: 1, threat: false });
    const opened = await eventually(() => tirek.center.readCase(caseId), 'the new case is opened');
    expect(opened.law.calendar).toBe('order-1');
    first = await until(adoptionId, 'it has ended', ({ state }) => state === 'done');
    expect(first).toMatchObject({
      total: subjects,
      done: subjects,
      left: 0,
      told: subjects,
      moved: preview.duties.moved,
      kept: 0,
      failed: 0,
      failures: [],
    });
    expect(await ledgerLines()).toBe(before + subjects + 1);
  });

  it('every open date equals a fresh count, and is the one that the preview named', async () => {
    const states = await statesOf(cases);
    expect(states.map(({ law }) => law.calendar)).toEqual(cases.map(() => 'order-1'));
    const open = states.flatMap(({ duties }) => duties.filter(({ state, dueAt }) => state === 'open' && dueAt !== undefined));
    expect(open.length).toBeGreaterThan(cases.length);
    expect(open.filter((duty) => !isCountedBy(added(), duty, Date.now()))).toEqual([]);
    for (const { caseId, key, to } of preview.items) {
      const duty = states.find((state) => state.caseId === caseId)?.duties.find((candidate) => candidate.key === key);
      expect(duty?.dueAt).toBe(Date.parse(to ?? ''));
    }
  });

  it('the ledger names the act, the version before, and each date as it was and is', async () => {
    const { caseId, key, from, to } = preview.items[0] ?? {};
    const life = cases.find((candidate) => candidate.caseId === caseId);
    const entry = (await life?.ledger())?.findLast(({ type }) => type === 'LawAdopted');
    expect(entry).toMatchObject({
      data: { law: { calendar: 'order-1' }, adoption: { id: first.adoptionId, act: 'Order of tests order-1', previous: { calendar: 'plain' } } },
    });
    expect(entry?.duties).toContainEqual({ op: 'moved', key, from: Date.parse(from ?? ''), to: Date.parse(to ?? '') });
  });

  it('run twice it changes nothing', async () => {
    const before = await ledgerLines();
    await wakeAdoption(tirek.client, first.adoptionId);
    await tirek.client.workflow.getHandle(lawAdoptionWorkflowId(first.adoptionId)).result();
    expect(await ledgerLines()).toBe(before);
    expect(await progress(first.adoptionId)).toEqual(first);
    expect(await tirek.read(LawPreview, '/v1/law/calendars/order-1/preview', ADMIN)).toMatchObject({ cases: { open: 0, affected: 0 }, items: [] });
    const again = await tirek.ask('POST', '/v1/law/calendars/order-1/adoption', { ...ADMIN, key: randomUUID(), body: { recompute: 'own' } });
    expect(again).toMatchObject({ status: 409, json: { code: 'law_version_in_force' } });
  });

  it('a case that is opened afterwards begins with it, and is nobody’s to tell', async () => {
    expect((await (await liveOn(0)).stored()).law.calendar).toBe('order-1');
    expect(await progress(first.adoptionId)).toEqual(first);
  });
});

describe('an adoption with a case that nobody can tell', () => {
  let stuck: EngineLife;
  let adoptionId: string;

  /** Rows of a newer release: this one must leave the case alone. */
  const setVersion = (version: number) => tirek.database.pool.query('update case_file set version = $2 where subject_id = $1', [stuck.caseId, version]);

  it('goes on with the others, names the case with its reason, and rests while it is paused', async () => {
    stuck = await liveOn(0);
    await setVersion(1_000);
    await draft(calendarOff('order-2', calendarOff('order-1', PLAIN_LAW.calendar, '2026-01-14', '2026-01-16', '2026-01-21', '2026-02-20'), '2026-01-22'));
    ({ adoptionId } = await adopt('order-2'));
    const told = await until(adoptionId, 'all others are told', ({ left, failed }) => left === 1 && failed === 1);
    expect(told).toMatchObject({ state: 'running', failures: [{ caseId: stuck.caseId, reason: 'version_unknown' }] });
    expect(await setState(adoptionId, 'paused')).toMatchObject({ state: 'paused' });
    await eventually(async () => ((await phaseOf(adoptionId)) === 'paused' ? true : undefined), 'the sweep rests');
    expect((await statesOf(cases)).map(({ law }) => law.calendar)).toEqual(cases.map(() => 'order-2'));
  });

  it('ends with that case set apart, which stays listed', async () => {
    expect(await setState(adoptionId, 'running')).toMatchObject({ state: 'running' });
    const ended = await until(adoptionId, 'it has ended', ({ state }) => state === 'done');
    expect(ended).toMatchObject({ left: 0, failed: 1, failures: [{ caseId: stuck.caseId, reason: 'version_unknown', attempts: 3 }] });
  });

  it('and takes the version up with its next take, once what hindered it is mended', async () => {
    await setVersion(1);
    expect((await stuck.stored()).law.calendar).toBe('order-1');
    await tirek.desk.take(stuck.caseId, []);
    expect((await stuck.stored()).law.calendar).toBe('order-2');
    expect(await progress(adoptionId)).toMatchObject({ state: 'done', failed: 0, failures: [] });
  });
});

describe('the administrator’s page', () => {
  const page = async (path: string, token: string): Promise<string> =>
    (await tirek.ask('GET', `/console/${path}`, { token: null, headers: { cookie: `tirek_key=${token}` } })).text;

  it.each(LANGUAGES)('shows versions and adoptions in %s', async (language) => {
    const words = LAW_WORDS[language];
    const text = await page(`law?lang=${language}`, 'dev-admin');
    for (const shown of [words.title, 'order-1', words.states.superseded, 'order-2', words.states.in_force, words.sweep.done]) expect(text).toContain(shown);
  });

  it('shows the preview of a draft, and nothing of it to others', async () => {
    await draft(calendarOff('order-3', PLAIN_LAW.calendar, '2026-01-19'));
    expect(await page('law?lang=en', 'dev-admin')).toContain('href="/console/law/calendars/order-3"');
    const text = await page('law/calendars/order-3?lang=en', 'dev-admin');
    expect(text).toContain(LAW_WORDS.en.effects.moved);
    expect(text).toContain(cases[0]?.caseId);
    expect(await page('cases?lang=en', 'dev-manager')).not.toContain('/console/law');
    expect(await page('law?lang=en', 'dev-manager')).not.toContain('order-3');
  });
});

describe('tirek law', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tirek-law-'));
    await writeFile(join(dataDir, 'endpoints.json'), JSON.stringify({ api: tirek.url }));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  const law = (...args: string[]): Promise<Heard> => tirekIn({ TIREK_DATA_DIR: dataDir }, 'law', ...args);
  async function fileOf(content: unknown): Promise<string> {
    const path = join(dataDir, `${randomUUID()}.json`);
    await writeFile(path, JSON.stringify(content));
    return path;
  }

  it('shows versions, a preview and how an adoption went, for people and as JSON', async () => {
    expect((await law('versions')).out).toMatch(/calendar +order-2 +in force/);
    expect((await law('preview', 'order-3', '--limit', '1')).out).toMatch(/end another day[^]*and \d+ more/);
    expect(LawPreview.parse(jsonOf(await law('preview', 'order-3', '--json')))).toMatchObject({ version: 'order-3', previous: 'order-2' });
    expect(Adoption.parse(jsonOf(await law('progress', first.adoptionId, '--json')))).toMatchObject({ version: 'order-1', state: 'done' });
    expect((await law('progress')).out).toMatch(/calendar order-2 in place of order-1[^]*done/);
  });

  it('drafts, adopts and waits until the last case is told', async () => {
    const { out } = await law('draft', await fileOf({ version: 'quicker', act: 'Order No. 5', serviceLevels: { needs_determination: 2 } }));
    expect(out).toMatch(/policy quicker: draft, made on policy-1/);
    const proposed = law('adopt', 'quicker', '--recompute', 'adopted', '--wait');
    const second = (...args: string[]): Promise<Heard> => tirekIn({ TIREK_DATA_DIR: dataDir, TIREK_TOKEN: 'dev-admin-2' }, 'proposals', ...args);
    const id = await eventually(async () => /^(\S+) +adoptLaw +policies quicker +proposed/m.exec((await second('list')).out)?.[1], 'the adoption is proposed');
    expect((await tirekIn({ TIREK_DATA_DIR: dataDir }, 'proposals', 'approve', id)).err).toMatch(/another administrator/);
    expect((await second('approve', id)).out).toContain('approved');
    const adopted = await proposed;
    expect(adopted.err).toContain(`proposals approve ${id}`);
    expect(adopted).toMatchObject({ exitCode: 0, out: expect.stringMatching(/policy quicker in place of policy-1[^]*done/) });
    expect(adopted.err).toMatch(/0 left/);
    const states = await statesOf(cases);
    expect(states.map(({ law: { policy } }) => policy)).toEqual(cases.map(() => 'quicker'));
    expect(
      states.flatMap(({ duties }) =>
        duties.filter(({ state, term, force }) => state === 'open' && force === 'internal' && term?.unit === 'working_days' && term.count === 2),
      ).length,
    ).toBeGreaterThan(0);
  });

  it.each<[string, () => Promise<Heard>, string, RegExp]>([
    [
      'a draft with faults',
      async () => law('draft', await fileOf({ version: 'bad', act: 'Order', years: { '2026': { official: true, off: ['02-30'], worked: [] } } }), '--json'),
      'calendar_invalid',
      /years\/2026\/off\/0/,
    ],
    ['a draft without a name', async () => law('draft', await fileOf({ years: {} }), '--json'), 'draft_unreadable', /names no version/],
    ['a file that is not there', () => law('draft', '/nowhere.json', '--json'), 'draft_unreadable', /no draft/],
    ['an older version', () => law('adopt', 'order-1', '--json'), 'law_version_superseded', /order-1/],
    ['an unknown version', () => law('preview', 'nothing', '--json'), 'law_version_unknown', /law versions/],
    ['to pause what has ended', () => law('pause', '--json'), 'law_adoption_ended', /ended/],
    ['an id that is none', () => law('progress', 'yesterday', '--json'), 'law_adoption_unknown', /no such adoption/],
    ['somebody else', () => tirekIn({ TIREK_DATA_DIR: dataDir, TIREK_TOKEN: 'dev-head' }, 'law', 'versions', '--json'), 'role_not_allowed', /may not/],
  ])('refuses %s in a sentence', async (_what, ask, code, sentence) => {
    const heard = await ask();
    expect(heard.exitCode).toBe(1);
    expect(jsonOf(heard)).toMatchObject({ error: { code, message: expect.stringMatching(sentence) } });
  });
});

describe('an adoption that two administrators give up', () => {
  it('ends its sweep; nobody gives it up alone', async () => {
    await draft(calendarOff('order-9', PLAIN_LAW.calendar, '2026-01-20'));
    const { adoptionId } = await adopt('order-9');
    await setState(adoptionId, 'paused');
    const proposed = ActProposal.parse((await tirek.ask('PUT', `/v1/law/adoptions/${adoptionId}/giving-up`, { ...ADMIN, body: {} })).json);
    expect(['running', 'paused']).toContain((await progress(adoptionId)).state);
    expect((await tirek.ask('PUT', `/v1/proposals/${proposed.proposalId}/approval`, ADMIN)).status).toBe(403);
    const approved = await tirek.ask('PUT', `/v1/proposals/${proposed.proposalId}/approval`, { token: 'dev-admin-2' });
    expect(approved.status).toBe(200);
    expect(await progress(adoptionId)).toMatchObject({ state: 'given_up' });
    await tirek.client.workflow.getHandle(lawAdoptionWorkflowId(adoptionId)).result();
    expect(await phaseOf(adoptionId)).toBe('given_up');
    const again = await tirek.ask('PUT', `/v1/law/adoptions/${adoptionId}/giving-up`, { token: 'dev-admin-2', body: {} });
    expect(again).toMatchObject({ status: 409, json: { code: 'law_adoption_ended' } });
  });
});
