/**
 * What is signed of each act, as it can be rebuilt from the rows: ids, digests and codes, no words of people. An act
 * says what it is, so that a signature over one kind never stands for another, and names its place where moving it
 * elsewhere would make something else of it.
 */
import { createHash } from 'node:crypto';
import type { Actor } from '../../domain/case/facts.js';
import type { Instant } from '../../domain/law/calendar.js';
import { canonicalJson } from '../ledger-digest.js';

/** Kinds of processes that sign, each with a key of its own. */
export const SIGNATORIES = ['api', 'worker', 'relay', 'law'] as const;
export type Signatory = (typeof SIGNATORIES)[number];

/** A command of a person: who asked for what, of whom. */
export interface CommandAct {
  act: 'command';
  id: string;
  actor: Actor;
  subject: string;
  kind: string;
  /** Digest of its coded data. */
  data: string;
  /** Digest of the request as it came. */
  body: string;
}

/** The registration of an appeal. The case may be another one when it waited for a calendar: its family is named instead. */
export interface AppealAct {
  act: 'appeal';
  id: string;
  actor: Actor;
  household: string;
  journalNumber: string;
  channel: number;
  threat: boolean;
  /** Digest of what it says of a stay, and of the bodies that were found for it; absent where it asks for none. */
  stay?: string;
  at: Instant;
  body: string;
}

/** The receipt of a report, after its sender's own signature was verified. */
export interface ReportAct {
  act: 'report';
  id: string;
  source: string;
  subject: string;
  receivedAt: Instant;
  /** Digest of what it says. */
  payload: string;
}

/** The order to adopt a version of the law. */
export interface AdoptionAct {
  act: 'adoption';
  id: string;
  kind: string;
  version: string;
  /** Digest of the version's data. */
  data: string;
  /** Cited in the ledger beside every date that it moves. */
  by: string;
  recompute: string;
}

/**
 * A turn of the ledger, and with it its head: the digest covers every entry up to it, causes, actors and consequences
 * included. From where it went on says what was known.
 */
export interface TurnAct {
  act: 'turn';
  subject: string;
  turn: string;
  from: { seq: number; head: string };
  to: { seq: number; head: string };
  decision: string;
}

/** A place of the ledger as a clock was told it: by this a ledger that was restored is noticed, long after its rows are gone. */
export interface ToldAct {
  act: 'told';
  subject: string;
  seq: number;
  head: string;
}

/** All heads of one day, in a file outside of the database. */
export interface AnchorAct {
  act: 'anchor';
  day: string;
  subjects: number;
  entries: number;
  /** Digest of the file's lines, and of the anchor before it. */
  lines: string;
  previous: string;
}

/** The link of a mail by which one person may say "I have it" of one alert, until a moment: it shows who asks, and does nothing by itself. */
export interface TakingLinkAct {
  act: 'taking_link';
  alert: string;
  person: string;
  /** Epoch milliseconds. */
  expiresAt: Instant;
}

/** That somebody was erased, in a file outside of the database: one that is restored to before it must not bring them back. */
export interface ErasureAct {
  act: 'erasure';
  id: string;
  person: string;
  ground: string;
  /** Citation. */
  by: string;
  texts: 'keep' | 'redact';
  documents: 'keep' | 'erase';
  erasedBy: string;
  approvedBy: string | null;
}

export type Act = TakingLinkAct | CommandAct | AppealAct | ReportAct | AdoptionAct | TurnAct | ToldAct | AnchorAct | ErasureAct;

/** Who may sign what: a key that was stolen from one process makes none of the others' acts. */
export const MAY_SIGN: Readonly<Record<Act['act'], readonly Signatory[]>> = {
  command: ['api'],
  appeal: ['api'],
  report: ['api'],
  adoption: ['api', 'law'],
  turn: ['api', 'worker', 'relay'],
  told: ['worker'],
  anchor: ['relay'],
  taking_link: ['relay'],
  erasure: ['relay'],
};

/** Digest of coded data (SHA-256 over its canonical JSON, hex): the same from memory and from jsonb. */
export function dataDigest(data: unknown): string {
  return textDigest(canonicalJson(data));
}

export function textDigest(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
