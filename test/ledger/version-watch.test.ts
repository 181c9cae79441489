/** A process that is older than what a newer release has written stops, at its start and while it runs. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPool } from '../../db/pool.js';
import { ReleaseTooOld, watchVersion } from '../../process/version-watch.js';
import { asking, openCase, openHouse, type House } from './take-desk.js';

const silent = { warn: () => {} };
let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

describe('the watch of versions', () => {
  it('lets a process work that knows what was written, and ends it when a newer release writes', async () => {
    const { caseId } = await openCase(house.desk);
    let told: (reason: ReleaseTooOld) => void = () => {};
    const tooOld = new Promise<ReleaseTooOld>((resolve) => (told = resolve));
    const watch = await watchVersion(house.database.pool, 1, told, silent, 20);
    await house.another({ deps: { knows: 2, writes: 2 } }).ask(caseId, asking(caseId, 'recordInterview', { noteId: randomUUID() }));
    expect(await tooOld).toBeInstanceOf(ReleaseTooOld);
    watch.stop();
  });

  it('refuses the start of the older one, and lets the newer one and one that only knows it start', async () => {
    await expect(watchVersion(house.database.pool, 1, () => {}, silent)).rejects.toThrow(/version 2: run the newer release/);
    (await watchVersion(house.database.pool, 2, () => {}, silent)).stop();
  });

  it('takes a database that is away for no newer release', async () => {
    const away = createPool('postgres://nobody@127.0.0.1:1/nothing', { applicationName: 'tirek-test' });
    await expect(watchVersion(away, 1, () => {}, silent).then((watch) => watch.stop())).resolves.toBeUndefined();
    await away.end();
  });
});
