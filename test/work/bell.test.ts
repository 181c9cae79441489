/** Bells: heard at once, rung once for many, never in anybody's way. */
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBell } from '../../work/bell.js';
import { startListener } from '../../work/listener.js';
import type { ListName } from '../../work/work-list.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { eventually } from '../stack/eventually.js';
import { startLink } from './link.js';

const SILENT = pino({ level: 'silent' });

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});

afterAll(() => database.drop());

const listening = (): Promise<true> =>
  eventually(async () => {
    const { rowCount } = await database.pool.query(`select from pg_stat_activity where datname = current_database() and query = 'listen tirek_work'`);
    return rowCount === 0 ? undefined : true;
  }, 'somebody listens');

describe('a bell', () => {
  it('is heard by every relay, once for however many asked meanwhile', async () => {
    const heard: ListName[] = [];
    const listener = startListener(database.urls.work, (list) => void heard.push(list), SILENT);
    await listening();
    const bell = createBell(database.urls.api);
    for (let rings = 0; rings < 500; rings += 1) bell.ring('wakes');
    bell.ring('inbox');
    await eventually(async () => (heard.includes('inbox') ? true : undefined), 'it is heard');
    expect(heard.filter((list) => list === 'wakes').length).toBeLessThanOrEqual(2);
    await bell.stop();
    await listener.stop();
  });

  it('that finds no Postgres says so by code, throws nothing, and rings when it is back', async () => {
    const link = await startLink(database.appUrl);
    const heard: ListName[] = [];
    const listener = startListener(database.urls.work, (list) => void heard.push(list), SILENT);
    await listening();
    const bell = createBell(link.url);
    link.pause();
    bell.ring('alerts');
    await eventually(async () => (bell.errors.size >= 1 ? true : undefined), 'it failed');
    expect(heard).toEqual([]);
    link.heal();
    await eventually(async () => (heard.includes('alerts') ? true : undefined), 'it is heard after all');
    await bell.stop();
    await listener.stop();
    await link.stop();
  });

  it('is heard again after the listener lost its connection', async () => {
    const link = await startLink(database.appUrl);
    const heard: ListName[] = [];
    const listener = startListener(link.url, (list) => void heard.push(list), SILENT);
    await listening();
    link.reset();
    await eventually(async () => (link.connections() > 0 ? true : undefined), 'it listens again');
    await listening();
    const bell = createBell(database.urls.api);
    await eventually(async () => {
      bell.ring('digests');
      return heard.includes('digests') ? true : undefined;
    }, 'it is heard');
    await bell.stop();
    await listener.stop();
    await link.stop();
  });
});
