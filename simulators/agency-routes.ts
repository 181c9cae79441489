/** The HTTP face of the simulated agencies: what the Center posts to, and their control. */
import { Router, json, raw, type Request, type Response } from 'express';
import { verifySignature } from '../adapters/standard-webhooks.js';
import { AgencyMessage, IDEMPOTENCY_KEY_HEADER, ResendRequest, type RefusalCode } from '../contracts/agency-protocol.js';
import type { SimulatedAgency } from './agency.js';
import { AnswerOrder, Behaviour, ReportOrder } from './control-protocol.js';

interface AgencyParams extends Record<string, string> {
  code: string;
}

type ForAgency = (agency: SimulatedAgency, req: Request<AgencyParams>, res: Response) => void | Promise<void>;
type Handler = (req: Request<AgencyParams>, res: Response) => void | Promise<void>;

/** Routes below `/agencies`. */
export function agencyRoutes(agencies: ReadonlyMap<string, SimulatedAgency>): Router {
  const routes = Router();
  const known =
    (handle: ForAgency): Handler =>
    (req, res) => {
      const agency = agencies.get(req.params.code);
      if (agency === undefined) return void res.status(404).json({ code: 'organisation_unknown' });
      return handle(agency, req, res);
    };
  const bytes = raw({ type: () => true, limit: '1mb' });
  routes.post(
    '/:code/referrals',
    bytes,
    known((agency, req, res) => answer(agency, 'referral', req, res)),
  );
  routes.post(
    '/:code/rework-notices',
    bytes,
    known((agency, req, res) => answer(agency, 'rework_notice', req, res)),
  );
  routes.post(
    '/:code/minors-notices',
    bytes,
    known((agency, req, res) => answer(agency, 'minors_notice', req, res)),
  );
  routes.post(
    '/:code/response-requests',
    bytes,
    known((agency, req, res) => answer(agency, 'response_request', req, res)),
  );
  routes.get(
    '/:code/response-requests',
    known((agency, _req, res) => void res.json(agency.taken('response_request'))),
  );
  routes.post(
    '/:code/identification-referrals',
    bytes,
    known((agency, req, res) => answer(agency, 'identification_referral', req, res)),
  );
  routes.get(
    '/:code/identification-referrals',
    known((agency, _req, res) => void res.json(agency.taken('identification_referral'))),
  );
  routes.post('/:code/identification-answers', json(), known(identificationNow));
  routes.post('/:code/resend-requests', bytes, known(sendAgain));
  routes.post('/:code/pings', bytes, known(hear));
  routes.get(
    '/:code/resend-requests',
    known((agency, _req, res) => void res.json(agency.resendRequests())),
  );
  routes.get(
    '/:code/referrals',
    known((agency, _req, res) => void res.json(agency.taken('referral'))),
  );
  routes.get(
    '/:code/rework-notices',
    known((agency, _req, res) => void res.json(agency.taken('rework_notice'))),
  );
  routes.get(
    '/:code/minors-notices',
    known((agency, _req, res) => void res.json(agency.taken('minors_notice'))),
  );
  routes.get(
    '/:code/reports',
    known((agency, _req, res) => void res.json(agency.sentReports())),
  );
  routes.post('/:code/reports', json(), known(reportNow));
  routes.get(
    '/:code/behaviour',
    known((agency, _req, res) => void res.json(agency.behaviour)),
  );
  routes.put(
    '/:code/behaviour',
    json(),
    known((agency, req, res) => {
      agency.behaviour = Behaviour.parse(req.body);
      res.json(agency.behaviour);
    }),
  );
  return routes;
}

function reportNow(agency: SimulatedAgency, req: Request<AgencyParams>, res: Response): void {
  const report = agency.report(ReportOrder.parse(req.body));
  if (report === undefined) res.status(404).json({ code: 'measure_unknown' });
  else res.status(202).json(report);
}

function identificationNow(agency: SimulatedAgency, req: Request<AgencyParams>, res: Response): void {
  const sent = agency.answer(AnswerOrder.parse(req.body));
  if (sent === undefined) res.status(404).json({ code: 'referral_unknown' });
  else res.status(202).json(sent);
}

/** What the Center gets: the line breaks, "later", a refusal, or a receipt. */
async function answer(agency: SimulatedAgency, type: AgencyMessage['type'], req: Request<AgencyParams>, res: Response): Promise<void> {
  const { refuse } = agency.behaviour;
  if (isAway(agency, req, res)) return;
  const message = readMessage(agency, type, req);
  if (typeof message === 'string') return refuseWith(res, message);
  if (refuse !== false) return refuseWith(res, refuse === true ? 'not_competent' : refuse);
  const taken = agency.take(message);
  if (taken === undefined) return refuseWith(res, 'key_reused');
  // It rejects only when the agency is stopped or reset meanwhile.
  const next = await agency.beforeAcknowledging(taken).catch(() => 'lose' as const);
  if (next === 'lose') return breakLine(req);
  res.status(202).json({ receiptId: taken.receiptId });
}

/** Answers as the behaviour says when nothing is taken. */
function isAway({ behaviour: { unreachable, retryAfterSeconds } }: SimulatedAgency, req: Request<AgencyParams>, res: Response): boolean {
  if (unreachable === false) return false;
  if (unreachable === 'reset') {
    breakLine(req);
    return true;
  }
  if (retryAfterSeconds !== undefined) res.setHeader('retry-after', retryAfterSeconds);
  res.status(503).json({});
  return true;
}

/** 202 when it will send again; 404 as from an agency that was never told of such a message. */
function sendAgain(agency: SimulatedAgency, req: Request<AgencyParams>, res: Response): void {
  if (isAway(agency, req, res)) return;
  if (!agency.behaviour.speaksResend) return void res.status(404).end();
  const signed = readSigned(agency, req);
  if (signed === undefined) return refuseWith(res, 'signature_invalid');
  const parsed = ResendRequest.safeParse(signed.content);
  if (!parsed.success || parsed.data.requestId !== signed.id) return refuseWith(res, 'message_invalid');
  agency.sendAgain(parsed.data);
  if (agency.behaviour.loseAcknowledgements === 0) return void res.status(202).end();
  agency.behaviour.loseAcknowledgements -= 1;
  breakLine(req);
}

/** Heard when it is signed; nothing is done for it. */
function hear(agency: SimulatedAgency, req: Request<AgencyParams>, res: Response): void {
  if (isAway(agency, req, res)) return;
  if (readSigned(agency, req) === undefined) return refuseWith(res, 'signature_invalid');
  res.status(202).end();
}

/** The message when it is signed, whole, and meant for this agency; else the code of the refusal. */
function readMessage(agency: SimulatedAgency, type: AgencyMessage['type'], req: Request<AgencyParams>): AgencyMessage | RefusalCode {
  const signed = readSigned(agency, req);
  if (signed === undefined) return 'signature_invalid';
  const parsed = AgencyMessage.safeParse(signed.content);
  if (!parsed.success || parsed.data.type !== type || parsed.data.agency !== agency.code) return 'message_invalid';
  const { dispatchKey } = parsed.data;
  const oneKey = dispatchKey === req.get(IDEMPOTENCY_KEY_HEADER) && dispatchKey === signed.id;
  return oneKey ? parsed.data : 'message_invalid';
}

/** Id and content of what the Center signed; undefined when it did not. */
function readSigned(agency: SimulatedAgency, req: Request<AgencyParams>): { id: string; content: unknown } | undefined {
  const bytes: unknown = req.body;
  if (!Buffer.isBuffer(bytes)) return undefined;
  const verified = verifySignature(agency.secret, req.headers, bytes);
  return verified.ok ? { id: verified.id, content: parseJson(bytes) } : undefined;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

const REFUSAL_STATUS: { readonly [C in RefusalCode]?: number } = { signature_invalid: 401, message_invalid: 400, key_reused: 409 };

function refuseWith(res: Response, code: RefusalCode): void {
  res.status(REFUSAL_STATUS[code] ?? 422).json({ code });
}

function breakLine(req: Request<AgencyParams>): void {
  req.socket.resetAndDestroy();
}
