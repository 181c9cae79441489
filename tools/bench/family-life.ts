/**
 * One synthetic family's whole life in the engine as the outside drives it: a Center's software over
 * HTTP, agencies by signed webhook. Nothing is read that the next act does not need, so that what is
 * measured is the engine and not its visitors.
 */
import { caseWorkflowId } from '../../contracts/case-clock.js';
import { DEVELOPMENT_TOKENS } from '../../db/development-tokens.js';
import type { DoorCommandKind } from '../../domain/case/commands.js';
import type { DocumentType } from '../../domain/case/documents.js';
import { addMonths, legalDayOf, type Calendar, type LegalDay } from '../../domain/law/calendar.js';
import { CaseClock } from '../demo/case-clock.js';
import type { CaseView } from '../demo/center-api.js';
import { demoPlan } from '../demo/demo-plan.js';
import { MONITORING_MONTHS, PERSON } from '../demo/road.js';
import { TOKENS } from '../demo/walk.js';
import { allOf } from './all-of.js';
import type { BenchStack } from './bench-stack.js';

/** One thing that a person or some agencies do. */
export interface Act {
  /** Unique within a life. */
  name: string;
  perform: () => Promise<void>;
}

/** Acts of one hour of the case's life. */
export interface Stretch {
  /** Working days after the stretch before; or whole months after the closing. */
  after: { workingDays: number } | { months: number };
  /** Local hour. */
  hour: number;
  acts: readonly Act[];
}

export interface LifeOptions {
  /** Agencies that have a measure each. */
  agencies: readonly string[];
  calendar: Calendar;
  /** The first agency's report goes back once and comes again. */
  rework?: boolean;
  /** Told how long each command took until its answer, repeats included (ms). */
  onCommand?: (ms: number) => void;
}

const { manager, unitHead, head } = TOKENS;

export class FamilyLife {
  readonly caseId: string;
  readonly appealId: string;
  readonly options: LifeOptions;
  private readonly stack: BenchStack;
  /** Absent where the server does not skip time: then everything is done in one hour. */
  private readonly clock: CaseClock | undefined;
  private measures: CaseView['measures'] = [];
  /** The report of each agency that waits for its mark. */
  readonly reports = new Map<string, string>();
  private closedOn: LegalDay | undefined;

  private constructor(stack: BenchStack, caseId: string, appealId: string, options: LifeOptions) {
    this.stack = stack;
    this.caseId = caseId;
    this.appealId = appealId;
    this.options = options;
    this.clock = stack.skipsTime ? new CaseClock(stack.client, stack.times, caseId, options.calendar) : undefined;
  }

  /** A new family turns to the Center: with the answer the case is open. */
  static async begin(stack: BenchStack, options: LifeOptions): Promise<FamilyLife> {
    const { caseId, appealId } = await stack.api.registerAppeal(manager, {
      channel: 1,
      threat: false,
      applicant: { fullName: PERSON.fullName },
      text: 'A synthetic appeal.',
    });
    return new FamilyLife(stack, caseId, appealId, options);
  }

  get workflowId(): string {
    return caseWorkflowId(this.caseId);
  }

  /** The road, in the order of the law; what an act needs to know it reads when it is performed. */
  road(): readonly Stretch[] {
    return [
      stretch(0, 10, [this.command('assignCaseManager', unitHead, () => ({ caseManager: actorOf(manager) }))]),
      stretch(1, 10, [
        this.command('recordTriage', manager, () => ({ appealId: this.appealId, route: 'consultation_and_assessment', reason: 'A synthetic reason.' })),
        this.command('recordInterview', manager, () => ({ note: 'A synthetic interview.' })),
        this.withDocument('recordConsent', 'consent', { given: true, person: PERSON }),
      ]),
      stretch(1, 16, [
        this.command('completeAssessment', manager, () => ({ result: 'difficult_life_situation', grounds: ['G8'], note: 'A synthetic assessment.' })),
      ]),
      stretch(2, 10, [this.command('determineNeeds', manager, () => ({ needs: ['safety', 'employment'], note: 'Synthetic needs.' }))]),
      stretch(2, 10, [this.draft()]),
      stretch(1, 10, [this.signature('employee', 'first'), this.signature('family', 'second')]),
      stretch(1, 10, [this.command('approveIpr', head, () => ({}))]),
      stretch(1, 10, [this.command('sendIpr', manager, () => ({}))]),
      stretch(5, 10, [{ name: 'reports', perform: () => this.report() }]),
      ...(this.options.rework === true ? this.rework() : []),
      stretch(1, 10, [...this.marks(), this.mark('the family’s', undefined)]),
      stretch(1, 10, [this.command('markCompletion', manager, () => ({}))]),
      stretch(1, 10, [this.close()]),
      stretch(1, 10, [this.withDocument('notifyResult', 'result_notice')]),
      ...this.monitoring(),
    ];
  }

  private rework(): Stretch[] {
    const [agency = ''] = this.options.agencies;
    return [
      stretch(1, 10, [
        this.command(
          'returnReport',
          manager,
          () => ({ norm: 'Law on state services, art. 5', reason: 'A synthetic reason.' }),
          () => ({ reportId: this.reportOf(agency) }),
        ),
      ]),
      stretch(2, 10, [{ name: 'report after rework', perform: () => this.report([agency]) }]),
    ];
  }

  private monitoring(): Stretch[] {
    const contact = (month: number): Act =>
      this.command('recordMonitoringContact', manager, () => ({ situation: 'stable', note: 'A synthetic contact.' }), undefined, `month ${month}`);
    const months = Array.from({ length: MONITORING_MONTHS }, (_, index): Stretch => ({ after: { months: index + 1 }, hour: 11, acts: [contact(index + 1)] }));
    const end = this.command('endMonitoring', manager, () => ({ note: 'The situation is stable.' }));
    return [...months, { after: { months: MONITORING_MONTHS }, hour: 15, acts: [end] }];
  }

  /** Goes on to the time of a stretch; stays in its hour where time cannot be skipped. */
  async reach({ after, hour }: Stretch): Promise<void> {
    if (this.clock === undefined) return;
    if ('months' in after) await this.clock.forwardTo(addMonths(this.closedOn ?? (await this.today()), after.months), hour);
    else if (after.workingDays > 0) await this.clock.forwardTo(await this.clock.workingDay(after.workingDays), hour);
  }

  /** Lives the road up to and with an act, or to its end. */
  async live(last?: string): Promise<void> {
    for (const next of this.road()) {
      await this.reach(next);
      for (const act of next.acts) {
        await act.perform();
        if (act.name === last) return;
      }
    }
  }

  /** Ends when the workflow of the case has completed. */
  async completed(): Promise<void> {
    await this.stack.client.workflow.getHandle(this.workflowId).result();
  }

  private async today(): Promise<LegalDay> {
    return legalDayOf(this.clock === undefined ? Date.now() : await this.clock.now());
  }

  /** A command of a person; `which` tells several of one kind apart. */
  private command(kind: DoorCommandKind, token: string, body: () => unknown, parameters: () => Record<string, string> = () => ({}), which?: string): Act {
    return { name: which === undefined ? kind : `${kind} (${which})`, perform: () => this.give(kind, token, body(), parameters()) };
  }

  /** A command of the manager with the document that it refers to, uploaded before it and not timed with it. */
  private withDocument(kind: DoorCommandKind, type: DocumentType, body: object = {}, which?: string): Act {
    return {
      name: which === undefined ? kind : `${kind} (${which})`,
      perform: async () => this.give(kind, manager, { ...body, documentId: await this.stack.api.upload(this.caseId, manager, type) }, {}),
    };
  }

  private async give(kind: DoorCommandKind, token: string, body: unknown, parameters: Record<string, string>): Promise<void> {
    const asked = performance.now();
    await this.stack.api.command(this.caseId, { token, kind, body, parameters });
    this.options.onCommand?.(performance.now() - asked);
  }

  private draft(): Act {
    return {
      name: 'draftIpr',
      perform: async () => {
        const plan = demoPlan(this.options.calendar, await this.today());
        const measures = plan.measures.filter(({ agency }) => agency === undefined || this.options.agencies.includes(agency));
        await this.give('draftIpr', manager, { ...plan, measures }, {});
      },
    };
  }

  private signature(party: 'employee' | 'family', which: string): Act {
    return {
      name: `signIpr (${which})`,
      perform: async () => {
        const signed = await this.stack.api.uploadSigned(this.caseId, manager);
        const signer = party === 'family' ? { method: 'paper', personId: await this.memberId() } : { method: 'eds' };
        await this.give('signIpr', manager, { party, ...signer, ...signed }, {});
      },
    };
  }

  private async memberId(): Promise<string | undefined> {
    return (await this.stack.api.readCase(this.caseId))?.persons[0]?.personId;
  }

  private close(): Act {
    return {
      name: 'closeCase',
      perform: async () => {
        await this.give('closeCase', head, { monitoringMonths: MONITORING_MONTHS }, {});
        this.closedOn = await this.today();
      },
    };
  }

  /** Ids of the measures, read once the plan is sent and can no longer change. */
  async learnMeasures(): Promise<void> {
    if (this.measures.length > 0) return;
    const view = await this.stack.api.readCase(this.caseId);
    if (view === undefined) throw new Error(`case ${this.caseId} is not open`);
    this.measures = view.measures;
  }

  /** @param agency absent: the measure of the family itself */
  measureOf(agency: string | undefined): string {
    const measure = this.measures.find((candidate) => candidate.agency === agency);
    if (measure === undefined) throw new Error(`the plan has no measure of ${agency ?? 'the family'}`);
    return measure.measureId;
  }

  private reportOf(agency: string): string {
    const reportId = this.reports.get(agency);
    if (reportId === undefined) throw new Error(`${agency} has not reported`);
    return reportId;
  }

  /** Agencies report by webhook, all at once; ends when the case has taken the reports. */
  async report(agencies: readonly string[] = this.options.agencies): Promise<void> {
    await this.learnMeasures();
    const sent = agencies.map(async (agency) => {
      const reportId = await this.stack.reports.send(agency, { caseId: this.caseId, measureId: this.measureOf(agency), outcome: 'performed' });
      this.reports.set(agency, reportId);
      return reportId;
    });
    await this.stack.inbox.taken(await allOf(sent));
  }

  /** A mark for each report, as acts of their own. */
  private marks(): Act[] {
    return this.options.agencies.map((agency) => this.mark(`report of ${agency}`, agency));
  }

  private mark(which: string, agency: string | undefined): Act {
    return this.command(
      'markStatus',
      manager,
      () => ({ status: 'done', ...(agency === undefined ? {} : { reportId: this.reportOf(agency) }) }),
      () => ({ measureId: this.measureOf(agency) }),
      which,
    );
  }
}

function stretch(workingDays: number, hour: number, acts: readonly Act[]): Stretch {
  return { after: { workingDays }, hour, acts };
}

function actorOf(token: string): string {
  return DEVELOPMENT_TOKENS.find((known) => known.token === token)?.actorId ?? token;
}
