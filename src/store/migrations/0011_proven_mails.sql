-- Which agent is proven to have written a mail to a ticket. Whoever only says that they are the agent must not use up what a person
-- may write in an hour.
ALTER TABLE messages ADD COLUMN agent INTEGER REFERENCES agents (id); -- NULL: nobody, or not proven
CREATE INDEX messages_by_agent ON messages (ticket, agent, id) WHERE agent IS NOT NULL;
