/** The tables as the driver reads them: made from the migrated database by test/db/table-types.test.ts, which holds it against it. */
export interface Tables {
  access_log: {
    id: string;
    at: Date;
    person: string;
    role: string;
    center: string;
    act: string;
    cases: string[];
    fields: string[];
    relation: string | null;
    outcome: string;
    within_work: boolean;
  };
  access_token: {
    token_sha256: string;
    actor_id: string;
    role: string;
    center: string;
  };
  alarm: {
    id: string;
    key: string;
    kind: string;
    params: unknown;
    raised_at: Date;
    cleared_at: Date | null;
  };
  alarm_delivery: {
    alarm_id: string;
    event: string;
    channel: string;
    state: string;
    attempts: number;
    last_error: string | null;
    delivered_at: Date | null;
    due_at: Date;
    lease_token: string | null;
    lease_until: Date | null;
  };
  alert: {
    id: string;
    subject_id: string;
    seq: number;
    turn: string;
    center: string;
    case_manager: string | null;
    duty_key: string;
    rule: string;
    force: string;
    step: string;
    moment: Date;
    due_at: Date;
    raised_at: Date;
    recipients: string[];
    recorded_at: Date;
  };
  alert_delivery: {
    alert_id: string;
    channel: string;
    turn: string;
    lane: number;
    state: string;
    attempts: number;
    last_error: string | null;
    held_until: Date | null;
    delivered_at: Date | null;
    due_at: Date;
    lease_token: string | null;
    lease_until: Date | null;
  };
  alert_taken: {
    alert_id: string;
    person: string;
    role: string;
    way: string;
    taken_at: Date;
  };
  appeal: {
    appeal_id: string;
    journal_number: string;
    case_id: string;
    center: string;
    household_id: string;
    person_id: string | null;
    narrative_id: string | null;
    channel: number;
    threat: boolean;
    registered_by: string;
    received_at: Date;
  };
  appeal_number: {
    center: string;
    year: number;
    last: number;
  };
  bound_count: {
    key: string;
    points: number;
    expire: string | null;
  };
  calendar_version: {
    version: string;
    data: unknown;
    act: string | null;
    based_on: string | null;
    created_by: string | null;
    created_at: Date;
    adopted_at: Date | null;
    given_up_at: Date | null;
  };
  center: {
    id: string;
    subject_id: string;
    name_kk: string;
    name_ru: string;
    territory: string;
  };
  circuit: {
    organisation_id: string;
    failures: number;
    opened_at: Date | null;
    next_try_at: Date | null;
    trials: number;
    trial_at: Date | null;
    recovered_at: Date | null;
  };
  claim: {
    kind: string;
    thing: string;
    subject_id: string;
    since: Date;
  };
  command: {
    id: string;
    actor_id: string;
    idempotency_key: string;
    body_sha256: string;
    subject_id: string | null;
    kind: string;
    act: string | null;
    payload: unknown;
    known: unknown;
    answer: unknown;
    created_at: Date;
  };
  data_key: {
    id: string;
    owner_kind: string;
    owner_id: string;
    wrapped: string | null;
    ring: string;
    wrapped_by: number;
    created_at: Date;
    retired_at: Date | null;
    destroyed_at: Date | null;
  };
  digest: {
    id: string;
    person: string;
    address: string | null;
    state: string;
    attempts: number;
    last_error: string | null;
    created_at: Date;
    delivered_at: Date | null;
  };
  digest_round: {
    person: string;
    lane: number;
    due_at: Date;
    attempts: number;
    lease_token: string | null;
    lease_until: Date | null;
  };
  document: {
    id: string;
    center: string;
    case_id: string;
    type: string;
    title: Buffer | null;
    media_type: string;
    size: number | null;
    sha256: string | null;
    uploaded_by: string;
    uploaded_at: Date;
    sealed_at: Date | null;
    attached_at: Date | null;
  };
  document_content: {
    document_id: string;
    place: number;
    bytes: Buffer;
  };
  duty: {
    subject_id: string;
    key: string;
    rule: string;
    subject: string;
    owner: string;
    agency: string | null;
    force: string;
    ladder: string;
    urgent: boolean;
    center: string;
    case_manager: string | null;
    started_at: Date;
    due_at: Date | null;
    standing: string;
    ended_at: Date | null;
  };
  effect: {
    key: string;
    subject_id: string;
    kind: string;
    agency: string;
    measure_ids: string[];
    report_id: string | null;
    seq: number;
    state: string;
    series: number;
    retry_at: Date | null;
    changed_at: Date;
  };
  effects_hold: {
    only_one: boolean;
    since: Date;
    reason: string;
  };
  engine_seen: {
    namespace: string;
    namespace_id: string;
    clock_version: number;
    seen_at: Date;
    changed_at: Date | null;
  };
  erasure: {
    id: string;
    person_id: string;
    ground: string;
    act: string;
    texts: string;
    documents: string;
    counts: unknown;
    erased_by: string;
    approved_by: string | null;
    erased_at: Date;
  };
  family_code: {
    id: string;
    case_id: string;
    digest: Buffer;
    created_at: Date;
  };
  family_session: {
    id_sha256: string;
    code_id: string;
    ends_at: Date;
  };
  heartbeat: {
    process: string;
    instance: string;
    at: Date;
  };
  household: {
    id: string;
    residence_territory: string | null;
    location_territory: string | null;
    key_ring: string;
    created_at: Date;
  };
  inbox: {
    id: string;
    place: string;
    kind: string;
    source: string;
    delivery_id: string;
    content_sha256: string;
    subject_id: string;
    lane: number;
    payload: unknown;
    act: string | null;
    received_at: Date;
    state: string;
    outcome: unknown;
    settled_at: Date | null;
    duplicates: number;
    attempts: number;
    due_at: Date;
  };
  inbox_conflict: {
    inbox_id: string;
    content_sha256: string;
    received_at: Date;
  };
  inbox_lease: {
    subject_id: string;
    lease_token: string;
    lease_until: Date;
  };
  index_key: {
    only_one: boolean;
    current: number;
    next: number | null;
    former: number | null;
    since: Date;
  };
  law_adoption: {
    id: string;
    kind: string;
    version: string;
    previous: string;
    act: string;
    recompute: string;
    proof: string | null;
    requested_by: string;
    idempotency_key: string;
    body_sha256: string;
    state: string;
    requested_at: Date;
    started_at: Date | null;
    horizon: string | null;
    touched_at: Date | null;
    ended_at: Date | null;
    total: number;
  };
  law_adoption_failure: {
    adoption_id: string;
    subject_id: string;
    reason: string;
    attempts: number;
    first_at: Date;
    last_at: Date;
  };
  law_in_force: {
    kind: string;
    version: string;
    adoption_id: string | null;
    act: string | null;
    recompute: string | null;
    since: Date;
  };
  ledger: {
    subject_id: string;
    seq: number;
    type: string;
    at: Date;
    occurred_at: Date;
    cause: string;
    entry: unknown;
    digest: string;
    turn: string;
    decision: string;
    seal: string | null;
    recorded_at: Date;
    dates_moved: number | null;
    dates_kept: number | null;
    dates_ended: number | null;
  };
  ledger_version: {
    version: number;
    first_at: Date;
  };
  legal_hold: {
    id: string;
    household_id: string;
    person_id: string | null;
    act: string;
    set_by: string;
    set_at: Date;
    released_by: string | null;
    released_act: string | null;
    released_at: Date | null;
  };
  logout_token: {
    jti_sha256: string;
    until: Date;
  };
  narrative: {
    id: string;
    case_id: string | null;
    kind: string;
    body: Buffer | null;
    created_at: Date;
    redacted_at: Date | null;
  };
  notice: {
    alert_id: string;
    person: string;
    channel: string;
    holder: string;
    roles: string[];
    instead_of: string | null;
    state: string;
    attempts: number;
    last_error: string | null;
    created_at: Date;
    send_by: Date | null;
    delivered_at: Date | null;
    seen_at: Date | null;
    digest_id: string | null;
    recorded_at: Date;
  };
  organisation: {
    id: string;
    version: number;
    function: string;
    territory: string;
    name_kk: string;
    name_ru: string;
    protocol: string;
    endpoint_url: string | null;
    valid_from: Date;
    valid_to: Date | null;
    successor: string | null;
  };
  organisation_change: {
    organisation_id: string;
    version: number;
    what: string;
    data: unknown;
    changed_by: string;
    changed_at: Date;
  };
  organisation_key: {
    organisation_id: string;
    key_id: string;
    secret: Buffer;
    valid_from: Date;
    valid_to: Date | null;
  };
  person: {
    id: string;
    household_id: string;
    full_name: Buffer | null;
    iin: Buffer | null;
    iin_index: Buffer | null;
    iin_index_even: Buffer | null;
    indexed_by: number;
    phone: Buffer | null;
    address: Buffer | null;
    birth_date: Buffer | null;
    child_until: Date | null;
    born_about: number | null;
    kinship: string | null;
    representative_id: string | null;
    created_at: Date;
    erased_at: Date | null;
  };
  person_history: {
    person_id: string;
    version: number;
    was: unknown;
    changed_by: string;
    command_id: string;
    changed_at: Date;
  };
  person_token: {
    person_id: string;
    kind: string;
    token: Buffer;
    version: number;
  };
  place_use: {
    stay_id: string;
    person_id: string;
    subject_id: string;
    center: string;
    room: string;
    place: number;
    since: Date;
    until: Date | null;
  };
  policy_version: {
    version: string;
    data: unknown;
    given: unknown;
    act: string | null;
    based_on: string | null;
    created_by: string | null;
    created_at: Date;
    adopted_at: Date | null;
    given_up_at: Date | null;
  };
  proposal: {
    id: string;
    kind: string;
    target: unknown;
    body: unknown;
    withheld: Buffer | null;
    digest: string;
    idempotency_key: string | null;
    proposed_by: string;
    proposer_role: string;
    proposer_center: string;
    proposed_at: Date;
    state: string;
    decided_by: string | null;
    decided_at: Date | null;
    reason: Buffer | null;
  };
  receipt: {
    effect_key: string;
    words: Buffer;
    received_at: Date;
  };
  reference_code: {
    list: string;
    code: string;
    version: number;
    title_kk: string;
    title_ru: string;
    title_en: string;
    valid_from: Date;
    valid_to: Date | null;
    changed_by: string;
    changed_at: Date;
  };
  resend_request: {
    id: string;
    agency: string;
    since: Date;
    reason: string;
    state: string;
    attempts: number;
    last_error: string | null;
    created_at: Date;
    settled_at: Date | null;
    due_at: Date;
    lease_token: string | null;
    lease_until: Date | null;
  };
  retention_term: {
    class: string;
    months: number;
    act: string;
    set_by: string;
    set_at: Date;
  };
  room: {
    center: string;
    code: string;
    version: number;
    for_whom: string;
    capacity: number;
    valid_from: Date;
    valid_to: Date | null;
    changed_by: string;
    changed_at: Date;
  };
  said_message: {
    effect_key: string;
    digest: string;
    subject_id: string;
    sealed: Buffer | null;
    times: number;
    first_at: Date;
    last_at: Date;
  };
  session: {
    id_sha256: string;
    id: string;
    person: string;
    provider_sid: string | null;
    post: string | null;
    proved_at: Date | null;
    strength: string | null;
    created_at: Date;
    last_seen_at: Date;
    idle_until: Date;
    ends_at: Date;
  };
  signature: {
    id: string;
    document_id: string;
    document_sha256: string;
    cms_sha256: string;
    valid_from: Date;
    valid_to: Date;
    revocation_checked_by: string;
    time_stamp: unknown;
    verified_by: string;
    verified_at: Date;
    brought_by: string;
  };
  signature_content: {
    signature_id: string;
    iin_index: Buffer | null;
    iin_index_even: Buffer | null;
    serial_number: Buffer;
    cms: Buffer;
  };
  staff: {
    holder: string;
    person: string;
    mail: string | null;
    iin: Buffer | null;
    iin_index: Buffer | null;
    iin_index_even: Buffer | null;
    phone: Buffer | null;
  };
  staffing: {
    holder: string;
    version: number;
    data: unknown;
    changed_by: string;
    changed_at: Date;
  };
  subject_clock: {
    subject_id: string;
    lane: number;
    running: boolean;
    rings_at: Date | null;
    wakes_at: Date | null;
    rings_for: string | null;
    armed_at: Date | null;
    run_id: string | null;
    told_lane: number | null;
    seen_seq: number;
    told_seq: number;
    looked_at: Date | null;
  };
  subject_file: {
    subject_id: string;
    kind: string;
    center: string;
    household_id: string | null;
    case_manager: string | null;
    team: string[];
    violence: boolean;
    open_threat: boolean;
    emergencies: unknown;
    transfers: unknown;
    family_code: unknown;
    stage: string;
    opened_at: Date;
    clock_at: Date;
    next_moment: Date | null;
    overdue: number;
    waiting_on: string[];
    seq: number;
    head: string;
    calendar: string;
    policy: string;
    running: boolean;
    version: number;
    skipping: boolean;
    skew_ms: string;
    recorded_at: Date;
  };
  subject_state: {
    subject_id: string;
    seq: number;
    state: unknown;
  };
  task_state: {
    task_id: string;
    taken_by: string | null;
    taken_at: Date | null;
    ended_by: string | null;
    ended_at: Date | null;
    how: string | null;
  };
  transfer_order: {
    question_id: string;
    case_id: string;
    other_case_id: string;
    what: string;
    center: string;
    command_id: string;
    act: string;
    state: string;
    attempts: number;
    due_at: Date;
  };
  transfer_question: {
    id: string;
    case_a: string;
    case_b: string;
    asked_at: Date;
  };
  untaken_alert: {
    alert_id: string;
    lane: number;
    state: string;
    since: Date;
    due_at: Date;
    said_at: Date;
    attempts: number;
    lease_token: string | null;
    lease_until: Date | null;
  };
  untaken_told: {
    alert_id: string;
    person: string;
    place: string;
    told_at: Date;
  };
  wake: {
    subject_id: string;
    lane: number;
    name: string;
    seq: number;
    rebuild: boolean;
    since: Date;
    due_at: Date;
    attempts: number;
    lease_token: string | null;
    lease_until: Date | null;
  };
  watch_turn: {
    name: string;
    lease_token: string;
    lease_until: Date;
  };
}
