import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAgencyHttp } from '../../adapters/agency-http.js';
import { createSimulatorsClient } from '../../simulators/client.js';
import { startSimulators } from '../../simulators/start.js';
import { measureOf, referral, reworkNotice, startOutsideWorld, webhookSecret, type OutsideWorld } from './outside-world.js';

let world: OutsideWorld;
beforeAll(async () => {
  world = await startOutsideWorld();
});
beforeEach(async () => {
  await world.client.reset();
  Object.assign(world.api, { accepted: [], badlySigned: [], failNext: 0, hold: undefined });
});
afterAll(() => world.stop());

const send = (message: Parameters<OutsideWorld['http']['send']>[1]) => world.http.send(world.address(message.agency), message);
const until = <T>(condition: () => T | Promise<T>): Promise<T> => vi.waitFor(condition, { timeout: 10_000, interval: 10 });
const settled = (agency: string) =>
  until(async () => {
    const reports = await world.client.reports(agency);
    expect(reports.length).toBeGreaterThan(0);
    expect(reports.every((report) => report.accepted === report.copies)).toBe(true);
    return reports;
  });

describe('192-11-1: an agency reports on its measure', () => {
  it('192-11-1: when it is told, signed, with outcome and note', async () => {
    const message = referral('employment');
    await send(message);
    const note = 'Синтетический текст';
    const report = await world.client.report('employment', { measureId: measureOf(message), outcome: 'in_progress', note });
    await settled('employment');
    expect(world.api.accepted).toEqual([
      {
        agency: 'employment',
        deliveryId: report.deliveryId,
        report: { type: 'report', caseId: message.caseId, measureId: measureOf(message), outcome: 'in_progress', note },
      },
    ]);
    expect(await world.client.reports('employment')).toMatchObject([{ last: 202, reportId: 'center-1' }]);
  });

  it('by itself after a while, on each of its measures', async () => {
    await world.client.behave('health', { reportAfterMs: 1, outcome: 'not_performed' });
    const message = referral('health');
    const second = { measureId: 'm-2', supportKind: 'medical_examination', dueOn: '2026-03-02' };
    await send({ ...message, measures: [...message.measures, second] });
    await until(() => expect(world.api.accepted).toHaveLength(2));
    expect(world.api.accepted.map(({ report }) => [report.measureId, report.outcome])).toEqual(
      expect.arrayContaining([
        [measureOf(message), 'not_performed'],
        ['m-2', 'not_performed'],
      ]),
    );
  });

  it('a repeated referral is not reported on twice', async () => {
    await world.client.behave('health', { reportAfterMs: 0 });
    const message = referral('health');
    await send(message);
    await send(message);
    await settled('health');
    expect(await world.client.reports('health')).toHaveLength(1);
    expect(world.api.accepted).toHaveLength(1);
  });

  it('192-11-3: again after a notice of rework, under another id', async () => {
    await world.client.behave('health', { reportAfterMs: 0 });
    const message = referral('health');
    await send(message);
    await send(reworkNotice('health', message));
    await until(() => expect(world.api.accepted).toHaveLength(2));
    expect(new Set(world.api.accepted.map(({ deliveryId }) => deliveryId)).size).toBe(2);
    expect(world.api.accepted.map(({ report }) => report.measureId)).toEqual([measureOf(message), measureOf(message)]);
  });

  it('a silent agency acknowledges and reports nothing by itself', async () => {
    await world.client.behave('youth', { silent: true, reportAfterMs: 0, reportBeforeAcknowledging: true });
    const message = referral('youth');
    expect(await send(message)).toMatchObject({ outcome: 'accepted' });
    expect(await world.client.reports('youth')).toEqual([]);
    await world.client.report('youth', { measureId: measureOf(message) });
    await settled('youth');
  });

  it('may report on what it never got, if the case is named; without a case there is nothing to say', async () => {
    const { caseId } = referral('youth');
    await world.client.report('youth', { measureId: 'm-unknown', caseId });
    await settled('youth');
    expect(world.api.accepted).toMatchObject([{ report: { caseId, measureId: 'm-unknown' } }]);
    await expect(world.client.report('youth', { measureId: 'm-elsewhere' })).rejects.toThrow('measure_unknown');
  });
});

describe('deliveries of a report', () => {
  it('a duplicate has the same id and the same content', async () => {
    await world.client.behave('culture', { duplicates: 2 });
    const message = referral('culture');
    await send(message);
    const { deliveryId } = await world.client.report('culture', { measureId: measureOf(message) });
    await settled('culture');
    expect(world.api.accepted.map((received) => received.deliveryId)).toEqual([deliveryId, deliveryId, deliveryId]);
    expect(new Set(world.api.accepted.map((received) => JSON.stringify(received.report))).size).toBe(1);
  });

  it('what the API does not accept comes again under the same id until it does', async () => {
    world.api.failNext = 3;
    const message = referral('culture');
    await send(message);
    const { deliveryId } = await world.client.report('culture', { measureId: measureOf(message) });
    await settled('culture');
    expect(await world.client.reports('culture')).toMatchObject([{ deliveryId, attempts: 4, accepted: 1 }]);
    expect(world.api.accepted).toMatchObject([{ deliveryId }]);
  });

  it('a report waits until it is known where the API is', async () => {
    const [secret = ''] = world.address('culture').secrets;
    const lonely = await startSimulators({
      agencies: [{ code: 'culture', secret }],
      centerWebhookSecret: webhookSecret(),
      firstPauseMs: 5,
      longestPauseMs: 20,
    });
    try {
      const client = createSimulatorsClient(lonely.url);
      await client.report('culture', { measureId: 'm-1', caseId: referral('culture').caseId });
      await until(async () => expect(await client.reports('culture')).toMatchObject([{ last: 'api_unknown', accepted: 0 }]));
      await client.setApi(world.api.url);
      await until(() => expect(world.api.accepted).toHaveLength(1));
    } finally {
      await lonely.stop();
    }
  });

  it('a report that overtakes the acknowledgement of its own referral is accepted first', async () => {
    await world.client.behave('housing', { reportBeforeAcknowledging: true });
    const hold = new AbortController();
    world.api.hold = hold.signal;
    let acknowledged = false;
    const message = referral('housing');
    const sent = send(message).finally(() => (acknowledged = true));
    await until(async () => expect(await world.client.reports('housing')).toMatchObject([{ attempts: 1, accepted: 0 }]));
    expect(acknowledged).toBe(false);
    hold.abort();
    expect(await sent).toMatchObject({ outcome: 'accepted' });
    expect(world.api.accepted).toMatchObject([{ report: { measureId: measureOf(message) } }]);
  });

  it('a signature by another secret is not accepted, and the report keeps trying', async () => {
    const stranger = await startSimulators({
      agencies: [{ code: 'culture', secret: webhookSecret() }],
      centerWebhookSecret: webhookSecret(),
      apiUrl: world.api.url,
      firstPauseMs: 1,
      longestPauseMs: 5,
    });
    try {
      const client = createSimulatorsClient(stranger.url);
      const { deliveryId } = await client.report('culture', { measureId: 'm-1', caseId: referral('culture').caseId });
      await until(() => expect(world.api.badlySigned.length).toBeGreaterThan(1));
      expect(new Set(world.api.badlySigned)).toEqual(new Set([deliveryId]));
      expect(world.api.accepted).toEqual([]);
    } finally {
      await stranger.stop();
    }
  });
});

describe('control of the simulators', () => {
  it('forgets behaviour, messages and reports at a reset', async () => {
    await world.client.behave('sports', { acknowledgeAfterMs: 1, outcome: 'in_progress' });
    const message = referral('sports');
    await send(message);
    await world.client.report('sports', { measureId: measureOf(message) });
    await world.client.reset();
    expect(await world.client.behaviour('sports')).toMatchObject({ acknowledgeAfterMs: 0, outcome: 'performed' });
    expect(await world.client.referrals('sports')).toEqual([]);
    expect(await world.client.reports('sports')).toEqual([]);
  });

  it('answers 404 for an agency that there is none of and 400 for a behaviour that there is none of', async () => {
    await expect(world.client.behaviour('astrology')).rejects.toThrow('404');
    const odd = await fetch(`${world.simulators.agencyUrl('sports')}/behaviour`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mood: 'bad' }),
    });
    expect(odd.status).toBe(400);
    const broken = await fetch(`${world.simulators.agencyUrl('sports')}/behaviour`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(broken.status).toBe(400);
  });

  it('stops while acknowledgements, reports and retries are under way', async () => {
    const secret = webhookSecret();
    const stopping = await startSimulators({ agencies: [{ code: 'sports', secret }], centerWebhookSecret: secret, apiUrl: world.api.url });
    const client = createSimulatorsClient(stopping.url);
    await client.behave('sports', { acknowledgeAfterMs: 600_000, reportAfterMs: 600_000 });
    const agency = { code: 'sports', endpointUrl: stopping.agencyUrl('sports'), secrets: [secret] };
    const sent = createAgencyHttp({ timeoutMs: 60_000, reach: { loopback: true } }).send(agency, referral('sports'));
    await until(async () => expect(await client.referrals('sports')).toHaveLength(1));
    await client.report('sports', { measureId: 'm-1', caseId: referral('sports').caseId });
    await stopping.stop();
    expect(await sent).toEqual({ outcome: 'unreachable', reason: 'connection_reset' });
  });
});
