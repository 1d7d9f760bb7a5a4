//! Personal data: where all of somebody's lie, and how they go. Whose and why is decided in `office`.
//!
//! What is erased is overwritten (`secure_delete`); the database's log keeps it until [`super::Store::checkpoint`]. Numbers,
//! states and times stay, and so does what a mail is recognised by: it is never taken in anew.

use rusqlite::{Row, params};

use super::columns::{Json, named, narrow};
use super::error::StoreError;
use super::outgoing::OutgoingId;
use super::{Reader, Tx};
use crate::desk::effect::{Article, Author, What};
use crate::desk::event::{AttachmentInfo, MessageRef};
use crate::desk::{Ticket, TicketId};
use crate::mail::{Address, Timestamp};

/// That something was erased; never whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasure {
    pub at: Timestamp,
    pub why: WhyErased,
    pub tickets: u64,
    pub mails: u64,
    pub accounts: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyErased {
    /// The person wished it.
    Asked,
    /// The time for which data are kept is over.
    Retention,
}
named! {
    WhyErased { Asked = "asked", Retention = "retention" }
}

/// A stored mail that still has its octets, as far as an erasure must know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMail {
    pub message: MessageRef,
    pub ticket: Option<TicketId>,
    pub from_key: Option<String>,
    pub received_at: Timestamp,
    pub mailbox: String,
}

/// A mail of ours to somebody, as far as it is known of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLetter {
    pub event: String,
    pub ticket: Option<TicketId>,
    /// When it was composed.
    pub at: Timestamp,
    /// It is still to go.
    pub waits: bool,
}

impl Reader {
    /// Whether all that named anybody on this ticket is gone.
    ///
    /// # Errors
    /// Where the store cannot be read; so for all questions.
    pub fn is_erased(&self, ticket: TicketId) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM tickets WHERE id = ?1 AND erased_at IS NOT NULL";
        Ok(self.one(sql, [ticket], |_| Ok(()))?.is_some())
    }

    /// Whether it waits to be let in.
    pub fn is_held(&self, message: MessageRef) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM held WHERE message = ?1 AND state IN ('held', 'release')";
        Ok(self.one(sql, [message], |_| Ok(()))?.is_some())
    }

    /// Whose customer or application has this address (`Address::key`), the oldest first.
    pub fn tickets_of(&self, key: &str) -> Result<Vec<Ticket>, StoreError> {
        self.all(TICKETS_OF, [key], |row| row.get::<_, Json<Ticket>>(0).map(|json| json.0))
    }

    /// Closed at this moment or before, and not erased yet; the longest closed first.
    pub fn closed_before(&self, at: Timestamp, limit: u32) -> Result<Vec<TicketId>, StoreError> {
        self.all(CLOSED_BEFORE, params![at, limit], |row| row.get(0))
    }

    /// Other tickets that this address wrote to, or was written to about. Reads the whole table.
    pub fn tickets_met_by(&self, key: &str) -> Result<Vec<TicketId>, StoreError> {
        self.all(
            "SELECT ticket FROM messages WHERE from_key = ?1 AND ticket IS NOT NULL
             UNION SELECT ticket FROM outgoing WHERE recipient_key = ?1 AND ticket IS NOT NULL
             UNION SELECT ticket FROM articles WHERE json_type(author) = 'object' AND EXISTS
                 (SELECT 1 FROM json_tree(author) WHERE key = 'address' AND lower(value) = ?1)
             UNION SELECT ticket FROM history WHERE json_type(what) = 'object' AND EXISTS
                 (SELECT 1 FROM json_tree(what) WHERE key IN ('to', 'address') AND lower(value) = ?1)
             ORDER BY 1",
            [key],
            |row| row.get(0),
        )
    }

    /// Tickets on which the address stands in somebody's words. Reads the whole table.
    pub fn tickets_that_name(&self, key: &str) -> Result<Vec<TicketId>, StoreError> {
        self.all(
            "SELECT DISTINCT ticket FROM articles WHERE instr(lower(text), ?1) > 0 ORDER BY ticket",
            [key],
            |row| row.get(0),
        )
    }

    /// The mails of a ticket, in their order.
    pub fn mails_of(&self, ticket: TicketId) -> Result<Vec<KeptMail>, StoreError> {
        self.all(MAILS_OF, [ticket], mail)
    }

    /// Mails that belong to no ticket, in their order, from the one after `after` on.
    pub fn mails_without_ticket(
        &self,
        after: MessageRef,
        limit: u32,
    ) -> Result<Vec<KeptMail>, StoreError> {
        self.all(
            "SELECT id, ticket, from_key, received_at, mailbox FROM messages
             WHERE ticket IS NULL AND size_octets > 0 AND id > ?1 ORDER BY id LIMIT ?2",
            params![after, limit],
            mail,
        )
    }

    /// Those taken in at this moment or before, the oldest first; none from quarantine, where they wait for the admin.
    pub fn old_mails_without_ticket(
        &self,
        at: Timestamp,
        limit: u32,
    ) -> Result<Vec<MessageRef>, StoreError> {
        self.all(OLD_MAILS, params![at, limit], |row| row.get(0))
    }

    /// How often this address is remembered for a time, and as what: `words of a table`, and the number of rows.
    pub fn remembered(&self, key: &str) -> Result<Vec<(&'static str, u64)>, StoreError> {
        let mut found = Vec::new();
        for crumb in CRUMBS {
            let sql = format!("SELECT count(*) FROM {} WHERE {}", crumb.table, crumb.is_theirs);
            let rows: i64 = self.one(&sql, [key], |row| row.get(0))?.unwrap_or_default();
            if let Some(rows) = u64::try_from(rows).ok().filter(|rows| *rows > 0) {
                found.push((crumb.what, rows));
            }
        }
        Ok(found)
    }

    /// Since when mail to this address is known to come back.
    pub fn branded_at(&self, key: &str) -> Result<Option<Timestamp>, StoreError> {
        self.one("SELECT at FROM undeliverable WHERE address_key = ?1", [key], |row| row.get(0))
    }

    /// What was written to this address, the oldest first.
    pub fn written_to(&self, key: &str) -> Result<Vec<KeptLetter>, StoreError> {
        self.all(
            "SELECT event, ticket, created_at, state = 'queued' FROM outgoing WHERE recipient_key = ?1 AND agent IS NULL
             ORDER BY id",
            [key],
            |row| {
                Ok(KeptLetter {
                    event: row.get(0)?,
                    ticket: row.get(1)?,
                    at: row.get(2)?,
                    waits: row.get(3)?,
                })
            },
        )
    }

    /// What was erased after this one, in order, each with its number.
    pub fn erasures_after(&self, after: i64) -> Result<Vec<(i64, Erasure)>, StoreError> {
        self.all(
            "SELECT id, at, why, tickets, mails, accounts FROM erasures WHERE id > ?1 ORDER BY id LIMIT 100",
            [after],
            |row| {
                let erasure = Erasure {
                    at: row.get(1)?,
                    why: row.get(2)?,
                    tickets: narrow(row.get(3)?)?,
                    mails: narrow(row.get(4)?)?,
                    accounts: narrow(row.get(5)?)?,
                };
                Ok((row.get(0)?, erasure))
            },
        )
    }

    /// The number of the last erasure; 0 where there was none.
    pub fn last_erasure(&self) -> Result<i64, StoreError> {
        Ok(self.one("SELECT max(id) FROM erasures", [], |row| row.get(0))?.flatten().unwrap_or(0))
    }

    /// Something was erased, and the database's log was not emptied since.
    pub fn is_unclean(&self) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM erasures WHERE cleaned = 0 LIMIT 1";
        Ok(self.one(sql, [], |_| Ok(()))?.is_some())
    }
}

impl Tx<'_> {
    /// Lets `work` take the details out of this ticket's history: nothing else may ever change a line of it.
    ///
    /// # Errors
    /// Where the store cannot be written; so for all changes. What `what` gives must be of the same kind as before.
    pub fn strip_history(
        &self,
        ticket: TicketId,
        what: impl Fn(&What) -> Option<What>,
    ) -> Result<(), StoreError> {
        let lines = self.all(
            "SELECT id, what FROM history WHERE ticket = ?1 ORDER BY id",
            [ticket],
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Json<What>>(1)?.0)),
        )?;
        self.write("INSERT OR IGNORE INTO erasing (ticket) VALUES (?1)", [ticket])?;
        for (id, line) in lines {
            if let Some(stripped) = what(&line) {
                self.write(
                    "UPDATE history SET what = ?2 WHERE id = ?1",
                    params![id, Json(&stripped)],
                )?;
            }
        }
        self.write("DELETE FROM erasing WHERE ticket = ?1", [ticket]).map(drop)
    }

    /// Writes articles of a ticket anew; None leaves one as it is. Their order, kind and time stay.
    pub fn rewrite_articles(
        &self,
        ticket: TicketId,
        new: impl Fn(Article) -> Option<Article>,
    ) -> Result<(), StoreError> {
        // By their numbers first: a ticket on which two machines met must fit into memory.
        let ids =
            self.all("SELECT id FROM articles WHERE ticket = ?1 ORDER BY id", [ticket], |row| {
                row.get::<_, i64>(0)
            })?;
        for id in ids {
            let sql = "SELECT author, visibility, kind, subject, text, attachments, message FROM articles WHERE id = ?1";
            let found = self.one(sql, [id], |row| {
                Ok(Article {
                    author: row.get::<_, Json<Author>>(0)?.0,
                    visibility: row.get(1)?,
                    kind: row.get(2)?,
                    subject: row.get(3)?,
                    text: row.get(4)?,
                    attachments: row.get::<_, Json<Vec<AttachmentInfo>>>(5)?.0,
                    message: row.get(6)?,
                })
            })?;
            if let Some(article) = found.and_then(&new) {
                self.write(
                    "UPDATE articles SET author = ?2, subject = ?3, text = ?4, attachments = ?5 WHERE id = ?1",
                    params![
                        id,
                        Json(&article.author),
                        article.subject,
                        article.text,
                        Json(&article.attachments)
                    ],
                )?;
            }
        }
        Ok(())
    }

    /// Takes a mail's octets and all that names its writer; what it is recognised by stays. False where they are gone already.
    pub fn erase_mail(&self, message: MessageRef) -> Result<bool, StoreError> {
        self.write("DELETE FROM held WHERE message = ?1", [message])?;
        let erased = self.write(
            "UPDATE messages SET raw = x'', size_octets = 0, message_id = NULL, from_key = NULL, reason = NULL, state = 'processed'
             WHERE id = ?1 AND (size_octets > 0 OR length(raw) > 0)",
            [message],
        )?;
        Ok(erased > 0)
    }

    /// What was written about a ticket goes: to this address alone, or to all who are no agents. Agents' copies keep their row, so
    /// that their tokens are known, and no content. What waits is not sent.
    pub fn erase_letters(&self, ticket: TicketId, key: Option<&str>) -> Result<(), StoreError> {
        let rows = self.all(
            "SELECT id, agent IS NULL AND (?2 IS NULL OR recipient_key = ?2) FROM outgoing
             WHERE ticket = ?1 AND (?2 IS NULL OR recipient_key = ?2)",
            params![ticket, key],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        for (id, goes) in rows {
            if goes { self.delete_outgoing(id)? } else { self.silence(id)? }
        }
        if key.is_none() {
            self.write(CLOSE_OFFERS, [ticket])?;
        }
        Ok(())
    }

    /// A mail that is not sent any more, if it was not yet, and of which only the row is left.
    pub fn silence(&self, id: OutgoingId) -> Result<(), StoreError> {
        self.write(
            "UPDATE outgoing SET state = 'dropped', last_error = NULL WHERE id = ?1 AND state IN ('queued', 'failed')",
            [id],
        )?;
        self.forget_content(id)
    }

    fn delete_outgoing(&self, id: OutgoingId) -> Result<(), StoreError> {
        self.silence(id)?;
        self.write("DELETE FROM outgoing WHERE id = ?1", [id]).map(drop)
    }

    /// What was written to this address about no ticket, or about one that is somebody else's.
    pub fn erase_letters_to(&self, key: &str) -> Result<(), StoreError> {
        let sql = "SELECT id FROM outgoing WHERE recipient_key = ?1 AND agent IS NULL";
        for id in self.all(sql, [key], |row| row.get(0))? {
            self.delete_outgoing(id)?;
        }
        Ok(())
    }

    /// Mails about no ticket, composed at this moment or before, that wait no more. How many there were.
    pub fn erase_old_letters(&self, at: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let old = self.all(OLD_LETTERS, params![at, limit], |row| row.get(0))?;
        for id in &old {
            self.delete_outgoing(*id)?;
        }
        Ok(old.len() as u64)
    }

    /// What else hangs on a ticket: links, orders to the account provider, news not told yet, spam.
    pub fn erase_around(&self, ticket: TicketId) -> Result<(), StoreError> {
        for sql in AROUND {
            self.write(sql, [ticket])?;
        }
        Ok(())
    }

    /// From now on the ticket is known to have been erased.
    pub fn mark_erased(&self, ticket: TicketId, at: Timestamp) -> Result<(), StoreError> {
        self.write("UPDATE tickets SET erased_at = ?2 WHERE id = ?1", params![ticket, at]).map(drop)
    }

    /// Keeps a ticket that could not be erased until then: it must not stand before the others at every turn.
    pub fn keep_until(&self, ticket: TicketId, until: Timestamp) -> Result<(), StoreError> {
        self.write("UPDATE tickets SET closed_at = ?2 WHERE id = ?1", params![ticket, until])
            .map(drop)
    }

    /// What limits, digests and bounces remember of an address (`Address::key`).
    pub fn forget_address(&self, address: &Address) -> Result<(), StoreError> {
        let key = address.key();
        for crumb in CRUMBS {
            let sql = format!("DELETE FROM {} WHERE {}", crumb.table, crumb.is_theirs);
            self.write(&sql, [&key])?;
        }
        // Its domain is counted, too.
        let domain = address.domain();
        self.write(
            "DELETE FROM recent WHERE what = 'new of domain' AND key IN (?1, 'form ' || ?1)",
            [domain],
        )
        .map(drop)
    }

    /// What is remembered for a time goes when its time is over, also where nothing comes that would see to it.
    pub fn forget_outdated(&self, kept_since: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        self.write("DELETE FROM undeliverable WHERE at <= ?1", [kept_since])?;
        self.write("DELETE FROM spam_senders WHERE until <= ?1", [now])?;
        let hour = now.minus(crate::mail::Span::hours(1));
        self.write("DELETE FROM recent WHERE at <= ?1", [hour])?;
        self.write("DELETE FROM wrong_links WHERE at <= ?1", [hour])?;
        self.write("DELETE FROM said WHERE at < ?1", [now.minus(super::said::REMEMBERED)]).map(drop)
    }

    /// False where there is no such login.
    pub fn erase_account(&self, login: &str) -> Result<bool, StoreError> {
        let login = login.to_lowercase();
        self.write("DELETE FROM account_jobs WHERE login = ?1", [&login])?;
        Ok(self.write("DELETE FROM accounts WHERE login = ?1", [&login])? > 0)
    }

    pub fn note_erasure(&self, erasure: &Erasure) -> Result<(), StoreError> {
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        self.write(
            "INSERT INTO erasures (at, why, tickets, mails, accounts, cleaned) VALUES (?1, ?2, ?3, ?4, ?5, 0)",
            params![
                erasure.at,
                erasure.why,
                count(erasure.tickets),
                count(erasure.mails),
                count(erasure.accounts)
            ],
        )
        .map(drop)
    }

    /// The database's log was emptied.
    pub fn note_clean(&self) -> Result<(), StoreError> {
        self.write("UPDATE erasures SET cleaned = 1 WHERE cleaned = 0", []).map(drop)
    }
}

fn mail(row: &Row<'_>) -> rusqlite::Result<KeptMail> {
    Ok(KeptMail {
        message: row.get(0)?,
        ticket: row.get(1)?,
        from_key: row.get(2)?,
        received_at: row.get(3)?,
        mailbox: row.get(4)?,
    })
}

/// A table in which an address is remembered for some time.
struct Crumb {
    /// As an export names it.
    what: &'static str,
    table: &'static str,
    /// ?1 is the address's key.
    is_theirs: &'static str,
}

const CRUMBS: &[Crumb] = &[
    Crumb {
        what: "counted for the limits, for an hour",
        table: "recent",
        is_theirs: "what <> 'new of domain' AND substr(' ' || key, -length(' ' || ?1)) = ' ' || ?1",
    },
    Crumb {
        what: "hash of the words of a mail, for 30 days",
        table: "said",
        is_theirs: "sender_key IN (?1, 'report ' || ?1)",
    },
    Crumb {
        what: "wrong confirmation link tried, for an hour",
        table: "wrong_links",
        is_theirs: "sender_key = ?1",
    },
    Crumb {
        what: "mail to the address came back",
        table: "undeliverable",
        is_theirs: "address_key = ?1",
    },
    Crumb {
        what: "mail of the address is held as spam, for 30 days",
        table: "spam_senders",
        is_theirs: "address_key = ?1",
    },
    Crumb { what: "mail over a limit", table: "held", is_theirs: "lower(address) = ?1" },
    Crumb {
        what: "line of the postmaster's digest, for 30 days",
        table: "postmaster_lines",
        is_theirs: "EXISTS (SELECT 1 FROM json_tree(note) WHERE type = 'text' AND lower(value) = ?1)",
    },
];

const AROUND: &[&str] = &[
    "DELETE FROM links WHERE ticket = ?1",
    "DELETE FROM account_jobs WHERE ticket = ?1",
    "DELETE FROM untold WHERE ticket = ?1",
    "UPDATE accounts SET ticket = NULL WHERE ticket = ?1",
];

const TICKETS_OF: &str =
    "SELECT body FROM tickets WHERE (customer_key = ?1 OR email_key = ?1) ORDER BY id";
pub(super) const CLOSED_BEFORE: &str = "
    SELECT id FROM tickets WHERE closed_at <= ?1 AND closed_at IS NOT NULL AND erased_at IS NULL ORDER BY closed_at LIMIT ?2";
pub(super) const MAILS_OF: &str =
    "SELECT id, ticket, from_key, received_at, mailbox FROM messages WHERE ticket = ?1 ORDER BY id";
pub(super) const OLD_MAILS: &str = "
    SELECT id FROM messages WHERE ticket IS NULL AND state = 'processed' AND size_octets > 0 AND taken_at <= ?1
    ORDER BY taken_at LIMIT ?2";
pub(super) const OLD_LETTERS: &str = "
    SELECT id FROM outgoing WHERE ticket IS NULL AND state <> 'queued' AND created_at <= ?1 ORDER BY created_at LIMIT ?2";
const CLOSE_OFFERS: &str = "
    UPDATE offers SET expires_at = 0 WHERE id IN (SELECT offer FROM outgoing WHERE ticket = ?1 AND offer IS NOT NULL)";

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::desk::effect::{ArticleKind, HistoryLine, Visibility, Who};
    use crate::mail::{Class, Named};
    use crate::store::NewMessage;
    use crate::store::tests::{NOON, address, fresh, new_ticket};

    #[test]
    fn within_an_erasure_a_line_of_history_loses_its_details_and_nothing_else() {
        let mut fresh = fresh();
        let (ticket, other) = (fresh.ticket().id, fresh.ticket().id);
        let sent = What::LinkSent { to: address("jo@example.net") };
        fresh.does(|tx| {
            for (id, what) in
                [(ticket, sent.clone()), (ticket, What::Created), (other, sent.clone())]
            {
                tx.add_history(id, NOON, &HistoryLine { who: Who::System, what }, None)?;
            }
            Ok(())
        });
        for sql in [
            "UPDATE history SET at = 0 WHERE id = 1",
            "UPDATE history SET who = '\"customer\"' WHERE id = 1",
            "UPDATE history SET ticket = 2 WHERE id = 1",
            "UPDATE history SET id = 9 WHERE id = 1",
            "UPDATE history SET what = '\"created\"' WHERE id = 1",
            "UPDATE history SET what = '{\"question_sent\":{\"to\":\"jo@example.net\"}}' WHERE id = 1",
            "UPDATE history SET what = '\"noted\"' WHERE id = 2",
            "UPDATE history SET what = what WHERE id = 3",
            "DELETE FROM history WHERE id = 1",
        ] {
            let refused = fresh.store.transaction(|tx| {
                tx.write("INSERT INTO erasing (ticket) VALUES (?1)", [ticket])?;
                tx.write(sql, [])
            });
            assert!(refused.unwrap_err().to_string().contains("only ever added to"), "{sql}");
        }
        fresh.does(|tx| tx.strip_history(ticket, crate::desk::erased::what));
        let lines = |fresh: &crate::store::tests::Fresh, id| -> Vec<What> {
            fresh.store.history(id).unwrap().into_iter().map(|stored| stored.line.what).collect()
        };
        assert_eq!(
            lines(&fresh, ticket),
            [What::LinkSent { to: Address::nobody() }, What::Created]
        );
        assert_eq!(lines(&fresh, other), [sent]);
        // And the door is shut again.
        let open = fresh.store.one("SELECT count(*) FROM erasing", [], |row| row.get::<_, i64>(0));
        assert_eq!(open.unwrap(), Some(0));
    }

    /// Pages are split, joined and moved about while people come and go: no octet of those who went may stay in between.
    #[test]
    fn what_went_is_gone_from_the_files_however_the_pages_were_moved_about() {
        let mut fresh = fresh();
        let text = |who: &str, n: usize| format!("{who} {n} ").repeat(1 + (n * 37) % 400);
        let mut ids = Vec::new();
        for round in 0..12_usize {
            for n in round * 25..(round + 1) * 25 {
                let who = if n % 2 == 0 { "quibbelwitz" } else { "neighbour" };
                let id = fresh.does(|tx| {
                    let mut ticket = new_ticket(tx)?;
                    let address = address(&format!("{who}.{n}@example.net"));
                    ticket.customer =
                        Some(Named { name: who.to_owned(), address: address.clone() });
                    ticket.subject = text(who, n / 3);
                    tx.save_ticket(&ticket, None)?;
                    let raw = text(who, n);
                    let mut hash = [0; 32];
                    hash[0..8].copy_from_slice(&n.to_le_bytes());
                    let message = tx.add_message(&NewMessage {
                        mailbox: "antrag",
                        source_key: &n.to_string(),
                        content_hash: &hash,
                        message_id: None,
                        from_key: Some(&address.key()),
                        received_at: NOON,
                        taken_at: NOON,
                        class: Class::Human,
                        quarantined: None,
                        raw: raw.as_bytes(),
                    })?;
                    tx.set_message_ticket(message, ticket.id)?;
                    let article = Article {
                        author: Author::Customer(ticket.customer.clone().unwrap()),
                        visibility: Visibility::Public,
                        kind: ArticleKind::Mail,
                        subject: text(who, n / 5),
                        text: text(who, n),
                        attachments: vec![],
                        message: Some(message),
                    };
                    tx.add_article(ticket.id, NOON, &article)?;
                    let to = address;
                    let line = HistoryLine { who: Who::System, what: What::LinkSent { to } };
                    tx.add_history(ticket.id, NOON, &line, Some(message))?;
                    tx.count_recent(
                        crate::store::Counted::NewOfSender,
                        &format!("{who}.{n}@example.net"),
                        NOON,
                    )?;
                    Ok(ticket.id)
                });
                if n % 2 == 0 {
                    ids.push(id);
                }
            }
            // Half of those who came so far go.
            let half = ids.len() / 2;
            for id in ids.drain(..half).collect::<Vec<_>>() {
                forget(&mut fresh, id);
            }
        }
        for id in ids {
            forget(&mut fresh, id);
        }
        assert!(fresh.store.checkpoint().unwrap());
        for end in ["", "-wal", "-shm"] {
            let file = format!("{}{end}", fresh.path().display());
            let octets = fs::read(file).unwrap();
            let part = b"quibbelwitz";
            assert!(!octets.windows(part.len()).any(|window| window == part), "{end}");
        }
        let neighbours = "SELECT count(*) FROM articles WHERE text LIKE 'neighbour%'";
        assert_eq!(fresh.store.one(neighbours, [], |row| row.get::<_, i64>(0)).unwrap(), Some(150));
    }

    fn forget(fresh: &mut crate::store::tests::Fresh, id: TicketId) {
        use crate::desk::erased;
        fresh.does(|tx| {
            let ticket = tx.ticket(id)?.unwrap();
            let address = ticket.customer.clone().unwrap().address;
            tx.strip_history(id, erased::what)?;
            tx.rewrite_articles(id, |article| {
                let author = erased::author(&article.author);
                let (subject, text) = (String::new(), String::new());
                Some(Article { author, subject, text, ..article })
            })?;
            for mail in tx.mails_of(id)? {
                assert!(tx.erase_mail(mail.message)?);
                assert_eq!(tx.raw(mail.message)?, None);
            }
            tx.forget_address(&address)?;
            tx.save_ticket(&erased::ticket(&ticket, NOON), None)?;
            tx.mark_erased(id, NOON)
        });
    }
}
