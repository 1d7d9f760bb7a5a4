-- Everything postamt knows. Times are whole seconds since 1970-01-01 00:00 UTC; a "key" of an address is the whole of it in
-- lower case; a "word" is the name that listings print; JSON is what serde writes of the type named.
-- A column is NOT NULL unless its comment says what NULL means.

-- The last number given out, so that none is given twice: 'ticket', 'agent', 'outgoing' and 'day:YYYYMMDD'.
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A ticket is its body; the other columns repeat what is asked for and are written with it, in one place.
CREATE TABLE tickets (
    id             INTEGER PRIMARY KEY, -- from counters; also inside reply tokens
    number         INTEGER NOT NULL UNIQUE,
    queue          TEXT NOT NULL,
    state          TEXT NOT NULL,       -- word
    closed         INTEGER NOT NULL CHECK (closed IN (0, 1)), -- 1: closed or merged
    owner          INTEGER REFERENCES agents (id), -- NULL: free
    customer_key   TEXT,                -- NULL: no usable address is known
    email_key      TEXT,                -- the application's address; NULL: none, or no application
    login          TEXT,                -- the application's login, lower case; NULL: none, or no application
    reserved_login TEXT,                -- lower case; NULL: reserves none
    step           TEXT,                -- word; NULL: no application
    priority       INTEGER NOT NULL,    -- 1 (most urgent) to 5
    escalated      INTEGER NOT NULL CHECK (escalated IN (0, 1)),
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    due_at         INTEGER,             -- its next deadline; NULL: never
    body           TEXT NOT NULL        -- JSON: desk::Ticket
) STRICT;
CREATE INDEX tickets_due ON tickets (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX tickets_open ON tickets (escalated DESC, priority, id) WHERE closed = 0;
CREATE INDEX tickets_owner ON tickets (owner) WHERE owner IS NOT NULL;
CREATE INDEX tickets_customer ON tickets (customer_key) WHERE customer_key IS NOT NULL;
CREATE INDEX tickets_email ON tickets (email_key) WHERE email_key IS NOT NULL;
CREATE INDEX tickets_reserved ON tickets (reserved_login) WHERE reserved_login IS NOT NULL;

-- Every mail that was taken in, raw.
CREATE TABLE messages (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox      TEXT NOT NULL,    -- the mailbox's name in the configuration
    content_hash BLOB NOT NULL CHECK (length(content_hash) = 32), -- over what the sender wrote, never over trace fields
    message_id   TEXT,             -- without brackets; NULL: it had none that is usable
    from_key     TEXT,             -- NULL: no usable From
    received_at  INTEGER NOT NULL, -- by the mail server
    taken_at     INTEGER NOT NULL, -- by us
    class        TEXT NOT NULL,    -- word
    ticket       INTEGER REFERENCES tickets (id), -- NULL: belongs to none
    state        TEXT NOT NULL CHECK (state IN ('processed', 'quarantined', 'retry')),
    reason       TEXT,             -- why it was quarantined, in words; NULL: it was not
    size_octets  INTEGER NOT NULL, -- of the mail as it came
    raw          BLOB NOT NULL     -- the mail, compressed by zstd; last, so that the rest is read without it
) STRICT;
CREATE INDEX messages_content ON messages (content_hash);
CREATE INDEX messages_message_id ON messages (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX messages_ticket ON messages (ticket) WHERE ticket IS NOT NULL;
CREATE INDEX messages_unsettled ON messages (state, id) WHERE state IN ('quarantined', 'retry');

-- Where a mail was seen. One mail may lie in several places.
CREATE TABLE sources (
    mailbox    TEXT NOT NULL,
    source_key TEXT NOT NULL, -- UIDVALIDITY/UID, or the file's name in a Maildir
    message    INTEGER NOT NULL REFERENCES messages (id),
    PRIMARY KEY (mailbox, source_key)
) STRICT, WITHOUT ROWID;

-- Mails and notes of a ticket, in their order.
CREATE TABLE articles (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket      INTEGER NOT NULL REFERENCES tickets (id),
    at          INTEGER NOT NULL,
    author      TEXT NOT NULL, -- JSON: desk::effect::Author
    visibility  TEXT NOT NULL, -- word: public, internal
    kind        TEXT NOT NULL, -- word
    subject     TEXT NOT NULL,
    text        TEXT NOT NULL,
    attachments TEXT NOT NULL, -- JSON: a list of desk::event::AttachmentInfo
    message     INTEGER REFERENCES messages (id) -- the mail it came in; NULL: we wrote it ourselves
) STRICT;
CREATE INDEX articles_ticket ON articles (ticket, id);

-- What was done: when, by whom, what, because of which mail. Only ever grows.
CREATE TABLE history (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket  INTEGER NOT NULL REFERENCES tickets (id),
    at      INTEGER NOT NULL,
    who     TEXT NOT NULL, -- JSON: desk::effect::Who
    what    TEXT NOT NULL, -- JSON: desk::effect::What
    message INTEGER REFERENCES messages (id) -- NULL: no mail was the cause
) STRICT;
CREATE INDEX history_ticket ON history (ticket, id);
CREATE TRIGGER history_is_not_changed BEFORE UPDATE ON history
BEGIN SELECT RAISE(ABORT, 'history is only ever added to'); END;
CREATE TRIGGER history_is_not_deleted BEFORE DELETE ON history
BEGIN SELECT RAISE(ABORT, 'history is only ever added to'); END;

-- What `#yes` to an answer of ours carries out, once.
CREATE TABLE offers (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    agent      INTEGER NOT NULL REFERENCES agents (id), -- whose yes counts
    ticket     INTEGER REFERENCES tickets (id),         -- NULL: the mail belonged to none
    body       TEXT NOT NULL,    -- JSON: desk::effect::Offer
    expires_at INTEGER NOT NULL,
    taken_at   INTEGER           -- NULL: still open
) STRICT;

-- Bodies of mails that go out: one for all recipients of an event. Gone as soon as nobody waits for it.
CREATE TABLE bodies (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    content BLOB NOT NULL
) STRICT;

-- Mails that go out. The row stays when its content is gone, so that answers and bounces find their way.
CREATE TABLE outgoing (
    id              INTEGER PRIMARY KEY, -- from counters, known before the mail is composed
    ticket          INTEGER REFERENCES tickets (id), -- NULL: belongs to none
    agent           INTEGER REFERENCES agents (id),  -- the agent it is for; NULL: it is for no agent
    kind            TEXT NOT NULL,       -- word: desk::event::LetterKind
    event           TEXT NOT NULL,       -- word of the event or letter, as in X-Postamt-Event
    recipient       TEXT NOT NULL,       -- address
    recipient_key   TEXT NOT NULL,
    envelope_sender TEXT,                -- NULL: the null sender
    message_id      TEXT NOT NULL UNIQUE,
    author          INTEGER REFERENCES agents (id), -- who wrote the text in it; NULL: nobody did
    offer           INTEGER REFERENCES offers (id), -- what a yes to it carries out; NULL: nothing
    automatic       INTEGER NOT NULL CHECK (automatic IN (0, 1)), -- 1: counts against the limits for answers of ours
    urgency         INTEGER NOT NULL CHECK (urgency IN (0, 1, 2)), -- 0 urgent, 1 normal, 2 bulk
    created_at      INTEGER NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'dropped')),
    next_try_at     INTEGER NOT NULL,    -- of importance while it is queued
    tries           INTEGER NOT NULL,    -- refusals for the time being, so far
    refused_at      INTEGER,             -- the first refusal for the time being; NULL: there was none
    last_error      TEXT,                -- what the server said, in words; NULL: nothing went wrong yet
    sent_at         INTEGER,             -- when a server accepted it; NULL: none did yet
    -- The content: headers and body, or the whole sealed; all NULL once it is not needed any more.
    headers         BLOB,
    body            INTEGER REFERENCES bodies (id),
    reply_token     TEXT,                -- takes the placeholder's place in the body; empty: there is none
    sealed          BLOB,                -- the whole mail, encrypted with the key file
    CHECK (state <> 'queued' OR sealed IS NOT NULL OR (headers IS NOT NULL AND body IS NOT NULL AND reply_token IS NOT NULL))
) STRICT;
CREATE INDEX outgoing_due ON outgoing (urgency, next_try_at, id) WHERE state = 'queued';
CREATE INDEX outgoing_next ON outgoing (next_try_at) WHERE state = 'queued';
CREATE INDEX outgoing_unsent ON outgoing (state, id) WHERE state IN ('queued', 'failed');
CREATE INDEX outgoing_body ON outgoing (body) WHERE body IS NOT NULL;
CREATE INDEX outgoing_thread ON outgoing (ticket, recipient_key, id) WHERE ticket IS NOT NULL;
CREATE INDEX outgoing_to_agent ON outgoing (agent, event, created_at) WHERE agent IS NOT NULL;
CREATE INDEX outgoing_answers ON outgoing (recipient_key, created_at) WHERE automatic = 1;
CREATE INDEX outgoing_answers_on_ticket ON outgoing (ticket, created_at) WHERE automatic = 1;

-- Confirmation links that went out, as SHA-256 in hex: which application one belongs to, also when it is void by now.
CREATE TABLE links (
    sha256 TEXT PRIMARY KEY,
    ticket INTEGER NOT NULL REFERENCES tickets (id)
) STRICT, WITHOUT ROWID;

-- Tokens that somebody else saw: they prove nothing any more.
CREATE TABLE void_tokens (
    token TEXT PRIMARY KEY,
    at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who may work on queues. Never deleted: history and tokens name them.
CREATE TABLE agents (
    id   INTEGER PRIMARY KEY,  -- from counters, never given twice
    name TEXT NOT NULL UNIQUE, -- lower case
    body TEXT NOT NULL         -- JSON: desk::people::Agent
) STRICT;

-- Accounts of the provider `builtin`.
CREATE TABLE accounts (
    login         TEXT PRIMARY KEY, -- lower case
    email         TEXT NOT NULL,    -- address
    email_key     TEXT NOT NULL,
    name          TEXT NOT NULL,    -- of the person; may be empty
    password_hash TEXT NOT NULL,    -- PHC string
    active        INTEGER NOT NULL CHECK (active IN (0, 1)), -- 0: suspended
    ticket        INTEGER REFERENCES tickets (id), -- the application; NULL: made by hand
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX accounts_email ON accounts (email_key);

-- Orders to the account provider.
CREATE TABLE account_jobs (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket          INTEGER NOT NULL REFERENCES tickets (id),
    kind            TEXT NOT NULL CHECK (kind IN ('create', 'resume', 'suspend')),
    login           TEXT NOT NULL, -- lower case
    email           TEXT NOT NULL, -- address
    name            TEXT NOT NULL, -- of the person; may be empty
    sealed_password BLOB,          -- NULL: none is needed, or the job is over
    state           TEXT NOT NULL CHECK (state IN ('queued', 'done', 'failed')),
    tries           INTEGER NOT NULL,
    next_try_at     INTEGER NOT NULL, -- of importance while it is queued
    last_error      TEXT              -- in words; NULL: nothing went wrong yet
) STRICT;
CREATE INDEX account_jobs_due ON account_jobs (next_try_at, id) WHERE state = 'queued';

-- Lines for the postmaster's digest.
CREATE TABLE postmaster_lines (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    at    INTEGER NOT NULL,
    line  TEXT NOT NULL,
    shown INTEGER NOT NULL CHECK (shown IN (0, 1)) -- 1: stood in a digest
) STRICT;
CREATE INDEX postmaster_lines_unshown ON postmaster_lines (id) WHERE shown = 0;

-- Addresses that a bounce said do not exist.
CREATE TABLE undeliverable (
    address_key TEXT PRIMARY KEY,
    status      TEXT NOT NULL, -- enhanced status code; empty: none was given
    at          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What is known of each mailbox we read.
CREATE TABLE mailboxes (
    name             TEXT PRIMARY KEY,
    first_contact_at INTEGER,          -- NULL: never reached yet
    left_before      INTEGER,          -- mail received before this is left where it is; NULL: all is taken in, or never reached yet
    left_count       INTEGER NOT NULL, -- mails left where they are
    last_ok_at       INTEGER,          -- NULL: never yet
    last_error       TEXT,             -- in words; NULL: none, or it works again
    last_error_at    INTEGER           -- NULL: as last_error
) STRICT, WITHOUT ROWID;

-- One row: the daemon's signs of life.
CREATE TABLE daemon (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    pid          INTEGER,            -- NULL: stopped in good order, or never started
    started_at   INTEGER,            -- NULL: never started
    last_turn_at INTEGER,            -- NULL: never turned
    high_water   INTEGER             -- the latest time anything was committed at; NULL: nothing was
) STRICT;
INSERT INTO daemon (id) VALUES (1);
