/** A Center in memory and in Postgres: the same takes have the same answers and leave the same rows, over two years of orders and alarms. */
import { proven } from '../stack/test-proof.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CenterCommandData } from '../../domain/center/commands.js';
import type { Instant } from '../../domain/law/calendar.js';
import { lawUnder } from '../../domain/law/law.js';
import { take, type TakeInput } from '../../ledger/take.js';
import { PLAIN_LAW } from '../lives/plain-calendar.js';
import { CENTER, local } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { depsOf, modelSide, postgresSide, TIMELESS_PROOF, uuid } from './two-houses.js';
import { GROUP } from '../lives/center-life.js';

const SUBJECT = uuid(1, 1);
const HEAD = { id: 'head-1', role: 'center_head', center: CENTER } as const;

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

let orders = 0;
function ordering(data: CenterCommandData['recordMobileGroupOrder']): TakeInput {
  orders += 1;
  const request = { actorId: HEAD.id, idempotencyKey: `key-${orders}`, bodySha256: 'a', caseId: SUBJECT, persons: [], narratives: [] };
  return proven({ kind: 'centerCommand', command: { kind: 'recordMobileGroupOrder', id: uuid(4, orders), actor: HEAD, data }, request }, TIMELESS_PROOF);
}

const REGISTRATION: TakeInput = { kind: 'registration', registration: { id: SUBJECT, center: CENTER } };
const MARCH = ordering({ number: '41-ө', issuedOn: '2030-03-11', members: GROUP });

/** What comes when; at the last a repeat, a refusal and nothing but moments. */
const LIFE: readonly [Instant, readonly TakeInput[]][] = [
  [local('2030-02-04'), [REGISTRATION]],
  [local('2030-02-04', 12), [REGISTRATION]],
  [local('2030-02-20'), []],
  [local('2030-03-11'), [MARCH]],
  [local('2030-03-11', 12), [MARCH, ordering({ number: '41-ө', issuedOn: '2030-03-11', members: GROUP })]],
  [local('2030-12-02'), []],
  [local('2030-12-20'), [ordering({ number: '97-ө', issuedOn: '2030-12-18', forYear: 2031, members: GROUP })]],
  [local('2032-01-10'), []],
];

it('256-21-2: a Center is the same to both, whatever came and was refused', async () => {
  let now: Instant = 0;
  const clock = (): Instant => now;
  const another = lawUnder(PLAIN_LAW, { calendar: PLAIN_LAW.calendar, policy: { ...PLAIN_LAW.policy, version: 'policy-next' } });
  const laws = { lawOf: ({ policy }: { policy: string }) => (policy === 'policy-next' ? another : PLAIN_LAW), adoptionOf: adopted };
  function adopted(row: { version: string }): { id: string; act: string; recompute: 'own'; policy: typeof another.policy } | undefined {
    return row.version === 'policy-next' ? { id: uuid(9, 9), act: 'act', recompute: 'own', policy: another.policy } : undefined;
  }
  const sides = [postgresSide(database.pool, clock), modelSide(clock)];
  const desks = sides.map((side) => depsOf(side.store, laws, clock, 1));
  for (const side of sides) for (const kind of ['calendar', 'policy'] as const) await side.adopt({ kind, version: PLAIN_LAW.ref[kind] });
  for (const [at, inputs] of LIFE) {
    now = at;
    if (at === local('2030-12-02'))
      for (const side of sides) await side.adopt({ kind: 'policy', version: 'policy-next', adoption: { id: uuid(9, 9), act: 'act', recompute: 'own' } });
    const [postgres, model] = await Promise.all(desks.map((deps) => take(deps, SUBJECT, inputs)));
    expect(model).toEqual(postgres);
    const [rows, same] = await Promise.all(sides.map((side) => side.rows()));
    expect(same).toEqual(rows);
  }
  const { state } = await take(desks[0] as (typeof desks)[0], SUBJECT, []);
  expect(state?.duties.map(({ state: standing }) => standing)).toEqual(['met', 'met', 'open']);
  expect(state?.law.policy).toBe('policy-next');
});
