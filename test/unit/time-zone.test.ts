/** calendar.md 5: with old time zone data no process that computes dates starts. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { assertAlmatyIsUtcPlus5 } from '../../process/time-zone-check.js';

const run = promisify(execFile);

/** A machine whose tz data are older than 2024a: Almaty is still +06. */
const OLD_DATA = `
const parts = Intl.DateTimeFormat.prototype.formatToParts;
Intl.DateTimeFormat.prototype.formatToParts = function (...given) {
  return parts.apply(this, given).map((part) => (part.type === 'timeZoneName' ? { ...part, value: 'GMT+06:00' } : part));
};`;

const NOWHERE = {
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  TIREK_KEYS_FILE: '/nowhere/keys.json',
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  LOG_LEVEL: 'silent',
};

afterEach(() => vi.restoreAllMocks());

describe('P1: the legal day is a day of UTC+05:00', () => {
  it('holds on this machine', () => {
    expect(() => assertAlmatyIsUtcPlus5()).not.toThrow();
  });

  it.each([['GMT+06:00'], ['GMT+05:30'], ['GMT']])('a machine that says %s is refused with the remedy', (offset) => {
    vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts').mockReturnValue([{ type: 'timeZoneName', value: offset }]);
    expect(() => assertAlmatyIsUtcPlus5()).toThrow(`This machine believes that Asia/Almaty is ${offset}`);
    expect(() => assertAlmatyIsUtcPlus5()).toThrow('Update the time zone data');
  });

  it.each(['worker.ts', 'relay.ts', 'api.ts'])('%s does not start with old time zone data', async (entry) => {
    const file = fileURLToPath(new URL(`../../${entry}`, import.meta.url));
    const preload = `data:text/javascript,${encodeURIComponent(OLD_DATA)}`;
    const env = { PATH: process.env['PATH'] ?? '', ...NOWHERE };
    const failed = await run(process.execPath, ['--import', preload, '--import', import.meta.resolve('tsx'), file], { env, timeout: 25_000 }).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('Asia/Almaty is GMT+06:00') as string });
  });
});
