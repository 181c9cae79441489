/** The HTTP face of the simulated agencies: what the Center posts to, and their control. */
import { Router, json, raw, type Request, type Response } from 'express';
import { verifySignature } from '../adapters/standard-webhooks.js';
import { AgencyMessage, IDEMPOTENCY_KEY_HEADER, type RefusalCode } from '../contracts/agency-protocol.js';
import type { SimulatedAgency } from './agency.js';
import { Behaviour, ReportOrder } from './control-protocol.js';

interface AgencyParams extends Record<string, string> {
  code: string;
}

type ForAgency = (agency: SimulatedAgency, req: Request<AgencyParams>, res: Response) => void | Promise<void>;
type Handler = (req: Request<AgencyParams>, res: Response) => void | Promise<void>;

/** Routes below `/agencies`. */
export function agencyRoutes(agencies: ReadonlyMap<string, SimulatedAgency>): Router {
  const routes = Router();
  const known = (handle: ForAgency): Handler => (req, res) => {
    const agency = agencies.get(req.params.code);
    if (agency === undefined) return void res.status(404).json({ code: 'agency_unknown' });
    return handle(agency, req, res);
  };
  const bytes = raw({ type: () => true, limit: '1mb' });
  routes.post('/:code/referrals', bytes, known((agency, req, res) => answer(agency, 'referral', req, res)));
  routes.post('/:code/rework-notices', bytes, known((agency, req, res) => answer(agency, 'rework_notice', req, res)));
  routes.get('/:code/referrals', known((agency, _req, res) => void res.json(agency.taken('referral'))));
  routes.get('/:code/rework-notices', known((agency, _req, res) => void res.json(agency.taken('rework_notice'))));
  routes.get('/:code/reports', known((agency, _req, res) => void res.json(agency.sentReports())));
  routes.post('/:code/reports', json(), known(reportNow));
  routes.get('/:code/behaviour', known((agency, _req, res) => void res.json(agency.behaviour)));
  routes.put('/:code/behaviour', json(), known((agency, req, res) => {
    agency.behaviour = Behaviour.parse(req.body);
    res.json(agency.behaviour);
  }));
  return routes;
}

function reportNow(agency: SimulatedAgency, req: Request<AgencyParams>, res: Response): void {
  const report = agency.report(ReportOrder.parse(req.body));
  if (report === undefined) res.status(404).json({ code: 'measure_unknown' });
  else res.status(202).json(report);
}

/** What the Center gets: the line breaks, "later", a refusal, or a receipt. */
async function answer(agency: SimulatedAgency, type: AgencyMessage['type'], req: Request<AgencyParams>, res: Response): Promise<void> {
  const { unreachable, retryAfterSeconds, refuse } = agency.behaviour;
  if (unreachable === 'reset') return breakLine(req);
  if (unreachable === 'unavailable') {
    if (retryAfterSeconds !== undefined) res.setHeader('retry-after', retryAfterSeconds);
    return void res.status(503).json({});
  }
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

/** The message when it is signed, whole, and meant for this agency; else the code of the refusal. */
function readMessage(agency: SimulatedAgency, type: AgencyMessage['type'], req: Request<AgencyParams>): AgencyMessage | RefusalCode {
  const bytes: unknown = req.body;
  if (!Buffer.isBuffer(bytes)) return 'signature_invalid';
  const verified = verifySignature(agency.secret, req.headers, bytes);
  if (!verified.ok) return 'signature_invalid';
  const parsed = AgencyMessage.safeParse(parseJson(bytes));
  if (!parsed.success || parsed.data.type !== type || parsed.data.agency !== agency.code) return 'message_invalid';
  const { dispatchKey } = parsed.data;
  const oneKey = dispatchKey === req.get(IDEMPOTENCY_KEY_HEADER) && dispatchKey === verified.id;
  return oneKey ? parsed.data : 'message_invalid';
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
