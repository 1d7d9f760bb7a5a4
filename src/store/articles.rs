//! What a ticket consists of: its mails and notes, and its history, which only ever grows.

use rusqlite::{Row, params};

use super::columns::{Json, words};
use super::error::StoreError;
use super::{Reader, Tx};
use crate::desk::TicketId;
use crate::desk::effect::{Article, ArticleKind, HistoryLine, Visibility};
use crate::desk::event::MessageRef;
use crate::mail::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredArticle {
    pub at: Timestamp,
    pub article: Article,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredHistoryLine {
    pub at: Timestamp,
    pub line: HistoryLine,
    /// The mail that was the cause.
    pub message: Option<MessageRef>,
}

words! {
    Visibility { Public = "public", Internal = "internal" }
    ArticleKind { Mail = "mail", Note = "note", Automatic = "automatic", Bounce = "bounce" }
}

impl Reader {
    /// All of a ticket, in their order.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn articles(&self, ticket: TicketId) -> Result<Vec<StoredArticle>, StoreError> {
        self.all(ARTICLES, [ticket], stored_article)
    }

    /// So many of a ticket at most, the latest, in their order, and the texts only of the latest of these: of those that stand behind
    /// more octets than this it is empty. A ticket on which two machines met must fit into memory.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn articles_in_part(
        &self,
        ticket: TicketId,
        most: u32,
        octets: usize,
    ) -> Result<Vec<StoredArticle>, StoreError> {
        let (mut articles, mut behind) = (Vec::new(), 0_usize);
        self.each(ARTICLES_BACKWARDS, params![ticket, most], stored_article, |mut stored| {
            if behind > octets {
                stored.article.text = String::new();
            }
            behind = behind.saturating_add(stored.article.text.len());
            articles.push(stored);
            Ok::<_, StoreError>(())
        })?;
        articles.reverse();
        Ok(articles)
    }

    /// The latest articles of one kind that the customer may see, or may not, newest first: as many of them as are not longer than
    /// this together, in octets, and one more.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn latest_articles(
        &self,
        ticket: TicketId,
        wanted: (Visibility, ArticleKind),
        most: u32,
        octets: usize,
    ) -> Result<Vec<StoredArticle>, StoreError> {
        let (mut articles, mut found, mut before) = (Vec::new(), 0_usize, i64::MAX);
        // One by one: what is not wanted any more is not read.
        while found <= octets && articles.len() < most as usize {
            let values = params![ticket, wanted.0, wanted.1, before];
            let Some((id, stored)) =
                self.one(LATEST_ARTICLE, values, |row| Ok((row.get("id")?, stored_article(row)?)))?
            else {
                break;
            };
            found = found.saturating_add(stored.article.text.len());
            before = id;
            articles.push(stored);
        }
        Ok(articles)
    }

    /// What opened a ticket.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn first_article(&self, ticket: TicketId) -> Result<Option<StoredArticle>, StoreError> {
        self.one(FIRST_ARTICLE, [ticket], stored_article)
    }

    /// All of a ticket, the oldest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn history(&self, ticket: TicketId) -> Result<Vec<StoredHistoryLine>, StoreError> {
        self.all(HISTORY, [ticket], stored_line)
    }

    /// The latest lines of a ticket, the oldest of them first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn latest_history(
        &self,
        ticket: TicketId,
        most: u32,
    ) -> Result<Vec<StoredHistoryLine>, StoreError> {
        let mut lines = self.all(LATEST_HISTORY, params![ticket, most], stored_line)?;
        lines.reverse();
        Ok(lines)
    }
}

impl Tx<'_> {
    /// # Errors
    /// A conflict where there is no such ticket or message.
    pub fn add_article(
        &self,
        ticket: TicketId,
        at: Timestamp,
        article: &Article,
    ) -> Result<(), StoreError> {
        self.write(
            "INSERT INTO articles (ticket, at, author, visibility, kind, subject, text, attachments, message)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                ticket,
                at,
                Json(&article.author),
                article.visibility,
                article.kind,
                article.subject,
                article.text,
                Json(&article.attachments),
                article.message,
            ],
        )
        .map(drop)
    }

    /// # Errors
    /// A conflict where there is no such ticket or message.
    pub fn add_history(
        &self,
        ticket: TicketId,
        at: Timestamp,
        line: &HistoryLine,
        message: Option<MessageRef>,
    ) -> Result<(), StoreError> {
        self.write(
            "INSERT INTO history (ticket, at, who, what, message) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![ticket, at, Json(&line.who), Json(&line.what), message],
        )
        .map(drop)
    }
}

fn stored_line(row: &Row<'_>) -> rusqlite::Result<StoredHistoryLine> {
    let line = HistoryLine {
        who: row.get::<_, Json<_>>("who")?.0,
        what: row.get::<_, Json<_>>("what")?.0,
    };
    Ok(StoredHistoryLine { at: row.get("at")?, line, message: row.get("message")? })
}

fn stored_article(row: &Row<'_>) -> rusqlite::Result<StoredArticle> {
    let article = Article {
        author: row.get::<_, Json<_>>("author")?.0,
        visibility: row.get("visibility")?,
        kind: row.get("kind")?,
        subject: row.get("subject")?,
        text: row.get("text")?,
        attachments: row.get::<_, Json<_>>("attachments")?.0,
        message: row.get("message")?,
    };
    Ok(StoredArticle { at: row.get("at")?, article })
}

const FIRST_ARTICLE: &str = "
    SELECT at, author, visibility, kind, subject, text, attachments, message FROM articles WHERE ticket = ?1 ORDER BY id LIMIT 1";
pub(super) const ARTICLES: &str = "
    SELECT at, author, visibility, kind, subject, text, attachments, message FROM articles WHERE ticket = ?1 ORDER BY id";
pub(super) const ARTICLES_BACKWARDS: &str = "
    SELECT at, author, visibility, kind, subject, text, attachments, message FROM articles WHERE ticket = ?1 ORDER BY id DESC LIMIT ?2";
pub(super) const LATEST_ARTICLE: &str = "
    SELECT id, at, author, visibility, kind, subject, text, attachments, message FROM articles
    WHERE ticket = ?1 AND visibility = ?2 AND kind = ?3 AND id < ?4 ORDER BY id DESC LIMIT 1";
pub(super) const LATEST_HISTORY: &str =
    "SELECT at, who, what, message FROM history WHERE ticket = ?1 ORDER BY id DESC LIMIT ?2";
pub(super) const HISTORY: &str =
    "SELECT at, who, what, message FROM history WHERE ticket = ?1 ORDER BY id";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::effect::{Author, What, Who};
    use crate::desk::event::AttachmentInfo;
    use crate::desk::people::AgentId;
    use crate::mail::Named;
    use crate::store::tests::{NOON, address, fresh};

    #[test]
    fn articles_come_back_in_their_order() {
        let mut fresh = fresh();
        let ticket = fresh.ticket().id;
        let mail = Article {
            author: Author::Customer(Named {
                name: "Jo".to_owned(),
                address: address("jo@example.net"),
            }),
            visibility: Visibility::Public,
            kind: ArticleKind::Mail,
            subject: "May I?".to_owned(),
            text: "I write about tides. \u{1f30a}".to_owned(),
            attachments: vec![AttachmentInfo {
                name: "tide.pdf".to_owned(),
                media_type: "application/pdf".to_owned(),
                size_octets: 5_000_000_000,
            }],
            message: None,
        };
        let note = Article {
            author: Author::Agent(AgentId(3)),
            visibility: Visibility::Internal,
            kind: ArticleKind::Note,
            attachments: vec![],
            ..mail.clone()
        };
        fresh.does(|tx| {
            tx.add_article(ticket, NOON, &mail)?;
            tx.add_article(ticket, NOON, &note)
        });
        let stored = [mail, note].map(|article| StoredArticle { at: NOON, article });
        assert_eq!(fresh.store.articles(ticket).unwrap(), stored);
        assert_eq!(fresh.store.articles(TicketId(9)).unwrap(), []);
    }

    #[test]
    fn the_latest_come_first_and_only_as_many_as_are_wanted() {
        let mut fresh = fresh();
        let ticket = fresh.ticket().id;
        let article = |visibility, kind, text: &str| Article {
            author: Author::Agent(AgentId(3)),
            visibility,
            kind,
            subject: String::new(),
            text: text.to_owned(),
            attachments: vec![],
            message: None,
        };
        let wanted = (Visibility::Internal, ArticleKind::Note);
        fresh.does(|tx| {
            for text in ["one", "two", "three"] {
                tx.add_article(ticket, NOON, &article(wanted.0, wanted.1, text))?;
                tx.add_article(ticket, NOON, &article(wanted.0, ArticleKind::Automatic, "no"))?;
                tx.add_article(ticket, NOON, &article(Visibility::Public, wanted.1, "no"))?;
            }
            Ok(())
        });
        let texts = |most, octets| -> Vec<String> {
            let latest = fresh.store.latest_articles(ticket, wanted, most, octets).unwrap();
            latest.into_iter().map(|stored| stored.article.text).collect()
        };
        assert_eq!(texts(9, 999), ["three", "two", "one"]);
        assert_eq!(texts(2, 999), ["three", "two"]);
        assert_eq!(texts(9, 5), ["three", "two"]);
        assert_eq!(texts(9, 4), ["three"]);
    }

    #[test]
    fn the_latest_lines_of_a_history_stand_in_their_order() {
        let mut fresh = fresh();
        let ticket = fresh.ticket().id;
        let line = |n| HistoryLine { who: Who::System, what: What::Priority { from: 3, to: n } };
        fresh.does(|tx| (1..=5).try_for_each(|n| tx.add_history(ticket, NOON, &line(n), None)));
        let latest = fresh.store.latest_history(ticket, 2).unwrap();
        assert_eq!(latest.into_iter().map(|l| l.line).collect::<Vec<_>>(), [line(4), line(5)]);
    }

    #[test]
    fn history_is_only_ever_added_to() {
        let mut fresh = fresh();
        let ticket = fresh.ticket().id;
        let lines = [
            HistoryLine { who: Who::Customer, what: What::Created },
            HistoryLine { who: Who::Agent(AgentId(1)), what: What::Locked { from: None } },
        ];
        fresh.does(|tx| lines.iter().try_for_each(|line| tx.add_history(ticket, NOON, line, None)));
        for sql in ["UPDATE history SET at = 0", "DELETE FROM history"] {
            let refused = fresh.store.transaction(|tx| tx.write(sql, []));
            assert!(refused.unwrap_err().to_string().contains("only ever added to"), "{sql}");
        }
        let stored: Vec<_> =
            fresh.store.history(ticket).unwrap().into_iter().map(|s| s.line).collect();
        assert_eq!(stored, lines);
    }
}
