/** The pages of four eyes, and what is decided on them: like every form, by a POST from a page of ours. */
import express, { type Request, type Response, type Router } from 'express';
import type { VNode } from 'preact';
import { z } from 'zod';
import type { ConsoleParts } from '../api/server.js';
import { ProposalParameters, ProposalQuery } from '../contracts/http/proposals.js';
import type { Actor } from '../domain/case/facts.js';
import { readBody } from '../office/asked.js';
import { problem } from '../office/problem.js';
import { approveProposal, listProposals, rejectProposal, showProposal, withdrawProposal } from '../office/proposals.js';
import type { ActDeps } from '../office/proposed-acts.js';
import type { Entrance } from './entrance.js';
import type { Reader } from './page.js';
import { ProposalPage, ProposalsPage } from './proposals-page.js';

type Behind = (request: Request) => Promise<{ actor: Actor; reader: Reader } | undefined>;

/** On a page a reason is owed: whoever proposed it reads nothing else of the refusal. */
const RejectionForm = z.strictObject({ reason: z.string().trim().min(1).max(2_000) });

/** What waits stands first; the other states are asked for. */
export async function proposalsPage({ pool }: ConsoleParts, { request, actor, reader }: { request: Request; actor: Actor; reader: Reader }): Promise<VNode> {
  const { lang: _lang, ...given } = request.query;
  const { state = 'proposed' } = ProposalQuery.safeParse(given).data ?? {};
  return <ProposalsPage reader={reader} page={await listProposals(pool, actor, state)} />;
}

/** @throws ProblemError `proposal_unknown`, `role_not_allowed` */
export async function proposalPage({ pool }: ConsoleParts, { request, actor, reader }: { request: Request; actor: Actor; reader: Reader }): Promise<VNode> {
  return <ProposalPage reader={reader} proposal={await showProposal(pool, actor, idIn(request))} />;
}

function idIn(request: Request): string {
  const place = ProposalParameters.safeParse(request.params);
  if (!place.success) throw problem('proposal_unknown');
  return place.data.proposalId;
}

/** Puts the three decisions on their addresses. */
export function serveDecisions(router: Router, parts: ConsoleParts, entrance: Entrance, behind: Behind): void {
  const { pool, temporal, log, desk, agencyReach = {} } = parts;
  const acts: ActDeps = { pool, temporal, log, proof: desk.deps.proof, reach: agencyReach };
  const decision = (name: string, decide: (found: { actor: Actor; reader: Reader }, request: Request, id: string) => Promise<unknown>): void => {
    router.post(`/proposals/:proposalId/${name}`, express.urlencoded({ extended: false, limit: '16kb' }), async (request: Request, response: Response) => {
      const found = await behind(request);
      if (found === undefined) return response.redirect(303, entrance.doorFor(request));
      const id = idIn(request);
      await decide(found, request, id);
      response.redirect(303, `/console/proposals/${id}`);
    });
  };
  decision('approval', ({ actor, reader: { language } }, _request, id) => approveProposal(acts, { actor, language, body: {} }, id));
  decision('rejection', ({ actor, reader: { language } }, request, id) =>
    rejectProposal(pool, { actor, language, body: readBody(RejectionForm, request.body ?? {}) }, id),
  );
  decision('withdrawal', ({ actor, reader: { language } }, _request, id) => withdrawProposal(pool, { actor, language, body: {} }, id));
}
