import { describe, expect, it } from 'vitest';
import { checksOf, type Evidence } from '../../tools/demo/checks.js';
import { CAST, demoPlan } from '../../tools/demo/demo-plan.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { addMonths } from '../../domain/law/calendar.js';

const AGENCIES = [...CAST.early, ...CAST.later, CAST.silent];
const MISSED = '192-11-1:m-housing';

const MOMENTS: Record<string, string> = {
  overdue: '2026-12-23T19:00:00.000Z',
  head: '2026-12-24T19:00:00.000Z',
  coordinator: '2026-12-28T19:00:00.000Z',
};

const duty = (rule: string, standing: string, agency?: string) => ({ key: `${rule}:x`, rule, standing, agency });
const alert = (dutyKey: string, step: string) => ({
  dutyKey,
  rule: dutyKey.split(':')[0],
  step,
  moment: MOMENTS[step] ?? '2026-12-01T04:00:00.000Z',
  raisedAt: MOMENTS[step] ?? '2026-12-01T04:00:00.000Z',
  deliveries: [
    { channel: 'webhook', state: 'delivered' },
    { channel: 'mail', state: 'delivered' },
  ],
});

/** What the road leaves when it ends as told; only the fields that are looked at. */
function asTold() {
  return {
    view: {
      stage: 'closed',
      measures: [...AGENCIES, 'family'].map((agency) => ({ status: 'done', timesReturned: agency === CAST.returned ? 1 : 0 })),
      monitoringContacts: 3,
      duties: [duty('256-13-2', 'met'), { ...duty('192-11-1', 'met_late', CAST.silent), key: MISSED }, duty('P24', 'lapsed')],
      inbox: { waiting: 0, delivered: 13, rejected: 0, orphan: 0, duplicates: 1 },
    },
    ledger: ['AppealRegistered', 'AssessmentCompleted', 'NeedsDetermined', 'IprApproved', 'CompletionMarked', 'CaseClosed', 'MonitoringEnded'].map((type) => ({
      type,
      at: '2026-12-15T05:00:00.000Z',
    })),
    alerts: [alert('256-13-2:case', 'reminder'), ...['reminder', 'overdue', 'head', 'coordinator'].map((step) => alert(MISSED, step))],
    referrals: AGENCIES.map((agency) => ({ message: { agency } })),
    reworkNotices: [{}],
    workflowCompleted: true,
  };
}

type Told = ReturnType<typeof asTold>;

function failuresAfter(spoil: (told: Told) => void): string[] {
  const told = asTold();
  spoil(told);
  // Only the fields that the checks look at are there.
  return checksOf(told as unknown as Evidence)
    .filter(({ ok }) => !ok)
    .map(({ what }) => what);
}

describe('did the road end as told?', () => {
  it('yes, when it did', () => expect(failuresAfter(() => undefined)).toEqual([]));

  it.each<[string, (told: Told) => void, RegExp]>([
    ['the case stopped on its way', (told) => (told.view.stage = 'monitoring'), /closed/],
    ['a stage was entered twice', (told) => told.ledger.push({ type: 'IprApproved', at: '' }), /every stage once/],
    ['the workflow still runs', (told) => (told.workflowCompleted = false), /workflow/],
    ['a second duty was missed', (told) => told.view.duties.push(duty('256-13-1', 'met_late')), /every duty/],
    ['the duty meant to be missed was met', (told) => void told.view.duties.splice(1, 1), /every duty/],
    ['an internal term was exceeded', (told) => told.alerts.push(alert('256-17-1:case', 'exceeded')), /beyond a reminder/],
    ['a step of the ladder came twice', (told) => told.alerts.push(alert(MISSED, 'head')), /climbed/],
    ['a step of the ladder was left out', (told) => void told.alerts.splice(3, 1), /climbed/],
    ['a moment was told twice', (told) => told.alerts.push(alert('256-13-2:case', 'reminder')), /told twice/],
    ['a moment fired days late', (told) => (told.alerts[1]!.raisedAt = '2026-12-05T04:00:00.000Z'), /own time/],
    ['an alert was not delivered', (told) => (told.alerts[0]!.deliveries[0]!.state = 'waiting'), /reached the backend/],
    ['an agency got two referrals', (told) => told.referrals.push({ message: { agency: 'health' } }), /one referral/],
    ['an agency got none', (told) => void told.referrals.pop(), /one referral/],
    ['nothing was returned', (told) => (told.view.measures[2]!.timesReturned = 0), /returned/],
    ['a report waits in the inbox', (told) => (told.view.inbox.waiting = 1), /nothing waits/],
    ['a report was lost', (told) => (told.view.inbox.delivered = 12), /nothing waits/],
    ['no duplicate was seen', (told) => (told.view.inbox.duplicates = 0), /came twice/],
  ])('no: %s', (_what, spoil, failed) => expect(failuresAfter(spoil)).toContainEqual(expect.stringMatching(failed)));
});

describe('the plan of the demonstration', () => {
  const plan = demoPlan(CALENDAR_2026_11_21, '2026-12-01');

  it('192-2: one measure at each of the twelve agencies and one of the family (256-16-2)', () => {
    expect(plan.measures.filter(({ kind }) => kind === 'state').map(({ agency }) => agency)).toEqual(AGENCIES);
    expect(new Set(AGENCIES).size).toBe(12);
    expect(plan.measures.filter(({ kind }) => kind === 'family')).toHaveLength(1);
  });

  it('256-15-1, 256-16-3: within a year, each measure within the plan', () => {
    expect(plan.endsOn <= addMonths('2026-12-01', 12)).toBe(true);
    for (const { dueOn } of plan.measures) expect(dueOn > '2026-12-01' && dueOn <= plan.endsOn).toBe(true);
  });
});
