-- Confirmation tokens that never went out, as somebody wrote them: whoever guesses is found by how often. Kept for an hour.
CREATE TABLE wrong_links (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    sender_key TEXT NOT NULL,    -- Address::key of From, which proves nothing
    at         INTEGER NOT NULL
) STRICT;
CREATE INDEX wrong_links_at ON wrong_links (at);
