create table action (
    id text primary key,
    tenant text not null,
    workflow text not null,
    release text not null,
    tool text not null,
    contract_hash text not null,
    policy_hash text not null,
    proposer_id text not null,
    proposer_name text not null,
    owner text not null,
    generation integer not null,
    -- The person on whose behalf the agent acts, and by what leave; a revoked leave or a locked person stops the claim.
    on_behalf_of text,
    delegation_id text,
    scopes text not null,
    task_id text not null,
    arguments text not null,
    param_hash text not null,
    idempotency_key text not null,
    agent_reason text,
    confidence real,
    compensates text,
    ticket text,
    trace_id text,
    created_at integer not null,
    state text not null check (state in ('pending', 'approved', 'dispatching', 'unknown', 'succeeded', 'failed', 'denied', 'expired', 'cancelled', 'escalated', 'drafted')),
    version integer not null,
    attempt integer not null,
    has_left integer not null,
    in_doubt integer not null,
    replica text,
    first_claimed_at integer,
    lease_until integer,
    is_overdue integer not null,
    decision text not null,
    rule text not null,
    requirements text not null,
    approval_id text,
    round integer not null,
    asked_at integer not null,
    facts text not null,
    facts_hash text not null,
    diff text,
    expires_at integer not null,
    not_before integer not null,
    result text,
    error_code text,
    error_detail text,
    updated_at integer not null
);
create unique index action_key on action (tenant, proposer_id, tool, idempotency_key);
create unique index action_approval on action (approval_id) where approval_id is not null;
create unique index action_compensates on action (tenant, compensates)
    where compensates is not null and state not in ('denied', 'expired', 'cancelled', 'failed', 'escalated', 'drafted');
create index action_due on action (state, not_before) where state in ('approved', 'dispatching', 'unknown');
create index action_waiting on action (state, expires_at) where state in ('pending', 'approved');
create index action_denied on action (task_id, param_hash) where error_code = 'denied_by_person';
create index action_recent on action (tenant, created_at);
create index action_proposer on action (proposer_id, created_at);
create index action_rule on action (tool, rule, created_at);

create table decision (
    approval_id text not null,
    round integer not null,
    user_id text not null,
    action_id text not null,
    tenant text not null,
    username text not null,
    approve integer not null,
    reason text,
    evidence text not null,
    step_up text not null,
    digest text not null,
    at integer not null,
    primary key (approval_id, round, user_id)
);
create index decision_action on decision (action_id);
-- Whom an approval has been put to: the circle asked last, and when it is to be looked at again.
create table approval_ask (approval_id text primary key, circle integer not null, next_at integer, settled integer not null);
-- Who decides in somebody else's place, and until when.
create table substitute (
    id text primary key,
    tenant text not null,
    user_id text not null,
    stand_in text not null,
    reason text,
    begins_at integer not null,
    ends_at integer not null
);
create index substitute_now on substitute (tenant, ends_at);
-- Public keys with which people sign approvals.
create table passkey (
    credential_id text primary key,
    tenant text not null,
    user_id text not null,
    name text not null,
    public_key text not null,
    rp_id text not null,
    origin text not null,
    sign_count integer not null,
    created_at integer not null,
    used_at integer,
    removed_at integer
);
create index passkey_person on passkey (user_id);
create table passkey_offer (challenge text primary key, user_id text not null, expires_at integer not null);

-- What people testified about an unknown outcome; a high risk needs two who agree.
create table testimony (action_id text not null, attempt integer not null, user_id text not null, applied integer not null, at integer not null, primary key (action_id, attempt, user_id));

create table task (
    id text primary key,
    tenant text not null,
    agent_id text not null,
    workflow text not null,
    release text not null,
    source text not null,
    input text not null,
    invocations integer not null,
    closed integer not null,
    created_at integer not null
);
create index task_agent on task (agent_id, created_at);
create table task_call (task_id text not null, fingerprint text not null, calls integer not null, primary key (task_id, fingerprint));
create table budget (
    key text not null,
    currency text not null,
    reserved integer not null check (reserved >= 0),
    spent integer not null check (spent >= 0),
    primary key (key, currency)
);
create table reservation (action_id text not null, key text not null, currency text not null, amount integer not null, primary key (action_id, key, currency));

create table agent (
    id text primary key,
    tenant text not null,
    name text not null,
    owner text not null,
    workflow text not null,
    scopes text not null,
    status text not null check (status in ('active', 'halted', 'revoked')),
    generation integer not null,
    created_at integer not null,
    unique (tenant, name)
);
create table agent_key (agent_id text not null, kid text not null, jwk text not null, created_at integer not null, expires_at integer, primary key (agent_id, kid));
create table access_token (hash blob primary key, agent_id text not null, scopes text not null, generation integer not null, audience text not null, expires_at integer not null, delegation_id text);
create index access_token_agent on access_token (agent_id);
create table assertion (id text primary key, expires_at integer not null);

create table person (
    user_id text primary key,
    tenant text not null,
    username text not null,
    display_name text not null,
    email text,
    groups text not null,
    roles text not null,
    password_hash text,
    failures integer not null,
    locked_until integer,
    -- Where the person signs in when it is not here; the user name alone never joins the two.
    provider text,
    subject text,
    locked_at integer,
    unique (tenant, username),
    unique (tenant, provider, subject)
);
-- A person's accounts in other systems, where the address alone does not tell.
create table person_link (tenant text not null, system text not null, external_id text not null, user_id text not null, primary key (tenant, system, external_id));
create table session (
    hash blob primary key,
    id text not null,
    user_id text not null,
    provider text not null,
    authenticated_at integer not null,
    started_at integer not null,
    seen_at integer not null,
    expires_at integer not null
);
create index session_person on session (user_id);
-- Programs that wait for a person to let them in (RFC 8628).
create table device (
    device_hash blob primary key,
    user_hash blob not null unique,
    client text not null,
    address text not null,
    created_at integer not null,
    expires_at integer not null,
    polled_at integer,
    state text not null check (state in ('pending', 'approved', 'denied')),
    user_id text,
    provider text,
    authenticated_at integer
);
-- People's leave for one agent to act on their behalf.
create table delegation (
    id text primary key,
    hash blob not null unique,
    tenant text not null,
    user_id text not null,
    agent_id text not null,
    scopes text not null,
    created_at integer not null,
    expires_at integer not null,
    revoked_at integer
);
create index delegation_person on delegation (user_id);

-- Bumped by every halt and every resumption: what a server process must have taken in before it may send again.
create table control (one integer primary key check (one = 1), generation integer not null);
insert into control (one, generation) values (1, 0);
-- Server processes: until when each may send, and the control generation that its gate has taken in.
create table replica (id text primary key, started_at integer not null, permit_until integer not null, generation integer not null);
create table halt (
    id text primary key,
    tenant text not null,
    scope text not null,
    reason text not null,
    by_user text not null,
    at integer not null,
    generation integer not null,
    revoked text not null,
    cancelled text not null,
    resumed_at integer,
    receipt text
);
create index halt_active on halt (tenant, scope) where resumed_at is null;

create table release (
    hash text primary key,
    workflow text not null,
    version text not null,
    files text not null,
    active integer not null,
    published_at integer not null,
    published_by text not null,
    activated_at integer,
    proof text
);
-- Who asked for a release to replace which active one; two people are needed where it may loosen something.
create table activation_request (release text not null, against text not null, actor text not null, at integer not null, primary key (release, against, actor));

-- The last run of each workflow's shadow candidate; what it decided stands in the audit payloads from first_entry on.
create table shadow (
    workflow text primary key,
    release text not null,
    started_at integer not null,
    started_by text not null,
    first_entry integer not null,
    stopped_at integer,
    last_entry integer
);

-- Entries are only ever appended; the bytes of a leaf are final.
create table audit_leaf (
    seq integer primary key,
    tenant text not null,
    at integer not null,
    kind text not null,
    action_id text,
    task_id text,
    actor text not null,
    rate_key text,
    leaf blob not null,
    leaf_hash blob not null
);
create index audit_action on audit_leaf (action_id) where action_id is not null;
create index audit_task on audit_leaf (task_id) where task_id is not null;
create index audit_rate on audit_leaf (at) where rate_key is not null;
create trigger audit_leaf_is_final before update on audit_leaf begin select raise(abort, 'audit entries are final'); end;
create trigger audit_leaf_is_kept before delete on audit_leaf begin select raise(abort, 'audit entries are kept'); end;
-- What stands beside an entry can be erased; the entry then still verifies.
create table audit_payload (seq integer primary key, salt blob not null, payload text not null);
create table correlation (tenant text not null, value text not null, seq integer not null, primary key (tenant, value, seq)) without rowid;

-- Which log this is; written once, when the store is first served.
create table audit_log (id integer primary key check (id = 1), store text not null, origin text not null, first_key text not null, created_at integer not null);
-- Roots of full subtrees of 256^level leaves (level 1 and up): the upper tiles. The lowest tiles are the leaf hashes themselves.
create table audit_node (level integer not null check (level > 0), n integer not null, hash blob not null, primary key (level, n)) without rowid;
create trigger audit_node_is_final before update on audit_node begin select raise(abort, 'audit nodes are final'); end;
create trigger audit_node_is_kept before delete on audit_node begin select raise(abort, 'audit nodes are kept'); end;
-- The last checkpoint, and those that announce a new log key for good.
create table audit_checkpoint (size integer primary key, at integer not null, rotation integer not null, note text not null);
create index correlation_entry on correlation (seq);

-- How far each channel has read the audit log, and what it made of it. A delivery is at most one per channel and entry.
create table outbox_cursor (channel text primary key, seq integer not null);
create table delivery (
    id text primary key,
    channel text not null,
    tenant text not null,
    seq integer not null,
    kind text not null,
    action_id text,
    state text not null check (state in ('waiting', 'sent', 'dead', 'dropped')),
    attempts integer not null,
    since integer not null,
    due_at integer not null,
    locked_until integer not null,
    reason text,
    unique (channel, seq)
);
create index delivery_due on delivery (channel, due_at) where state = 'waiting';
create index delivery_order on delivery (channel, action_id, seq) where state = 'waiting';
create index delivery_state on delivery (tenant, state, seq);
-- What stands at a vendor about an approval: a message, a ticket, an issue.
create table vendor_thread (channel text not null, subject text not null, reference text not null, statement text not null, is_open integer not null, primary key (channel, subject));
create index vendor_thread_open on vendor_thread (channel, subject) where is_open = 1;
