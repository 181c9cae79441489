import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signatureHeaders } from '../../adapters/standard-webhooks.js';
import { startOutsideWorld, webhookSecret, type OutsideWorld } from './outside-world.js';

let world: OutsideWorld;
beforeAll(async () => {
  world = await startOutsideWorld();
});
beforeEach(() => world.client.reset());
afterAll(() => world.stop());

function post(secret: string, id: string, content: object): Promise<Response> {
  const body = JSON.stringify(content);
  const headers = { 'content-type': 'application/json', ...signatureHeaders(secret, id, body) };
  return fetch(`${world.simulators.url}/center/webhooks`, { method: 'POST', body, headers });
}

describe('the mail catcher', () => {
  const mail = {
    from: 'tirek@localhost',
    to: 'head@localhost, deputy@localhost',
    subject: '192-9: мерзімі өтті / срок истёк: направление ИПР в государственные органы',
  };
  const deliver = async (text: string, extra: { html?: string } = {}) => {
    const transport = createTransport(world.simulators.smtpUrl);
    try {
      return await transport.sendMail({ ...mail, text, ...extra });
    } finally {
      transport.close();
    }
  };

  it.each([
    ['short ASCII', 'Due today.'],
    ['Cyrillic of many lines', Array.from({ length: 20 }, (_, line) => `${line}: әңғүұқөһі, срок до 27.01.2026 = 24:00, осталось дней: ${line}`).join('\n')],
    ['a long line with some letters', `${'law '.repeat(60)}әрекет ${'term '.repeat(60)}.`],
  ])('shows a mail of %s as it was written', async (_name, text) => {
    await deliver(text);
    const [caught, ...others] = await world.client.mail();
    expect(caught).toEqual({
      to: ['head@localhost', 'deputy@localhost'],
      messageId: expect.stringMatching(/^\S+@localhost$/) as string,
      subject: mail.subject,
      text,
    });
    expect(others).toEqual([]);
  });

  it('shows the plain text of a mail that has pages too', async () => {
    await deliver('Мәтін', { html: '<p>Бет</p>' });
    expect(await world.client.mail()).toMatchObject([{ text: 'Мәтін' }]);
    await world.client.clearMail();
    expect(await world.client.mail()).toEqual([]);
  });

  it('fails when told, with "try again later", and takes the next', async () => {
    await world.client.failMail({ failNext: 1 });
    await expect(deliver('first')).rejects.toMatchObject({ responseCode: 451 });
    await deliver('second');
    expect(await world.client.mail()).toMatchObject([{ text: 'second' }]);
  });
});

describe("the Center backend's receiver of webhooks", () => {
  it('keeps what is signed, once per id', async () => {
    const alert = { type: 'alert', rule: '192-9', step: 'due' };
    expect((await post(world.centerWebhookSecret, 'alert-1', alert)).status).toBe(204);
    expect((await post(world.centerWebhookSecret, 'alert-1', alert)).status).toBe(204);
    expect(await world.client.centerWebhooks()).toEqual([{ id: 'alert-1', times: 2, body: alert }]);
  });

  it('turns away what is not', async () => {
    const turnedAway = await post(webhookSecret(), 'alert-1', {});
    expect([turnedAway.status, await turnedAway.json()]).toEqual([401, { code: 'signature_mismatch' }]);
    expect(await world.client.centerWebhooks()).toEqual([]);
  });

  it('fails when told and takes the next', async () => {
    await world.client.failCenter({ failNext: 1, status: 500 });
    expect((await post(world.centerWebhookSecret, 'alert-1', {})).status).toBe(500);
    expect((await post(world.centerWebhookSecret, 'alert-1', {})).status).toBe(204);
    expect(await world.client.centerWebhooks()).toMatchObject([{ id: 'alert-1', times: 1 }]);
  });
});
