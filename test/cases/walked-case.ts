/** A synthetic family's case, walked along the road over HTTP: acts of people, the case's own clock, reports of agencies. */
import { caseWorkflowId } from '../../contracts/case-clock.js';
import { nextMoment } from '../../domain/case/clock.js';
import type { DoorCommandKind } from '../../domain/case/commands.js';
import type { DocumentType } from '../../domain/case/documents.js';
import type { Entry } from '../../domain/case/facts.js';
import type { CaseState } from '../../domain/case/state.js';
import type { LegalDay } from '../../domain/law/calendar.js';
import { readLedgerCase } from '../../ledger/read-cases.js';
import { CaseClock } from '../../tools/demo/case-clock.js';
import { CaseTimes } from '../../tools/demo/case-times.js';
import type { CaseView, CenterApi } from '../../tools/demo/center-api.js';
import { A_MOMENT_MS } from '../../tools/demo/fast-forward.js';
import { syntheticFamily, type SignedDocument, type SyntheticFamily } from '../fixtures/synthetic-family.js';
import { PLAIN_LAW_IN_FORCE } from '../lives/plain-calendar.js';
import { eventually } from '../stack/eventually.js';
import type { AgencyReport, Tirek } from '../stack/tirek.js';

export const MANAGER = 'manager-almaty-auezov';
export const TOKENS = { manager: 'dev-manager', unitHead: 'dev-unit-head', head: 'dev-head' } as const;

type Registered = Awaited<ReturnType<CenterApi['registerAppeal']>>;

export interface Giving {
  token?: string;
  parameters?: Readonly<Record<string, string>>;
}

export class WalkedCase {
  readonly tirek: Tirek;
  readonly family: SyntheticFamily;
  readonly appeal: Registered;
  readonly clock: CaseClock;

  private constructor(tirek: Tirek, family: SyntheticFamily, appeal: Registered) {
    this.tirek = tirek;
    this.family = family;
    this.appeal = appeal;
    this.clock = new CaseClock(tirek.client, new CaseTimes(tirek.database.pool), appeal.caseId, PLAIN_LAW_IN_FORCE.calendar);
  }

  /** Registers the family's appeal and waits until the engine has opened its case. */
  static async open(tirek: Tirek, family: SyntheticFamily = syntheticFamily(), body = family.appeal()): Promise<WalkedCase> {
    const walked = new WalkedCase(tirek, family, await tirek.center.registerAppeal(TOKENS.manager, body));
    await eventually(() => tirek.center.readCase(walked.caseId), 'the case is opened');
    return walked;
  }

  get caseId(): string {
    return this.appeal.caseId;
  }

  get workflowId(): string {
    return caseWorkflowId(this.caseId);
  }

  /** A command, accepted. */
  async give(kind: DoorCommandKind, body: unknown = {}, { token = TOKENS.manager, parameters = {} }: Giving = {}): ReturnType<CenterApi['command']> {
    return this.tirek.center.command(this.caseId, { token, kind, body, parameters });
  }

  /** A document of the case, uploaded by the manager; its id. */
  paper(type: DocumentType): Promise<string> {
    return this.tirek.center.upload(this.caseId, TOKENS.manager, type);
  }

  /** A plan that was signed, with the manager's ЭЦП over it, and somebody of the family. */
  async signed(): Promise<SignedDocument> {
    const signed = await this.tirek.center.uploadSigned(this.caseId, TOKENS.manager);
    const personId = (await this.view()).persons[0]?.personId;
    return { ...signed, ...(personId === undefined ? {} : { personId }) };
  }

  /** The case as the API shows it. */
  async view(): Promise<CaseView> {
    const view = await this.tirek.center.readCase(this.caseId);
    if (view === undefined) throw new Error(`case ${this.caseId} is not open`);
    return view;
  }

  /** Looks until the case is as wanted. */
  async until(what: string, wanted: (view: CaseView) => boolean): Promise<CaseView> {
    return eventually(async () => {
      const view = await this.view();
      return wanted(view) ? view : undefined;
    }, what);
  }

  /** The case's clock goes on to that hour of its n-th working day; what is due on the way happens. */
  async nextWorkingDay(n = 1, hour = 10): Promise<void> {
    await this.clock.forwardTo(await this.clock.workingDay(n), hour);
  }

  /** The case's clock goes on to the nearest moment that the law names, and the case has recorded it. */
  async nextMoment(): Promise<void> {
    const state = await this.stored();
    const moment = nextMoment(state);
    if (moment === undefined) throw new Error(`case ${this.caseId} waits for nothing`);
    // A minute behind it: a skip whose end passes while a task is in hand does not stop there.
    await this.clock.skipTo(moment.at + A_MOMENT_MS);
    await eventually(async () => ((await this.stored()).seq > state.seq ? true : undefined), `${moment.what} is recorded`);
  }

  /** A signed report that the case has taken; the id that the Center gave it. */
  async report(report: Omit<AgencyReport, 'caseId' | 'measureId'>): Promise<string> {
    const { reportId } = await this.tirek.report({ ...report, caseId: this.caseId, measureId: (await this.measureOf(report.agency)).measureId });
    await this.until(`the report of ${report.agency} is taken`, ({ reports }) => reports.some((known) => known.reportId === reportId));
    return reportId;
  }

  /** The measure of that agency, or the family's own. */
  async measureOf(agency: string | undefined): Promise<CaseView['measures'][number]> {
    const measure = (await this.view()).measures.find((candidate) => candidate.agency === agency);
    if (measure === undefined) throw new Error(`the plan has no measure of ${agency ?? 'the family'}`);
    return measure;
  }

  /** 192-11-2: the mark "done" on what the agency reported, or on the family's own measure. */
  async markDone(agency: string | undefined, reportId?: string): Promise<void> {
    await this.give('markStatus', this.family.status('done', reportId), { parameters: { measureId: (await this.measureOf(agency)).measureId } });
  }

  async ledger(): Promise<Entry[]> {
    const { rows } = await this.tirek.database.pool.query<{ entry: Entry }>('select entry from ledger where subject_id = $1 order by seq', [this.caseId]);
    return rows.map(({ entry }) => entry);
  }

  /** The state as the ledger makes it. */
  async stored(): Promise<CaseState> {
    const read = await readLedgerCase(this.tirek.database.pool, this.caseId);
    if (read === undefined) throw new Error(`case ${this.caseId} is not in the ledger`);
    return read.state;
  }
}

/** The first day: a manager, consent, interview, the decision on the appeal. */
export async function intake(walked: WalkedCase): Promise<void> {
  const { family, appeal } = walked;
  await walked.give('assignCaseManager', { caseManager: MANAGER }, { token: TOKENS.unitHead });
  await walked.give('recordConsent', family.consent({ documentId: await walked.paper('consent') }));
  await walked.give('recordInterview', family.interview());
  await walked.give('recordTriage', family.triage(appeal.appealId));
}

export interface PlanWanted {
  agencies: readonly string[];
  /** Working days from the draft to the last day of every measure. */
  dueInDays: number;
}

/** From the assessment to the approval, a working day between the steps, everything in time. */
export async function planning(walked: WalkedCase, { agencies, dueInDays }: PlanWanted): Promise<LegalDay> {
  const { family, clock } = walked;
  await walked.nextWorkingDay();
  await walked.give('completeAssessment', family.assessment());
  await walked.give('determineNeeds', family.needs());
  await walked.nextWorkingDay();
  const dueOn = await clock.workingDay(dueInDays);
  await walked.give('draftIpr', family.ipr({ dueOn, endsOn: await clock.workingDay(dueInDays + 40) }, agencies));
  await walked.give('signIpr', family.signature('employee', await walked.signed()));
  await walked.give('signIpr', family.signature('family', await walked.signed()));
  await walked.nextWorkingDay();
  await walked.give('approveIpr', {}, { token: TOKENS.head });
  return dueOn;
}

/** Opens a case and brings it to an approved plan that waits to be sent; the last day of its measures. */
export async function approvedCase(tirek: Tirek, plan: PlanWanted, family?: SyntheticFamily): Promise<{ walked: WalkedCase; dueOn: LegalDay }> {
  const walked = await WalkedCase.open(tirek, family);
  await intake(walked);
  return { walked, dueOn: await planning(walked, plan) };
}

/** 192-9: the plan goes out, and every agency that answers has its referral. */
export async function sent(walked: WalkedCase): Promise<void> {
  await walked.give('sendIpr');
  await walked.until('every referral is taken', ({ dispatches }) => dispatches.every(({ state }) => state === 'delivered'));
}
