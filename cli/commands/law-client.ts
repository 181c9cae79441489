/** Calendars and policies over HTTP, as the administrator's software uses the API. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { Adoption, Adoptions, lawPlaceOf, LawPreview, LawVersion, LawVersions, type LawKind } from '../../contracts/http/law.js';
import { ActProposal } from '../../contracts/http/proposals.js';
import type { BearerOf } from './bearer.js';
import { createAsk } from '../../tools/demo/center-api.js';

export type AdoptionView = z.infer<typeof Adoption>;
export type ActProposalView = z.infer<typeof ActProposal>;
export type PreviewView = z.infer<typeof LawPreview>;
export type LawVersionView = z.infer<typeof LawVersion>;
export type LawVersionSummary = z.infer<typeof LawVersions>['items'][number];
export type RecomputedTerms = AdoptionView['recompute'];

export interface LawClient {
  versions(): Promise<readonly LawVersionSummary[]>;
  /** The draft is checked at the other end, which knows the law in force. */
  draft(kind: LawKind, version: string, draft: object): Promise<LawVersionView>;
  preview(kind: LawKind, version: string, asked?: { recompute?: RecomputedTerms; limit?: number }): Promise<PreviewView>;
  /** Waits for a second administrator; the adoption will have the id of the proposal. */
  adopt(kind: LawKind, version: string, asked: { recompute: RecomputedTerms; act?: string }): Promise<ActProposalView>;
  giveUp(adoptionId: string): Promise<ActProposalView>;
  proposal(proposalId: string): Promise<ActProposalView>;
  /** As the second administrator. */
  approve(proposalId: string): Promise<ActProposalView>;
  /** The latest first. */
  adoptions(): Promise<readonly AdoptionView[]>;
  adoption(adoptionId: string): Promise<AdoptionView>;
  setState(adoptionId: string, state: 'paused' | 'running'): Promise<AdoptionView>;
}

/** The administrator of the first Center on a development machine. */
export const DEVELOPMENT_TOKEN = 'dev-admin';
/** The preview of a whole country's cases takes its time. */
const ANSWER_WITHIN_MS = 120_000;

function at(kind: LawKind, version: string): string {
  return `${lawPlaceOf(kind)}/${encodeURIComponent(version)}`;
}

/** Whatever is refused throws an ApiRefusal. */
export function createLawClient(url: string, token: string = DEVELOPMENT_TOKEN, bearerOf?: BearerOf): LawClient {
  const ask = createAsk(url, { answerWithinMs: ANSWER_WITHIN_MS, bearerOf });
  const read = <S extends z.ZodType>(schema: S, path: string): Promise<z.infer<S>> => ask(schema, { method: 'GET', path: `/v1/law/${path}`, token });
  const put = <S extends z.ZodType>(schema: S, path: string, body: unknown): Promise<z.infer<S>> =>
    ask(schema, { method: 'PUT', path: `/v1/law/${path}`, token, body });
  return {
    versions: async () => (await read(LawVersions, 'versions')).items,
    draft: (kind, version, draft) => put(LawVersion, at(kind, version), draft),
    preview: (kind, version, { recompute = 'own', limit = 100 } = {}) => read(LawPreview, `${at(kind, version)}/preview?recompute=${recompute}&limit=${limit}`),
    adopt: (kind, version, body) => ask(ActProposal, { method: 'POST', path: `/v1/law/${at(kind, version)}/adoption`, token, body, key: randomUUID() }),
    giveUp: (adoptionId) => put(ActProposal, `adoptions/${adoptionId}/giving-up`, {}),
    proposal: (proposalId) => ask(ActProposal, { method: 'GET', path: `/v1/proposals/${proposalId}`, token }),
    approve: (proposalId) => ask(ActProposal, { method: 'PUT', path: `/v1/proposals/${proposalId}/approval`, token, body: {} }),
    adoptions: async () => (await read(Adoptions, 'adoptions')).items,
    adoption: (adoptionId) => read(Adoption, `adoptions/${adoptionId}`),
    setState: (adoptionId, state) => put(Adoption, `adoptions/${adoptionId}/state`, { state }),
  };
}
