/** P53: the button of the list of alerts, and the link of a mail: it shows and does nothing until its button is pressed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsole } from '../../console/router.js';
import { ruleTitle } from '../../contracts/messages/wording.js';
import { takingLinkTo, TAKING_LINK_LIVES_MS, TAKING_PATH, type TakingLink } from '../../contracts/proof/taking-link.js';
import { ownProof } from '../../contracts/proof/own-proof.js';
import type { Proof } from '../../contracts/proof/proof.js';
import { createDesk } from '../../ledger/desk.js';
import { writeAlert, type AlertMade, type AlertWanted } from '../fixtures/told-alert.js';
import { NO_ENGINE, startApiUnderTest, type ApiUnderTest, type Reply } from '../api/api-under-test.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { TEST_PROOF } from '../stack/test-proof.js';

const CENTER = 'almaty-auezov';
const HEAD = `head-${CENTER}`;
const COORDINATOR = `coordinator-${CENTER}`;

let database: TestDatabase;
let api: ApiUnderTest;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApiUnderTest({
    database,
    deps: {
      consoleRouter: createConsole({
        readers: database.readers,
        desk: createDesk(database.house, { proof: TEST_PROOF }),
        signIn: 'development_tokens',
        ...NO_ENGINE,
      }),
    },
  });
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

/** An alarm that head and coordinator were told of. */
async function told(wanted: Partial<AlertWanted> = {}): Promise<AlertMade> {
  const made = await writeAlert(api.owner, { center: CENTER, ...wanted });
  await api.owner.query(
    `insert into notice (alert_id, person, channel, holder, roles, state, recorded_at)
     select $1, person, 'in_app', $2, '{center_head}', 'delivered', now() from unnest($3::text[]) person`,
    [made.alertId, CENTER, [HEAD, COORDINATOR]],
  );
  return made;
}

function keyFor({ alertId }: AlertMade, changes: Partial<TakingLink> = {}, proof: Proof = TEST_PROOF): string {
  const link = takingLinkTo('', proof, { alertId, person: HEAD, expiresAt: Date.now() + TAKING_LINK_LIVES_MS, ...changes });
  return new URLSearchParams(link.slice(link.indexOf('?'))).get('k') ?? '';
}

const open = (key: string, language = 'en'): Promise<Reply> => api.get(`${TAKING_PATH}?k=${encodeURIComponent(key)}&lang=${language}`);

/** The page that the browser comes to. @param origin the page that the browser names as the form's */
async function press(key: string, origin = api.url): Promise<Reply> {
  const reply = await post(key, origin);
  if (reply.status !== 303) return reply;
  return api.get(`${reply.headers.get('location')}&lang=en`);
}

const post = (key: string, origin: string): Promise<Reply> =>
  api.ask('POST', TAKING_PATH, { raw: new URLSearchParams({ k: key }).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded', origin } });

async function takers({ alertId }: AlertMade): Promise<unknown[]> {
  return (await api.owner.query('select person, role, way from alert_taken where alert_id = $1', [alertId])).rows;
}

describe('P53: the link of a mail', () => {
  it('shows title, number and until when, in three languages, and takes nothing: scanners of mail follow links', async () => {
    const made = await told();
    for (const language of ['kk', 'ru', 'en'] as const) {
      const page = await open(keyFor(made), language);
      expect(page.status).toBe(200);
      for (const shown of [ruleTitle('P4', language), made.journalNumber, '<button>']) expect(page.text).toContain(shown);
      expect(page.text).not.toContain(made.caseId);
      expect(page.headers.get('referrer-policy')).toBe('same-origin');
      expect(page.headers.get('cache-control')).toBe('no-store');
    }
    expect((await api.ask('HEAD', `${TAKING_PATH}?k=${keyFor(made)}`)).status).toBe(200);
    expect(await takers(made)).toEqual([]);
  });

  it('of a case of violence shows its number, and nothing else of it', async () => {
    const made = await told({ violence: true });
    const { text } = await open(keyFor(made));
    expect(text).toContain(made.journalNumber);
    expect(text).not.toContain(ruleTitle('P4', 'en'));
  });

  it('takes the alert by its button, without a sign-in, once: used again it changes nothing', async () => {
    const made = await told();
    const key = keyFor(made);
    const pressed = await press(key);
    expect([pressed.status, pressed.text.includes('<button>')]).toEqual([200, false]);
    expect(pressed.text).toContain('You have this alarm');
    const taken = [{ person: HEAD, role: 'center_head', way: 'mail_link' }];
    expect(await takers(made)).toEqual(taken);
    expect((await press(key)).text).toContain('You have this alarm');
    const others = await press(keyFor(made, { person: COORDINATOR }));
    expect(others.text).toContain('Somebody else has taken this alarm');
    expect(others.text).not.toContain(HEAD);
    expect(await takers(made)).toEqual(taken);
  });

  it('is nothing when it is forged, moved, made to last longer, or of whom nobody told or knows', async () => {
    const made = await told();
    const other = await told();
    const [said = '', signature = ''] = keyFor(made).split('~');
    const [otherSaid = ''] = keyFor(other).split('~');
    const longer = keyFor(made, { expiresAt: Date.now() + 10 * TAKING_LINK_LIVES_MS }).split('~')[0] ?? '';
    const forged = keyFor(made, {}, ownProof());
    const byAnother = `${said}~${TEST_PROOF.signAs('api', { act: 'taking_link', alert: made.alertId, person: HEAD, expiresAt: 0 })}`;
    const strangers = ['manager-almaty-auezov', 'nobody'].map((person) => keyFor(made, { person }));
    const unknown = keyFor({ ...made, alertId: 'nothing' });
    for (const key of [said, `${otherSaid}~${signature}`, `${longer}~${signature}`, forged, byAnother, ...strangers, unknown, '', 'x'.repeat(3_000)]) {
      for (const reply of [await open(key), await press(key)]) expect([reply.status, reply.text.includes('<button>')]).toEqual([404, false]);
    }
    expect([await takers(made), await takers(other)]).toEqual([[], []]);
  });

  it('ends after its day, and when its person has left the Center', async () => {
    const made = await told();
    const expired = keyFor(made, { expiresAt: Date.now() - 1 });
    for (const reply of [await open(expired), await press(expired)]) expect(reply.status).toBe(410);
    await api.owner.query('delete from staff where holder = $1 and person = $2', [CENTER, COORDINATOR]);
    expect((await press(keyFor(made, { person: COORDINATOR }))).status).toBe(404);
    expect(await takers(made)).toEqual([]);
  });

  it('counts from our own page alone, and not when the duty has ended', async () => {
    const made = await told();
    expect((await press(keyFor(made), 'https://elsewhere.example')).status).toBe(403);
    await api.owner.query('update duty set ended_at = now() where subject_id = $1', [made.caseId]);
    const shown = await open(keyFor(made));
    expect([shown.status, shown.text.includes('<button>')]).toEqual([200, false]);
    expect((await press(keyFor(made))).status).toBe(409);
    expect(await takers(made)).toEqual([]);
  });
});

describe('P53: the list of alerts', () => {
  const list = async (): Promise<string> => (await api.get('/console/alerts?limit=100&lang=en', { headers: { cookie: 'tirek_key=dev-head' } })).text;

  it('has a button for an alarm of threat or duty, and who has it instead once it is taken', async () => {
    const made = await told();
    await told({ ladder: 'standard', rule: '256-13-2' });
    const action = `/console/alerts/${encodeURIComponent(made.alertId)}/taken`;
    const before = await list();
    expect(before).toContain(`action="${action}"`);
    expect(before).not.toContain('256-13-2%3Acase%3Areminder');
    const pressed = await api.ask('POST', action, { headers: { cookie: 'tirek_key=dev-head', origin: api.url } });
    expect([pressed.status, pressed.headers.get('location')]).toEqual([303, '/console/alerts']);
    const after = await list();
    expect(after).not.toContain(action);
    expect(after).toContain(`taken by ${HEAD}`);
    expect(await takers(made)).toEqual([{ person: HEAD, role: 'center_head', way: 'signed_in' }]);
  });

  it('sends whoever is not signed in to the door', async () => {
    const made = await told();
    await api.ask('POST', `/console/alerts/${encodeURIComponent(made.alertId)}/taken`, { headers: { origin: api.url } });
    expect(await takers(made)).toEqual([]);
  });
});
