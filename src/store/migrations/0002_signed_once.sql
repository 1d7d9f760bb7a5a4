-- Message-IDs of mails that a domain's signature has proven: each proves once, whoever sends it again.
CREATE TABLE signed_once (
    message_id TEXT PRIMARY KEY,
    used_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX signed_once_used_at ON signed_once (used_at);
