-- What floods need: what happened in the last hour, mails that are held, notifications that wait for a summary, and lines of the
-- postmaster's digest as values. Conventions as in 0001.

-- What a limit counts, for an hour.
CREATE TABLE recent (
    what TEXT NOT NULL,    -- word: store::Counted
    key  TEXT NOT NULL,    -- of whom or what; empty: of all
    at   INTEGER NOT NULL
) STRICT;
CREATE INDEX recent_key ON recent (what, key, at);
CREATE INDEX recent_at ON recent (at);

-- Mails over a limit: stored like any other, and not handled until somebody lets them in.
CREATE TABLE held (
    message INTEGER PRIMARY KEY REFERENCES messages (id),
    at      INTEGER NOT NULL,
    queue   TEXT NOT NULL,  -- whose agents are told; empty: it is the postmaster's
    address TEXT NOT NULL,  -- whom the limit counted
    subject TEXT NOT NULL,  -- cut short
    why     TEXT NOT NULL,  -- word: desk::note::Over
    state   TEXT NOT NULL CHECK (state IN ('held', 'release', 'released', 'dropped')),
    notice  INTEGER         -- the first mail of those that agents were told of together; NULL: nobody was told yet
) STRICT;
CREATE INDEX held_waiting ON held (state, message) WHERE state IN ('held', 'release');
CREATE INDEX held_untold ON held (queue, message) WHERE state = 'held' AND notice IS NULL AND why <> 'spam';
CREATE INDEX held_notice ON held (notice) WHERE notice IS NOT NULL;

-- Addresses whose mail is held because an agent said `#spam`.
CREATE TABLE spam_senders (
    address_key TEXT NOT NULL,
    by_form     INTEGER NOT NULL CHECK (by_form IN (0, 1)), -- 1: only what the web form sends in this address's name
    ticket      INTEGER NOT NULL REFERENCES tickets (id),   -- the one that was spam: opened again, it ends this
    until       INTEGER NOT NULL,
    PRIMARY KEY (address_key, by_form)
) STRICT, WITHOUT ROWID;

-- News that an agent was not told at once: they come as one summary.
CREATE TABLE untold (
    agent  INTEGER NOT NULL REFERENCES agents (id),
    ticket INTEGER NOT NULL REFERENCES tickets (id),
    event  TEXT NOT NULL,    -- word of the last, as in X-Postamt-Event
    count  INTEGER NOT NULL,
    at     INTEGER NOT NULL, -- of the first
    PRIMARY KEY (agent, ticket)
) STRICT, WITHOUT ROWID;

-- When what comes once a day came last.
CREATE TABLE daily (
    what TEXT PRIMARY KEY,
    at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Lines for the postmaster's digest: the same again is counted. Words without values, from before, stood in no digest and cannot.
DROP TABLE postmaster_lines;
CREATE TABLE postmaster_lines (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    at    INTEGER NOT NULL, -- of the first
    kind  TEXT NOT NULL,    -- word of the note
    note  TEXT NOT NULL,    -- JSON: desk::note::Note
    count INTEGER NOT NULL,
    shown INTEGER NOT NULL CHECK (shown IN (0, 1)) -- 1: stood in a digest
) STRICT;
CREATE UNIQUE INDEX postmaster_lines_unshown ON postmaster_lines (kind, note) WHERE shown = 0;
CREATE INDEX postmaster_lines_at ON postmaster_lines (at);
