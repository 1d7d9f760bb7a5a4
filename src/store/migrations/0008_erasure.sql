-- Personal data that goes: what was erased, and what is to be erased next. Conventions as in 0001.

ALTER TABLE tickets ADD COLUMN closed_at INTEGER; -- NULL: open
ALTER TABLE tickets ADD COLUMN erased_at INTEGER; -- when all that named anybody went; NULL: it did not
UPDATE tickets SET closed_at = coalesce(iif(json_valid(body), json_extract(body, '$.state.closed.at'), NULL), updated_at)
    WHERE closed = 1;
CREATE INDEX tickets_kept ON tickets (closed_at) WHERE closed_at IS NOT NULL AND erased_at IS NULL;

-- A mail that was erased has no octets left; what it was recognised by stays.
CREATE INDEX messages_without_ticket ON messages (taken_at) WHERE ticket IS NULL AND state = 'processed' AND size_octets > 0;
CREATE INDEX outgoing_without_ticket ON outgoing (created_at) WHERE ticket IS NULL AND state <> 'queued';
CREATE INDEX account_jobs_ticket ON account_jobs (ticket);
CREATE INDEX accounts_ticket ON accounts (ticket) WHERE ticket IS NOT NULL;
CREATE INDEX links_ticket ON links (ticket);
CREATE INDEX untold_ticket ON untold (ticket);
CREATE INDEX spam_senders_until ON spam_senders (until);
CREATE INDEX undeliverable_at ON undeliverable (at);

-- That something was erased: when, why and how much, never whose.
CREATE TABLE erasures (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    why      TEXT NOT NULL CHECK (why IN ('asked', 'retention')),
    tickets  INTEGER NOT NULL,
    mails    INTEGER NOT NULL,
    accounts INTEGER NOT NULL,
    cleaned  INTEGER NOT NULL CHECK (cleaned IN (0, 1)) -- 1: the database's log was emptied since
) STRICT;
CREATE INDEX erasures_unclean ON erasures (id) WHERE cleaned = 0;

-- Tickets of which something is being erased. Filled and emptied within one transaction: outside of it this is empty.
CREATE TABLE erasing (
    ticket INTEGER PRIMARY KEY REFERENCES tickets (id)
) STRICT;

-- History still only grows, and no line of it ever goes. But within an erasure a line may lose its details: when, who, because of
-- which mail and what kind of thing it was must stay as they are.
DROP TRIGGER history_is_not_changed;
CREATE TRIGGER history_is_not_changed BEFORE UPDATE ON history
WHEN NOT EXISTS (SELECT 1 FROM erasing WHERE ticket = OLD.ticket)
    OR NEW.id IS NOT OLD.id OR NEW.ticket IS NOT OLD.ticket OR NEW.at IS NOT OLD.at
    OR NEW.who IS NOT OLD.who OR NEW.message IS NOT OLD.message
    OR iif(json_type(NEW.what) = 'object', (SELECT key FROM json_each(NEW.what)), NEW.what)
        IS NOT iif(json_type(OLD.what) = 'object', (SELECT key FROM json_each(OLD.what)), OLD.what)
BEGIN SELECT RAISE(ABORT, 'history is only ever added to'); END;
