/** Walking a case along its road: acts of people, the case's clock, and waiting for what comes back. */
import { legalDayOf, type Instant, type LegalDay } from '../../domain/law/calendar.js';
import type { DoorCommandKind } from '../../domain/case/commands.js';
import type { DocumentType } from '../../domain/case/documents.js';
import type { SimulatorsClient } from '../../simulators/client.js';
import { localTime } from '../../domain/law/written-time.js';
import { until } from '../../process/deadline.js';
import type { CaseClock } from './case-clock.js';
import type { CaseView, CenterApi } from './center-api.js';
import type { Story } from './story.js';

/** Development tokens of the first Center. */
export const TOKENS = { manager: 'dev-manager', unitHead: 'dev-unit-head', head: 'dev-head' } as const;

const WAIT_MS = 20_000;
const LOOK_EVERY_MS = 40;

const WEEKDAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: 'UTC' });

interface Parts {
  api: CenterApi;
  clock: CaseClock;
  story: Story;
  simulators: SimulatorsClient;
  caseId: string;
}

export class Walk {
  readonly api: CenterApi;
  readonly clock: CaseClock;
  readonly story: Story;
  readonly simulators: SimulatorsClient;
  readonly caseId: string;

  constructor({ api, clock, story, simulators, caseId }: Parts) {
    this.api = api;
    this.clock = clock;
    this.story = story;
    this.simulators = simulators;
    this.caseId = caseId;
  }

  /** The case as the API shows it now. */
  async view(): Promise<CaseView> {
    const view = await this.api.readCase(this.caseId);
    if (view === undefined) throw new Error(`case ${this.caseId} is not open`);
    return view;
  }

  /** Tells what is new in the ledger and gives the case as it is. */
  async news(): Promise<CaseView> {
    const [lines, view] = await Promise.all([this.api.timeline(this.caseId, this.story.toldSeq), this.view()]);
    this.story.tell(lines, view);
    return view;
  }

  /** A command of a person, silently: `news` tells what came of it. */
  async give(token: string, kind: DoorCommandKind, body: unknown = {}, parameters: Record<string, string> = {}): Promise<void> {
    await this.api.command(this.caseId, { token, kind, body, parameters });
  }

  /** A document that a command refers to: uploaded by whoever gives the command. */
  upload(token: string, type: DocumentType): Promise<string> {
    return this.api.upload(this.caseId, token, type);
  }

  /** 256-17-1, P42: the employee by the own ЭЦП; the family on paper, whose scan the employee signs. */
  async signing(token: string, party: 'employee' | 'family'): Promise<object> {
    const signed = await this.api.uploadSigned(this.caseId, token);
    if (party === 'employee') return { party, method: 'eds', ...signed };
    return { party, method: 'paper', ...signed, personId: (await this.view()).persons[0]?.personId };
  }

  async act(token: string, kind: DoorCommandKind, body: unknown = {}, parameters: Record<string, string> = {}): Promise<CaseView> {
    await this.give(token, kind, body, parameters);
    return this.news();
  }

  /** The case's clock goes on to that hour of its n-th working day; whatever fires on the way is told. */
  async nextWorkingDay(n: number, hour = 10): Promise<CaseView> {
    return this.goTo(await this.clock.workingDay(n), hour);
  }

  async goTo(day: LegalDay, hour = 10): Promise<CaseView> {
    const at = await this.clock.walkTo(day, hour);
    this.story.say(`--- ${weekdayOf(at)} ${localTime(at)} ---`);
    return this.news();
  }

  /** Looks at the case until it is as wanted, and tells what is new; fails by name when it does not come. */
  async waitFor(what: string, wanted: (view: CaseView) => boolean): Promise<CaseView> {
    const seen = await until(
      async () => {
        const view = await this.view();
        return wanted(view) ? view : undefined;
      },
      WAIT_MS,
      LOOK_EVERY_MS,
    );
    if (seen === undefined) throw new Error(`waited ${WAIT_MS / 1000} s in vain: ${what}`);
    return this.news();
  }

  /** As `waitFor`, for what is seen elsewhere than in the case. */
  async waitUntil(what: string, wanted: () => Promise<boolean>): Promise<void> {
    const seen = await until(async () => ((await wanted()) ? true : undefined), WAIT_MS, LOOK_EVERY_MS);
    if (seen === undefined) throw new Error(`waited ${WAIT_MS / 1000} s in vain: ${what}`);
  }
}

function weekdayOf(instant: Instant): string {
  return WEEKDAY.format(new Date(`${legalDayOf(instant)}T00:00:00Z`));
}
