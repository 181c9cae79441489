/** What leaves this machine in the clear is refused before anything is sent. */
import { describe, expect, it } from 'vitest';
import { refuseClearText, type Connections } from '../../process/clear-text.js';
import { readConfig, readKeysConfig } from '../../process/config.js';
import { signingEnv } from '../stack/signing-env.js';

const fault = (given: Connections): string | undefined => {
  try {
    refuseClearText(given);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a connection off this machine', () => {
  it.each<[keyof Connections, string, RegExp]>([
    ['DATABASE_URL', 'postgres://a:hidden@db.example/tirek', /^DATABASE_URL speaks to db\.example in the clear: add \?sslmode=verify-full/],
    ['DATABASE_URL', 'postgres://a:hidden@db.example/tirek?sslmode=disable', /in the clear/],
    ['DATABASE_URL', 'postgres://a:hidden@db.example/tirek?sslmode=prefer', /in the clear/],
    ['DATABASE_URL', 'postgres://a:hidden@db.example/tirek?ssl=false', /in the clear/],
    ['DATABASE_URL', 'postgres://a:hidden@127.0.0.1/tirek?host=db.example', /speaks to db\.example in the clear/],
    ['DATABASE_URL', 'postgres://a:hidden@db.example/tirek?sslmode=no-verify', /takes any certificate/],
    ['DATABASE_URL', 'postgres://a:hidden@db.example/tirek?sslmode=require&uselibpqcompat=true', /in the clear/],
    ['DATABASE_OWNER_URL', 'postgres://a:hidden@10.0.0.7/tirek', /^DATABASE_OWNER_URL speaks to 10\.0\.0\.7 in the clear/],
    ['SMTP_URL', 'smtp://a:hidden@mail.example:587', /^SMTP_URL speaks to mail\.example in the clear when .*requireTLS=true/],
    ['SMTP_URL', 'smtp://a:hidden@mail.example:587?requireTLS=true&ignoreTLS=true', /in the clear/],
    ['SMTP_URL', 'smtps://a:hidden@mail.example?tls.rejectUnauthorized=false', /takes any certificate/],
    ['TIREK_NCANODE_URL', 'http://ncanode:14579', /^TIREK_NCANODE_URL speaks to ncanode in the clear: write its https address/],
    ['TIREK_OPENBAO_URL', 'http://bao.example:8200', /^TIREK_OPENBAO_URL speaks to bao\.example in the clear/],
    ['TIREK_CENTER_WEBHOOK_URL', 'http://center.example/hooks', /^TIREK_CENTER_WEBHOOK_URL speaks to center\.example in the clear/],
  ])('%s=%s is refused', (variable, url, why) => {
    const told = fault({ [variable]: url });
    expect(told).toMatch(why);
    expect(told).not.toContain('hidden');
  });

  it.each<[keyof Connections, string]>([
    ['DATABASE_URL', 'postgres://a:b@db.example/tirek?sslmode=verify-full'],
    ['DATABASE_URL', 'postgres://a:b@db.example/tirek?sslmode=require'],
    ['DATABASE_URL', 'postgres://a:b@db.example/tirek?ssl=true'],
    ['DATABASE_URL', 'postgres://a:b@127.0.0.1:5432/tirek'],
    ['DATABASE_URL', 'postgres://a:b@localhost/tirek'],
    ['DATABASE_URL', 'postgres://a:b@[::1]/tirek'],
    ['DATABASE_URL', 'postgres://a:b@/tirek?host=/var/run/postgresql'],
    ['SMTP_URL', 'smtps://a:b@mail.example'],
    ['SMTP_URL', 'smtp://a:b@mail.example:587?requireTLS=true'],
    ['SMTP_URL', 'smtp://127.0.0.1:2525'],
    ['TIREK_NCANODE_URL', 'https://ncanode.example'],
    ['TIREK_NCANODE_URL', 'http://127.0.0.1:14579'],
    ['TIREK_CENTER_WEBHOOK_URL', 'https://center.example/hooks'],
  ])('%s=%s is taken', (variable, url) => {
    expect(fault({ [variable]: url })).toBeUndefined();
  });

  it('is taken for hosts that are named one by one, and for no other', () => {
    const given = { DATABASE_URL: 'postgres://a:b@tirek-postgres/tirek', TIREK_NCANODE_URL: 'http://ncanode:14579' };
    expect(fault({ ...given, TIREK_CLEAR_HOSTS: 'tirek-postgres, ncanode' })).toBeUndefined();
    expect(fault({ ...given, TIREK_CLEAR_HOSTS: 'tirek-postgres' })).toMatch(/^TIREK_NCANODE_URL speaks to ncanode/);
  });
});

describe('a process', () => {
  it('does not begin with one, whichever it is', async () => {
    const env = { DATABASE_URL: 'postgres://a:b@127.0.0.1/tirek', ...(await signingEnv('relay')) };
    expect(readConfig(env, 'relay').databaseUrl).toBe(env.DATABASE_URL);
    expect(() => readConfig({ ...env, DATABASE_URL: 'postgres://a:b@db.example/tirek' }, 'relay')).toThrow(/DATABASE_URL speaks to db\.example/);
    expect(() => readConfig({ ...env, SMTP_URL: 'smtp://mail.example' }, 'relay')).toThrow(/SMTP_URL speaks to mail\.example/);
    expect(() => readConfig({ ...env, TIREK_CENTER_WEBHOOK_URL: 'http://center.example' }, 'relay')).toThrow(/TIREK_CENTER_WEBHOOK_URL/);
  });

  it('nor a command that only asks for keys', () => {
    expect(() => readKeysConfig({ TIREK_OPENBAO_URL: 'http://bao.example', TIREK_OPENBAO_TOKEN_FILE: 'token' })).toThrow(/TIREK_OPENBAO_URL speaks to/);
  });
});
