//! Mail from an IMAP mailbox: what lies in INBOX is handed out and moved away once it is settled.
//!
//! Sizes are asked first: one answer may be as large as the message it holds, and what is over the limit is fetched in
//! part. Only `BODY.PEEK` is used, so that a message nobody has read stays unread.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_imap::imap_proto::{AttributeValue, MailboxDatum, NameAttribute, Response};
use chrono::DateTime;
use zeroize::Zeroizing;

use super::folder::{name_on_server, of_month, quoted};
use super::session::Session;
use super::uid_set::uid_set;
use super::{Arrived, Bounds, Disposal, IntakeError, Source, SourceKey};
use crate::mail::Timestamp;
use crate::mail::timestamp::Span;

/// How to reach a mailbox and what to do with its mail.
#[derive(Debug, Clone)]
pub struct ImapSettings {
    /// Its name in the configuration.
    pub mailbox: Arc<str>,
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub user: String,
    pub password: Password,
    /// The certificate of a private authority, beside the system's.
    pub ca_file: Option<PathBuf>,
    /// With `{year}` and `{month}`; levels are separated by `/`, whatever the server uses.
    pub processed: String,
    pub quarantine: String,
    /// What was received before is left where it is.
    pub since: Option<Timestamp>,
    pub bounds: Bounds,
    /// A look at the mailbox beside IDLE.
    pub poll: Span,
    /// An IDLE is ended and begun anew after this.
    pub idle: Span,
    /// A server that says nothing for this long, though it was asked, is taken for dead.
    pub silence: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Security {
    /// Only to this machine itself.
    Plain,
    StartTls,
    Tls,
}

/// Wiped when it is no longer needed, and never shown.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    #[must_use]
    pub fn new(password: String) -> Self {
        Self(Zeroizing::new(password))
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

impl ImapSettings {
    /// 4 min 30 s: shorter than the five minutes after which the impatient among NATs forget a connection.
    pub const IDLE: Span = Span::secs(270);
    pub const SILENCE: Span = Span::secs(60);

    pub(super) fn server(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    pub(super) fn silence(&self) -> Duration {
        duration(self.silence)
    }
}

/// A mailbox whose INBOX is selected.
#[derive(Debug)]
pub struct ImapSource {
    settings: ImapSettings,
    session: Session,
    uid_validity: u32,
    /// Between the levels of a folder's name; None where there are no levels.
    separator: Option<char>,
    /// Found by the last search and not looked at yet.
    found: VecDeque<u32>,
    /// Of known size, next to be fetched.
    measured: VecDeque<Measured>,
    /// Handed out and not settled, with the time of receipt, which names the folder.
    handed_out: BTreeMap<u32, Timestamp>,
    /// Too old, or settled by leaving them.
    left: BTreeSet<u32>,
    left_behind: usize,
    /// Folders that are there: our name to the server's.
    folders: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy)]
struct Measured {
    uid: u32,
    size_octets: u64,
    /// None where the server's INTERNALDATE cannot be read: such a message is never too old.
    received_at: Option<Timestamp>,
}

impl ImapSource {
    /// Connects, logs in, selects INBOX and counts what is to be left behind.
    ///
    /// # Errors
    /// Whatever keeps the mailbox from being read.
    pub async fn open(settings: ImapSettings) -> Result<Self, IntakeError> {
        let mut session = Session::open(&settings).await?;
        let uid_validity = session.select("INBOX").await?;
        let separator = separator(&mut session).await?;
        let left_behind = match settings.since {
            None => 0,
            Some(since) => {
                session.search(&format!("UNDELETED BEFORE {}", day_before(since))).await?.len()
            }
        };
        Ok(Self {
            settings,
            session,
            uid_validity,
            separator,
            found: VecDeque::new(),
            measured: VecDeque::new(),
            handed_out: BTreeMap::new(),
            left: BTreeSet::new(),
            left_behind,
            folders: BTreeMap::new(),
        })
    }

    /// Looks for messages that are new to this connection.
    async fn search(&mut self) -> Result<(), IntakeError> {
        let criteria = match self.settings.since {
            None => "UNDELETED".to_owned(),
            Some(since) => format!("UNDELETED SINCE {}", day_before(since)),
        };
        self.session.take_news();
        // A server may answer a SEARCH from what it knows already; a NOOP makes it look (RFC 3501 section 6.1.2).
        self.session.command("NOOP", "NOOP", |_| ()).await?;
        let uids = self.session.search(&criteria).await?;
        self.found = uids
            .into_iter()
            .filter(|uid| !self.handed_out.contains_key(uid) && !self.left.contains(uid))
            .collect();
        Ok(())
    }

    /// Asks for size and time of the next messages found; what is too old drops out.
    async fn measure(&mut self) -> Result<(), IntakeError> {
        let next = self.settings.bounds.batch_messages.max(1).min(self.found.len());
        let uids = uid_set(self.found.drain(..next));
        let mut measured = BTreeMap::new();
        let command = format!("UID FETCH {uids} (UID RFC822.SIZE INTERNALDATE)");
        self.session
            .command("FETCH", &command, |response| {
                if let Response::Fetch(_, attributes) = response
                    && let Some(one) = measurement(attributes)
                {
                    measured.insert(one.uid, one);
                }
            })
            .await?;
        for one in measured.into_values() {
            if one.received_at.zip(self.settings.since).is_some_and(|(at, since)| at < since) {
                self.left.insert(one.uid);
                self.left_behind += 1;
            } else {
                self.measured.push_back(one);
            }
        }
        Ok(())
    }

    /// Fetches messages, whole or, where they are too large, their beginning. What is gone meanwhile is not there.
    async fn fetch(&mut self, batch: &[Measured]) -> Result<Vec<Arrived>, IntakeError> {
        let bounds = self.settings.bounds;
        let (large, whole): (Vec<&Measured>, Vec<&Measured>) =
            batch.iter().partition(|one| bounds.is_over(one.size_octets));
        let mut raws: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
        for (some, section) in [
            (whole, "BODY.PEEK[]".to_owned()),
            (large, format!("BODY.PEEK[]<0.{}>", bounds.beginning())),
        ] {
            if some.is_empty() {
                continue;
            }
            let uids = uid_set(some.iter().map(|one| one.uid));
            let command = format!("UID FETCH {uids} (UID {section})");
            self.session
                .command("FETCH", &command, |response| {
                    if let Response::Fetch(_, attributes) = response
                        && let Some((uid, raw)) = body(attributes)
                    {
                        raws.insert(uid, raw.to_vec());
                    }
                })
                .await?;
        }
        let mut arrived = Vec::with_capacity(batch.len());
        for one in batch {
            let Some(raw) = raws.remove(&one.uid) else { continue };
            let received_at = one.received_at.unwrap_or_default();
            self.handed_out.insert(one.uid, received_at);
            arrived.push(Arrived {
                key: SourceKey::Imap {
                    mailbox: self.settings.mailbox.clone(),
                    uid_validity: self.uid_validity,
                    uid: one.uid,
                },
                received_at,
                raw,
                truncated: bounds.is_over(one.size_octets),
                size_octets: one.size_octets,
            });
        }
        Ok(arrived)
    }

    async fn move_to(&mut self, folder: &str, uids: &[u32]) -> Result<(), IntakeError> {
        let name = self.make_folder(folder).await?;
        match self.move_once(&name, uids).await {
            // Perhaps somebody removed the folder since we last looked.
            Err(IntakeError::Refused { .. }) => {
                self.folders.remove(folder);
                let name = self.make_folder(folder).await?;
                self.move_once(&name, uids).await
            }
            outcome => outcome,
        }
    }

    /// MOVE (RFC 6851), or what it stands for. A break between copy and expunge leaves the message in both places: it
    /// comes again, is recognised and is moved once more.
    async fn move_once(&mut self, name: &str, uids: &[u32]) -> Result<(), IntakeError> {
        let capabilities = self.session.capabilities();
        let (set, name) = (uid_set(uids.iter().copied()), quoted(name));
        if capabilities.has_move {
            return self.session.command("MOVE", &format!("UID MOVE {set} {name}"), |_| ()).await;
        }
        self.session.command("COPY", &format!("UID COPY {set} {name}"), |_| ()).await?;
        // A bare EXPUNGE also removes what somebody else has marked and may want back.
        let may_expunge = capabilities.has_uidplus
            || self.session.search("DELETED").await?.iter().all(|uid| uids.contains(uid));
        let mark = format!("UID STORE {set} +FLAGS.SILENT (\\Deleted)");
        self.session.command("STORE", &mark, |_| ()).await?;
        if !may_expunge {
            // They stay, marked; a search for UNDELETED does not see them.
            return Ok(());
        }
        let expunge = if capabilities.has_uidplus {
            format!("UID EXPUNGE {set}") // RFC 4315
        } else {
            "EXPUNGE".to_owned()
        };
        self.session.command("EXPUNGE", &expunge, |_| ()).await
    }

    /// The server's name of a folder, which is made where it is missing.
    async fn make_folder(&mut self, folder: &str) -> Result<String, IntakeError> {
        if let Some(name) = self.folders.get(folder) {
            return Ok(name.clone());
        }
        let name = name_on_server(folder, self.separator);
        let mut candidates = vec![name.clone()];
        // Some servers have all of a person's folders below INBOX and refuse any other name.
        candidates.extend(self.separator.map(|separator| format!("INBOX{separator}{name}")));
        for name in &candidates {
            if self.has_folder(name).await? {
                self.folders.insert(folder.to_owned(), name.clone());
                return Ok(name.clone());
            }
        }
        let mut refusal = None;
        for name in candidates {
            match self.session.command("CREATE", &format!("CREATE {}", quoted(&name)), |_| ()).await
            {
                Ok(()) => {}
                // Another mailbox's intake may have made it in this moment.
                Err(IntakeError::Refused { .. }) if self.has_folder(&name).await? => {}
                Err(error @ IntakeError::Refused { .. }) => {
                    refusal.get_or_insert(error);
                    continue;
                }
                Err(error) => return Err(error),
            }
            let subscribe = format!("SUBSCRIBE {}", quoted(&name));
            match self.session.command("SUBSCRIBE", &subscribe, |_| ()).await {
                // Without a subscription it is only less easily seen.
                Ok(()) | Err(IntakeError::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
            self.folders.insert(folder.to_owned(), name.clone());
            return Ok(name);
        }
        Err(refusal.unwrap_or_else(|| IntakeError::Unsupported {
            server: self.settings.server(),
            what: "a folder for processed mail cannot be made",
        }))
    }

    async fn has_folder(&mut self, name: &str) -> Result<bool, IntakeError> {
        let mut is_there = false;
        self.session
            .command("LIST", &format!("LIST \"\" {}", quoted(name)), |response| {
                if let Response::MailboxData(MailboxDatum::List(list)) = response {
                    is_there |= list.name == name
                        && !list.name_attributes.contains(&NameAttribute::NoSelect);
                }
            })
            .await?;
        Ok(is_there)
    }
}

impl Source for ImapSource {
    async fn next_batch(&mut self) -> Result<Vec<Arrived>, IntakeError> {
        if self.measured.is_empty() && self.found.is_empty() {
            self.search().await?;
        }
        while self.measured.is_empty() && !self.found.is_empty() {
            self.measure().await?;
        }
        let sizes = self.measured.iter().map(|one| one.size_octets);
        let messages = self.settings.bounds.batch(sizes);
        let batch: Vec<Measured> = self.measured.drain(..messages).collect();
        self.fetch(&batch).await
    }

    async fn settle(&mut self, done: Vec<(SourceKey, Disposal)>) -> Result<(), IntakeError> {
        let mut moves: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (key, disposal) in done {
            let SourceKey::Imap { uid_validity, uid, .. } = key else { continue };
            let Some(received_at) = self.handed_out.get(&uid).copied() else { continue };
            if uid_validity != self.uid_validity {
                continue;
            }
            let template = match disposal {
                Disposal::Processed => &self.settings.processed,
                Disposal::Quarantine => &self.settings.quarantine,
                Disposal::Leave => {
                    self.handed_out.remove(&uid);
                    self.left.insert(uid);
                    continue;
                }
            };
            moves.entry(of_month(template, received_at)).or_default().push(uid);
        }
        for (folder, uids) in moves {
            // A command line stays short (RFC 7162 section 4 recommends 8192 octets).
            for some in uids.chunks(512) {
                self.move_to(&folder, some).await?;
                for uid in some {
                    self.handed_out.remove(uid);
                }
            }
        }
        Ok(())
    }

    async fn wait(&mut self) -> Result<(), IntakeError> {
        if !self.measured.is_empty() || !self.found.is_empty() {
            return Ok(());
        }
        let (poll, idle) = (duration(self.settings.poll), duration(self.settings.idle));
        self.session.wait_for_news(poll, idle).await
    }

    fn left_behind(&self) -> usize {
        self.left_behind
    }

    async fn close(self) {
        self.session.close().await;
    }
}

/// RFC 3501 section 6.3.8: an empty pattern asks for nothing but the separator.
async fn separator(session: &mut Session) -> Result<Option<char>, IntakeError> {
    let mut separator = None;
    session
        .command("LIST", "LIST \"\" \"\"", |response| {
            if let Response::MailboxData(MailboxDatum::List(list)) = response {
                separator = list.delimiter.as_ref().and_then(|text| text.chars().next());
            }
        })
        .await?;
    Ok(separator)
}

fn measurement(attributes: &[AttributeValue<'_>]) -> Option<Measured> {
    let (mut uid, mut size, mut received_at) = (None, None, None);
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(value) => uid = Some(*value),
            AttributeValue::Rfc822Size(value) => size = Some(u64::from(*value)),
            AttributeValue::InternalDate(text) => received_at = internal_date(text),
            _ => {}
        }
    }
    Some(Measured { uid: uid?, size_octets: size?, received_at })
}

fn body<'a>(attributes: &'a [AttributeValue<'_>]) -> Option<(u32, &'a [u8])> {
    let (mut uid, mut raw) = (None, None);
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(value) => uid = Some(*value),
            AttributeValue::BodySection { section: None, data: Some(data), .. } => {
                raw = Some(data.as_ref());
            }
            _ => {}
        }
    }
    uid.zip(raw)
}

/// RFC 3501 section 9, `date-time`; its day may begin with a space.
fn internal_date(text: &str) -> Option<Timestamp> {
    let at = DateTime::parse_from_str(text.trim(), "%d-%b-%Y %H:%M:%S %z").ok()?;
    Some(Timestamp(at.timestamp()))
}

/// A search knows whole days only, in the server's zone, which may be any: everything from the day before is looked at.
fn day_before(at: Timestamp) -> String {
    at.minus(Span::days(1)).utc().format("%-d-%b-%Y").to_string()
}

pub(super) fn duration(span: Span) -> Duration {
    Duration::from_secs(u64::try_from(span.0).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_s_time_is_read() {
        for (text, seconds) in [
            ("23-Nov-2026 09:12:08 +0100", Some(1_795_421_528)),
            (" 1-Jan-1970 00:00:07 +0000", Some(7)),
            ("yesterday", None),
        ] {
            assert_eq!(internal_date(text).map(|at| at.0), seconds, "{text}");
        }
        assert_eq!(day_before(Timestamp(1_795_421_528)), "22-Nov-2026");
        assert_eq!(day_before(Timestamp(1_793_700_000)), "2-Nov-2026");
    }

    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(format!("{:?}", Password::new("hunter2".into())), "Password");
    }
}
