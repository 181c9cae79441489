/** The OpenAPI 3.1 document, made of the same table and schemas as the routes. */
import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { Acknowledgement, AgencyReport, Ping, Referral, ResendRequest, ReworkNotice } from '../contracts/agency-protocol.js';
import type { OperationSpec } from '../contracts/http/operation.js';
import { PROPOSED } from '../contracts/http/proposals.js';
import { COMMAND_OPERATIONS, OPERATIONS } from '../contracts/http/operations.js';
import { PROBLEM_MEDIA_TYPE, PROBLEM_STATUS, ProblemBody } from '../contracts/http/problem.js';
import type { ProblemCode } from '../contracts/http/problem-codes.js';
import packageJson from '../package.json' with { type: 'json' };

export type OpenApiDocument = ReturnType<OpenApiGeneratorV31['generateDocument']>;

/** Every operation of the API in the order in which a reader meets it. */
export const ALL_OPERATIONS: readonly { name: string; spec: OperationSpec }[] = [
  { name: 'registerAppeal', spec: OPERATIONS.registerAppeal },
  ...COMMAND_OPERATIONS.map(({ kind, spec }) => ({ name: kind, spec })),
  ...Object.entries(OPERATIONS)
    .filter(([name]) => name !== 'registerAppeal')
    .map(([name, spec]) => ({ name, spec })),
];

/** What agencies and Tirek send each other; the library behind the document does not know these schemas' kind of optional member. */
const PROTOCOL: readonly [name: string, schema: z.ZodType][] = [
  ['AgencyReport', AgencyReport],
  ['Referral', Referral],
  ['ReworkNotice', ReworkNotice],
  ['ResendRequest', ResendRequest],
  ['Ping', Ping],
  ['Acknowledgement', Acknowledgement],
];

const DESCRIPTION = `Case engine of the Family Support Centers of Kazakhstan.

- Every request under \`/v1\` carries \`Authorization: Bearer <token>\`: a JWT of the provider of OpenID Connect, which says who
  asks. As what, the staffing record says: \`GET /v1/me\`. Of several posts \`Tirek-Post\` names one; an actor sees the cases of
  the own Center only.
- A service acts in the name of a person alone: its own token in \`Authorization\`, the person's in \`Tirek-On-Behalf-Of\`.
- Approvals and acts on the law need a recent and strong sign-in: 401 \`step_up_needed\` says in \`WWW-Authenticate\` what to ask
  of the provider (RFC 9470).
- Every \`POST\` under \`/v1\` carries \`Idempotency-Key\`. The same key with the same body has the same answer, for ever;
  with another body it is refused (422). After any 503 repeat the request with the same key.
- Problems are \`application/problem+json\` with a stable \`code\`, the \`rule\` where a rule of the law refuses, and a sentence
  in Kazakh, Russian or English by \`Accept-Language\`.
- Agencies sign what they send by Standard Webhooks: HMAC-SHA256 over \`id.timestamp.body\`, five minutes of replay window.
- Instants are UTC; legal days are days in Almaty (UTC+5), and a term ends at 24:00 of its last day; a term in hours has no
  last day and ends at its own minute.`;

/** Makes the document. */
export function openApiDocument(): OpenApiDocument {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'familyCode', { type: 'http', scheme: 'FamilyCode', description: 'The code on the paper of a family.' });
  registry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' });
  for (const [name, schema] of PROTOCOL) registry.registerComponent('schemas', name, protocolSchema(schema));
  for (const { name, spec } of ALL_OPERATIONS) registry.registerPath(routeOf(name, spec));
  registry.registerWebhook(outgoing('referral', 'Referral', 'Tirek posts a referral to `{endpoint}/referrals` of an agency (192-9, P43)'));
  registry.registerWebhook(outgoing('reworkNotice', 'ReworkNotice', 'Tirek posts a notice of rework to `{endpoint}/rework-notices` of an agency (192-11-3)'));
  registry.registerWebhook(outgoing('resendRequest', 'ResendRequest', RESEND_SUMMARY, { 202: { description: 'It will send them again.' } }));
  registry.registerWebhook(
    outgoing('ping', 'Ping', 'Tirek posts a ping to `{endpoint}/pings` of an organisation when the administrator tests its connection', HEARD),
  );
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title: 'Tirek', version: packageJson.version, description: DESCRIPTION },
    servers: [{ url: '/' }],
  });
}

function protocolSchema(schema: z.ZodType): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema);
  return rest;
}

function routeOf(name: string, spec: OperationSpec): RouteConfig {
  const { method, path, tag, summary, success, access, parameters, query, body, upload } = spec;
  return {
    operationId: name,
    method,
    path,
    tags: [tag],
    summary,
    security: bringsToken(access) ? [{ token: [] }] : access === 'family' ? [{ familyCode: [] }] : [],
    request: {
      ...(parameters === undefined ? {} : { params: parameters }),
      ...(query === undefined ? {} : { query }),
      headers: headersOf(spec),
      ...(body === undefined ? {} : { body: bodyContent(body) }),
      ...(upload === undefined ? {} : { body: { required: true, content: bytesAs(upload.mediaTypes) } }),
    },
    responses: {
      [success.status]: {
        description: success.description,
        content: success.download === undefined ? { [success.mediaType ?? 'application/json']: { schema: success.schema } } : bytesAs(success.download),
      },
      ...(spec.proposes === true
        ? { [PROPOSED.status]: { description: PROPOSED.description, content: { 'application/json': { schema: PROPOSED.schema } } } }
        : {}),
      ...problemResponses(spec),
    },
  };
}

function bringsToken(access: OperationSpec['access']): boolean {
  return access === 'token' || access === 'service';
}

function bodyContent({ schema, example }: NonNullable<OperationSpec['body']>): NonNullable<NonNullable<RouteConfig['request']>['body']> {
  const protocol = PROTOCOL.find(([, known]) => known === schema)?.[0];
  const shown = protocol === undefined ? schema : { $ref: `#/components/schemas/${protocol}` };
  return { required: true, content: { 'application/json': { schema: shown, example } } };
}

/** OpenAPI 3.1 says of bytes nothing but their type. */
function bytesAs(mediaTypes: readonly string[]): Record<string, { schema: object }> {
  return Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema: {} }]));
}

function headersOf({ idempotent, access, headers }: OperationSpec): z.ZodObject {
  const language = z.string().optional().meta({ description: 'kk, ru or en; Russian by default.', example: 'kk' });
  return z.object({
    ...(idempotent === true ? { 'Idempotency-Key': z.string().min(1).max(200).meta({ description: 'One per action, the same at every repeat.' }) } : {}),
    ...(access === 'signature' ? SIGNATURE_HEADERS : {}),
    ...(access === 'token' ? PERSON_HEADERS : {}),
    ...headers?.shape,
    'Accept-Language': language,
  });
}

const PERSON_HEADERS = {
  'Tirek-Post': z
    .string()
    .optional()
    .meta({ description: 'The post in which to act, `<role>@<center>`; by default the first that may.', example: 'unit_head@almaty-auezov' }),
  'Tirek-On-Behalf-Of': z.string().optional().meta({ description: 'From a service: `Bearer <token of the person>` in whose name it asks.' }),
};

const SIGNATURE_HEADERS = {
  'webhook-id': z.string().min(1).max(200).meta({ description: 'The sender’s id of the message, the same at every repeat.' }),
  'webhook-timestamp': z.string().meta({ description: 'Unix seconds of this attempt; five minutes of difference are allowed.' }),
  'webhook-signature': z.string().meta({ description: '`v1,<base64>`; several may be given, separated by spaces.' }),
};

/** What every operation of a kind has in common. */
function commonProblems(spec: OperationSpec): ProblemCode[] {
  const { access, body, query, idempotent, path } = spec;
  return [
    ...(access === 'open' ? [] : (['storage_unavailable', 'keys_unavailable', 'internal'] as const)),
    ...(path === OPERATIONS.health.path ? [] : (['too_many_requests'] as const)),
    ...(bringsToken(access) ? (['unauthenticated', 'sign_in_away'] as const) : []),
    ...(access === 'token' ? (['no_post_today', 'post_not_held', 'service_alone', 'on_behalf_refused'] as const) : []),
    ...(access === 'service' ? (['service_only'] as const) : []),
    ...(spec.access === 'token' && spec.stepUp === true ? (['step_up_needed'] as const) : []),
    ...(body === undefined ? [] : (['json_broken', 'request_invalid', 'body_too_large', 'media_type_unsupported'] as const)),
    ...(query === undefined ? [] : (['request_invalid'] as const)),
    ...(path.includes('{documentId}') ? (['document_unknown'] as const) : []),
    ...(idempotent === true ? (['idempotency_key_missing', 'idempotency_key_malformed', 'idempotency_key_reused'] as const) : []),
    ...(path.includes('{measureId}') ? (['measure_unknown'] as const) : []),
    ...(path.includes('{reportId}') ? (['report_unknown'] as const) : []),
  ];
}

function problemResponses(spec: OperationSpec): RouteConfig['responses'] {
  const codes = [...new Set([...commonProblems(spec), ...spec.problems])];
  const statuses = [...new Set(codes.map((code) => PROBLEM_STATUS[code]))].toSorted((a, b) => a - b);
  const schema = ProblemBody;
  return Object.fromEntries(
    statuses.map((status) => {
      const named = codes
        .filter((code) => PROBLEM_STATUS[code] === status)
        .map((code) => `\`${code}\``)
        .join(', ');
      const more = spec.tag === 'Commands' && [403, 404, 409, 422].includes(status) ? ', or another refusal of the law by its `code` and `rule`' : '';
      return [status, { description: `${named}${more}.`, content: { [PROBLEM_MEDIA_TYPE]: { schema } } }];
    }),
  );
}

const RESEND_SUMMARY =
  'Tirek posts to `{endpoint}/resend-requests` of an agency when its records were restored to an earlier state: send again what you have sent since then';

const TAKEN = { description: 'Taken.', content: { 'application/json': { schema: { $ref: '#/components/schemas/Acknowledgement' } } } };

const HEARD: RouteConfig['responses'] = { 200: { description: 'Heard. Any 2xx will do.' } };

function outgoing(name: string, schema: string, summary: string, responses: RouteConfig['responses'] = { 200: TAKEN, 202: TAKEN }): RouteConfig {
  return {
    method: 'post',
    path: name,
    operationId: name,
    tags: ['Agencies'],
    summary,
    security: [],
    request: {
      headers: z.object(SIGNATURE_HEADERS),
      body: { required: true, content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } },
    },
    responses,
  };
}
