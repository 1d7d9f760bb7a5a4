-- OpenPGP keys that the admin registered for an agent: what is signed by one of them is the agent's.
CREATE TABLE agent_keys (
    agent       INTEGER NOT NULL REFERENCES agents (id),
    fingerprint TEXT NOT NULL,    -- of the primary key, upper-case hex
    certificate BLOB NOT NULL,    -- the transferable public key (RFC 9580), bare
    added_at    INTEGER NOT NULL,
    PRIMARY KEY (agent, fingerprint)
) STRICT, WITHOUT ROWID;
-- A key is one agent's.
CREATE UNIQUE INDEX agent_keys_fingerprint ON agent_keys (fingerprint);

-- Signed mails that counted once, as SHA-256 over what was signed, by whom and when: they never count again.
CREATE TABLE signed_mails (
    sha256  BLOB PRIMARY KEY CHECK (length(sha256) = 32),
    message INTEGER NOT NULL REFERENCES messages (id),
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
