-- When something was counted, by our own clock: what is counted by the mail server's time must not be forgotten because that was long ago.
ALTER TABLE recent ADD COLUMN noted_at INTEGER NOT NULL DEFAULT 0;
UPDATE recent SET noted_at = at;
DROP INDEX recent_at;
CREATE INDEX recent_noted ON recent (noted_at);

-- The latest notes of a ticket are found however much else machines have written to it.
CREATE INDEX articles_kinds ON articles (ticket, visibility, kind, id);
