-- What somebody wrote, by its words alone: a machine that says the same again and again is known by it, also after a restart.
-- Kept for 30 days.
CREATE TABLE said (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    sender_key TEXT NOT NULL,
    words      BLOB NOT NULL CHECK (length(words) = 32),   -- SHA-256: mail::words
    subject    BLOB NOT NULL CHECK (length(subject) = 32), -- of the bare subject, in the same way
    ticket     INTEGER REFERENCES tickets (id), -- where it was said; NULL: it opened a ticket of its own
    at         INTEGER NOT NULL
) STRICT;
CREATE INDEX said_words ON said (sender_key, words, at);
CREATE INDEX said_subject ON said (sender_key, subject, at) WHERE ticket IS NULL;
CREATE INDEX said_at ON said (at);

-- How many mails of somebody came to a ticket lately is asked at every follow-up.
CREATE INDEX messages_by_sender ON messages (ticket, from_key, id) WHERE ticket IS NOT NULL;
