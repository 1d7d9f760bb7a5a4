-- Up to when an agent has certainly got their mail: they commanded with a token of one that was written then. A bounce of one of that
-- time, or of an earlier one, says nothing about their address.
CREATE TABLE read_by_agents (
    agent INTEGER PRIMARY KEY REFERENCES agents (id),
    until INTEGER NOT NULL
) STRICT;
