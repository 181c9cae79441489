/** The agencies: they take what is sent, or lose their answer after taking it, are down, refuse; and they report, late or twice. */
import type { Instant } from '../../domain/law/calendar.js';
import { receive, type ReportAsked } from './desk.js';
import type { ModelHouse } from './model-house.js';
import { insist, type Outside } from './outside.js';

export interface Message {
  key: string;
  caseId: string;
  agency: string;
  kind: string;
  measureIds: readonly string[];
}

type Sent = { outcome: 'delivered' } | { outcome: 'unreachable'; reason: string } | { outcome: 'refused'; reason: string };

const REFUSED_SHARE = 0.03;
const REPEATED_SHARE = 0.15;
const INTERIM_SHARE = 0.2;
const NOBODYS_SHARE = 0.05;
const LAST_MOMENT_SHARE = 0.4;
const LAST_MOMENTS_MS = 40_000;
/** Its first attempts failed, and it waits for the next. */
const PUT_OFF_MS = 30_000;
const DECIDED_AT_ONCE_SHARE = 0.6;
const DAY_MS = 86_400_000;
/** Longer than an activity may last: two attempts are on the way at once. */
const SLOWEST_MS = 50_000;
const LONGEST_OUTAGE_MS = 30 * 60_000;
/** Every so many reports come at the very end of a term, when the moment is about to ring. */
const TOGETHER_MS = 3_000;

interface AgenciesOutside extends Outside {
  house: ModelHouse;
}

export class Agencies {
  readonly #outside: AgenciesOutside;
  /** What became of each message: the same key again is the same message. */
  readonly #taken = new Map<string, Sent>();
  readonly #downUntil = new Map<string, Instant>();
  /** By delivery, when it was sent last. */
  readonly #sent = new Map<string, { at: Instant; report: ReportAsked }>();
  #deliveries = 0;

  constructor(outside: AgenciesOutside) {
    this.#outside = outside;
  }

  /** A message comes in; what an agency answers. */
  async receive(message: Message): Promise<Sent> {
    const { scheduler, dice, faults } = this.#outside;
    await scheduler.pause(faults.strikes('agency_slow', SLOWEST_MS) ? dice.whole(20_000, SLOWEST_MS) : dice.whole(20, 900));
    const { agency, key } = message;
    if (faults.strikes('agency_down')) this.#downUntil.set(agency, scheduler.now + dice.whole(1_000, LONGEST_OUTAGE_MS));
    if (scheduler.now < (this.#downUntil.get(agency) ?? 0)) return { outcome: 'unreachable', reason: 'timeout' };
    const answer = this.#taken.get(key) ?? this.#take(message);
    return faults.strikes('agency_answer_lost') ? { outcome: 'unreachable', reason: 'timeout' } : answer;
  }

  #take(message: Message): Sent {
    const { dice } = this.#outside;
    const answer: Sent = dice.happens(REFUSED_SHARE) ? { outcome: 'refused', reason: 'not_competent' } : { outcome: 'delivered' };
    this.#taken.set(message.key, answer);
    if (answer.outcome === 'delivered') for (const measureId of message.measureIds) this.#work(message, measureId);
    return answer;
  }

  #work({ agency, caseId }: Message, measureId: string): void {
    const { dice } = this.#outside;
    if (dice.happens(INTERIM_SHARE)) this.#report(dice.whole(TOGETHER_MS, 10 * DAY_MS), { agency, caseId, payload: { measureId, outcome: 'in_progress' } });
    const performedAfter = this.#lastMoment(caseId, measureId) ?? dice.whole(2 * DAY_MS, 40 * DAY_MS);
    this.#report(performedAfter, { agency, caseId, payload: { measureId, outcome: 'performed' } });
    if (dice.happens(NOBODYS_SHARE)) this.#report(performedAfter, { agency: 'nobody', caseId, payload: { measureId, outcome: 'performed' } });
  }

  /** Many report when the term is about to end. */
  #lastMoment(caseId: string, measureId: string): number | undefined {
    const { dice, house, scheduler } = this.#outside;
    const dueAt = house.tables.current.get(caseId)?.duties.find(({ key }) => key === `192-11-1:${measureId}`)?.dueAt;
    if (dueAt === undefined || !dice.happens(LAST_MOMENT_SHARE)) return undefined;
    return Math.max(0, dueAt - scheduler.now - dice.whole(0, LAST_MOMENTS_MS));
  }

  #report(afterMs: number, given: Omit<ReportAsked, 'deliveryId'>): void {
    this.#deliveries += 1;
    const report = { ...given, deliveryId: `delivery-${this.#deliveries}` };
    const { scheduler, dice } = this.#outside;
    scheduler.after(afterMs, () => this.#send(report));
    if (dice.happens(REPEATED_SHARE)) scheduler.after(afterMs + dice.whole(0, TOGETHER_MS), () => this.#send(report));
  }

  #send(report: ReportAsked): void {
    const { scheduler, dice, faults, rules, witness, note } = this.#outside;
    this.#sent.set(report.deliveryId, { at: scheduler.now, report });
    const sending = insist(this.#outside, async (life, desk) => {
      const id = await receive(rules, life, report, faults.strikes('report_put_off') ? dice.whole(1_000, PUT_OFF_MS) : 0);
      // Decided at once when the process is idle enough; its failure is no failure of the acceptance.
      if (desk.isIdle(report.caseId) && dice.happens(DECIDED_AT_ONCE_SHARE)) void desk.take(report.caseId, []).catch(() => undefined);
      return id;
    });
    void sending.then((id) => {
      note(`${report.agency} reports on ${report.payload.measureId} of ${report.caseId}: ${id}`);
      witness.accepted({ kind: 'report', caseId: report.caseId, cause: id, at: scheduler.now });
    });
  }

  /** `resend since`: what was sent from then on is sent once more, under the same ids. */
  sendAgainSince(since: Instant): void {
    const again = [...this.#sent.values()].filter(({ at }) => at >= since);
    this.#outside.note(`agencies send ${again.length} reports again`);
    for (const { report } of again) this.#send(report);
  }
}
