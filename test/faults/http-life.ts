/** A case driven from outside, over HTTP alone, by the same scripts as a life in the pure core. */
import { randomUUID } from 'node:crypto';
import { caseWorkflowId } from '../../contracts/case-clock.js';
import { referencesOf, type Command } from '../../domain/case/commands.js';
import { documentsAmong, type Reference } from '../../domain/case/references.js';
import type { Delivery } from '../../domain/case/deliveries.js';
import type { Entry } from '../../domain/case/facts.js';
import { rebuild } from '../../domain/case/evolve.js';
import type { CaseState } from '../../domain/case/state.js';
import type { Instant } from '../../domain/law/calendar.js';
import { inputOf, Life } from '../lives/live.js';
import { PLAIN_LAW } from '../lives/plain-calendar.js';
import { shifted, weeksUntil } from '../lives/shifted.js';
import { storyOf } from '../lives/story.js';
import { opening, REGISTERED_AT, type Doing } from '../lives/straight-road.js';
import { eventually } from '../stack/eventually.js';
import { skipTo, timeOf } from './case-time.js';
import type { AppealReceipt, CenterDesk } from './center-desk.js';
import { developmentIin } from '../../db/development-iin.js';
import { memberOf } from '../fixtures/paper.js';
import { actorOf, requestOf } from './command-requests.js';
import { PATIENCE_MS, type House } from './house.js';

export const NEW_FAMILY = { channel: 1, threat: false, applicant: { fullName: 'Synthetic Person' }, text: 'A synthetic appeal.' };

export class HttpLife {
  readonly appeal: AppealReceipt;
  private readonly house: House;
  private readonly desk: CenterDesk;
  /** What the script calls by words, by the ids that the house gave. */
  private readonly ids = new Map<string, string>();

  constructor(house: House, desk: CenterDesk, appeal: AppealReceipt) {
    this.house = house;
    this.desk = desk;
    this.appeal = appeal;
    this.ids.set('appeal-1', appeal.appealId);
  }

  /** Registers an appeal of a new family: its case is open when that is answered. */
  static async open(house: House, desk: CenterDesk, changes: Partial<typeof NEW_FAMILY> = {}): Promise<HttpLife> {
    return new HttpLife(house, desk, await desk.registerAppeal({ ...NEW_FAMILY, ...changes }));
  }

  get caseId(): string {
    return this.appeal.caseId;
  }

  get workflowId(): string {
    return caseWorkflowId(this.caseId);
  }

  get registeredAt(): Instant {
    return Date.parse(this.appeal.registeredAt);
  }

  /** The script moved to the weeks after the registration. */
  inMyWeeks(script: readonly Doing[]): Doing[] {
    return shifted(script, weeksUntil(REGISTERED_AT, this.registeredAt));
  }

  /** Lives what the script says, each doing in its own time. */
  async live(script: readonly Doing[], asked: (doing: Doing) => Promise<void> = async () => {}): Promise<void> {
    for (const doing of script) {
      await this.sleepUntil(doing.at);
      await Promise.all([this.does(doing), asked(doing)]);
    }
  }

  /** Days pass; each step of a ladder on the way is recorded in its own time, whoever rings it. */
  async sleepUntil(instant: Instant): Promise<void> {
    await eventually(() => this.liveTowards(instant), `the case lives at ${new Date(instant).toISOString()}`, PATIENCE_MS);
  }

  private async liveTowards(instant: Instant): Promise<true | undefined> {
    const { now, step } = await timeOf(this.house, this.caseId);
    if (now >= instant && (step === undefined || step > now)) return true;
    await skipTo(this.house, this.caseId, Math.min(instant, step ?? instant));
    return undefined;
  }

  /** Does it now, until it is answered or seen in the ledger. */
  async does(doing: Doing): Promise<void> {
    if ('command' in doing) return this.command(doing.command);
    if ('delivery' in doing) return this.report(doing.delivery);
    return this.acknowledged(doing.acknowledge);
  }

  private async command(command: Command): Promise<void> {
    for (const { id, type } of documentsAmong(referencesOf(command))) this.ids.set(id, await this.desk.paper(this.caseId, type));
    for (const reference of referencesOf(command)) {
      if (reference.to === 'signature') this.ids.set(reference.id, await this.desk.signature(this.idOf(reference.over), await this.iinOf(reference, command)));
      if (reference.to === 'member') this.ids.set(reference.id, (await this.member()).personId);
    }
    const asking = { ...requestOf(command, (words) => this.idOf(words)), key: randomUUID() };
    const first = await this.desk.command(this.caseId, asking);
    const repeat = await this.desk.command(this.caseId, asking);
    if (repeat.text !== first.text) throw new Error(`${command.kind} under one key was answered with ${first.text} and ${repeat.text}`);
    if (command.kind === 'draftIpr')
      await this.learnPlan(
        command.data.iprId,
        command.data.measures.map(({ measureId }) => measureId),
      );
  }

  /** Whose signature it must be: of the family, or of the person behind the token of the role. */
  private async iinOf({ by }: Extract<Reference, { to: 'signature' }>, command: Command): Promise<string> {
    if (by === 'family') return (await this.member()).iin;
    return developmentIin(actorOf(command));
  }

  private member(): Promise<{ personId: string; iin: string }> {
    return memberOf(this.house.pool, this.caseId);
  }

  private async report(delivery: Delivery): Promise<void> {
    if (delivery.kind !== 'report') throw new Error('only reports come by webhook');
    const { measureId, outcome } = delivery.data;
    const sent = {
      agency: delivery.actor.id,
      deliveryId: `${this.caseId}:${delivery.deliveryId}`,
      caseId: this.caseId,
      measureId: this.idOf(measureId),
      outcome,
    };
    const { reportId } = await this.desk.report(sent);
    const repeat = await this.desk.report(sent);
    if (!repeat.duplicate || repeat.reportId !== reportId) throw new Error(`a repeated report was taken as ${JSON.stringify(repeat)}`);
    this.ids.set(delivery.data.reportId, reportId);
    await this.settled(reportId);
  }

  /** Waits until a report is decided. */
  async settled(inboxId: string): Promise<void> {
    await eventually(
      async () => {
        const [row] = await this.house.rows<{ state: string }>('select state from inbox where id = $1', [inboxId]);
        return row?.state === 'waiting' ? undefined : true;
      },
      'the report is decided',
      PATIENCE_MS,
    );
  }

  async acknowledged(agency: string): Promise<void> {
    await eventually(
      async () => ((await this.stored()).dispatches.findLast((dispatch) => dispatch.agency === agency)?.state === 'delivered' ? true : undefined),
      `${agency} has acknowledged`,
      PATIENCE_MS,
    );
  }

  private async learnPlan(iprId: string, measureIds: readonly string[]): Promise<void> {
    const { ipr, measures } = await this.stored();
    if (ipr !== undefined) this.ids.set(iprId, ipr.iprId);
    for (const [index, words] of measureIds.entries()) this.ids.set(words, measures[index]?.measureId ?? '');
  }

  /** The id that the house gave to what the script calls so. */
  idOf(words: string): string {
    const id = this.ids.get(words);
    if (id === undefined) throw new Error(`the house has not named ${words} yet`);
    return id;
  }

  async stored(): Promise<CaseState> {
    const state = rebuild(await this.ledger(), this.caseId);
    if (state === undefined) throw new Error(`case ${this.caseId} is not in the ledger`);
    return state;
  }

  async ledger(): Promise<Entry[]> {
    const rows = await this.house.rows<{ entry: Entry }>('select entry from ledger where subject_id = $1 order by seq', [this.caseId]);
    return rows.map(({ entry }) => entry);
  }

  /** The ledger as a story in the words of the script; attempts in vain are no part of it. */
  async story(): Promise<string[]> {
    let text = JSON.stringify((await this.ledger()).filter(({ type }) => type !== 'DispatchParked'));
    for (const [words, id] of this.ids) text = text.replaceAll(id, words);
    return storyOf(JSON.parse(text) as Entry[]);
  }

  /** The same life without any fault: what the pure core makes of it. */
  undisturbed(script: readonly Doing[]): string[] {
    const life = new Life(PLAIN_LAW);
    life.turn(this.registeredAt, { kind: 'opening', opening: opening(this.registeredAt) });
    for (const doing of script) life.turn(doing.at, inputOf(doing, life));
    return storyOf(life.entries);
  }
}
