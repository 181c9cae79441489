/** A case driven from outside, over HTTP alone, by the same scripts as a life in the pure core. */
import { randomUUID } from 'node:crypto';
import { caseWorkflowId } from '../../contracts/case-workflow.js';
import type { Command } from '../../domain/case/commands.js';
import type { Delivery } from '../../domain/case/deliveries.js';
import type { Entry } from '../../domain/case/facts.js';
import type { CaseState } from '../../domain/case/state.js';
import type { Instant } from '../../domain/law/calendar.js';
import { caseTime, fastForward } from '../../scripts/demo/fast-forward.js';
import { inputOf, Life } from '../lives/live.js';
import { PLAIN_LAW } from '../lives/plain-calendar.js';
import { shifted, weeksUntil } from '../lives/shifted.js';
import { storyOf } from '../lives/story.js';
import { opening, REGISTERED_AT, type Doing } from '../lives/straight-road.js';
import { eventually } from '../stack/eventually.js';
import type { AppealReceipt, CenterDesk } from './center-desk.js';
import { requestOf } from './command-requests.js';
import { PATIENCE_MS, type House } from './house.js';

const NEW_FAMILY = { channel: 1, threat: false, applicant: { fullName: 'Synthetic Person' }, text: 'A synthetic appeal.' };

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

  /** Registers an appeal of a new family and waits until the engine has opened its case. */
  static async open(house: House, desk: CenterDesk): Promise<HttpLife> {
    const life = new HttpLife(house, desk, await desk.registerAppeal(NEW_FAMILY));
    await eventually(async () => ((await life.ledger()).length > 0 ? true : undefined), 'the case is opened', PATIENCE_MS);
    return life;
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

  async sleepUntil(instant: Instant): Promise<void> {
    await eventually(() => this.forwardTo(instant), `the case lives at ${new Date(instant).toISOString()}`, PATIENCE_MS);
  }

  /** Undefined when the worker is away for longer than a fast-forward waits for it. */
  private async forwardTo(instant: Instant): Promise<true | undefined> {
    try {
      const now = await caseTime(this.house.client, this.workflowId);
      if (instant <= now) return true;
      await fastForward(this.house.client, this.workflowId, instant - now);
      // A worker that dies on the way can end a fast-forward before its time: then it is asked again.
      return (await caseTime(this.house.client, this.workflowId)) >= instant ? true : undefined;
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('no worker has taken up')) return undefined;
      throw error;
    }
  }

  /** Does it now, until it is answered or seen in the ledger. */
  async does(doing: Doing): Promise<void> {
    if ('command' in doing) return this.command(doing.command);
    if ('delivery' in doing) return this.report(doing.delivery);
    return this.acknowledged(doing.acknowledge);
  }

  private async command(command: Command): Promise<void> {
    const asking = { ...requestOf(command, (words) => this.idOf(words)), key: randomUUID() };
    const first = await this.desk.command(this.caseId, asking);
    const repeat = await this.desk.command(this.caseId, asking);
    if (repeat.text !== first.text) throw new Error(`${command.kind} under one key was answered with ${first.text} and ${repeat.text}`);
    if (command.kind === 'draftIpr') await this.learnPlan(command.data.iprId, command.data.measures.map(({ measureId }) => measureId));
  }

  private async report(delivery: Delivery): Promise<void> {
    if (delivery.kind !== 'report') throw new Error('only reports come by webhook');
    const { measureId, outcome } = delivery.data;
    const sent = { agency: delivery.actor.id, deliveryId: `${this.caseId}:${delivery.deliveryId}`, caseId: this.caseId, measureId: this.idOf(measureId), outcome };
    const { reportId } = await this.desk.report(sent);
    const repeat = await this.desk.report(sent);
    if (!repeat.duplicate || repeat.reportId !== reportId) throw new Error(`a repeated report was taken as ${JSON.stringify(repeat)}`);
    this.ids.set(delivery.data.reportId, reportId);
    await this.settled(reportId);
  }

  /** Waits until the relay has handed a message over and it was answered. */
  async settled(inboxId: string): Promise<void> {
    await eventually(
      async () => {
        const [row] = await this.house.rows<{ state: string }>('select state from inbox where id = $1', [inboxId]);
        return row?.state === 'waiting' ? undefined : true;
      },
      'the report is handed over',
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
    const [row] = await this.house.rows<{ state: CaseState }>('select state from case_file where case_id = $1', [this.caseId]);
    if (row === undefined) throw new Error(`case ${this.caseId} is not in the read model`);
    return row.state;
  }

  async ledger(): Promise<Entry[]> {
    const rows = await this.house.rows<{ entry: Entry }>('select entry from ledger where case_id = $1 order by seq', [this.caseId]);
    return rows.map(({ entry }) => entry);
  }

  /** The ledger as a story in the words of the script. */
  async story(): Promise<string[]> {
    let text = JSON.stringify(await this.ledger());
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
