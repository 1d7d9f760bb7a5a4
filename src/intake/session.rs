//! A conversation with an IMAP server (RFC 3501, RFC 9051): greeting, log-in, and one command after the other.
//!
//! The words and the parsing are async-imap's. Commands are run here one way only, because its own ways differ in what
//! they notice: its streams end alike for a finished FETCH, a refused one and a lost connection. Every answer is
//! awaited with a limit; whoever says nothing for that long is taken for dead.

use std::time::Duration;

use async_imap::Client;
use async_imap::error::Error as ImapError;
use async_imap::imap_proto::{
    Capability, MailboxDatum, Outcome, RequestId, Response, ResponseCode, Status,
};
use tokio::time::timeout;

use super::folder::quoted;
use super::imap::{ImapSettings, Security};
use super::wire::Wire;
use super::{IntakeError, Password};

/// A connection that is logged in.
#[derive(Debug)]
pub struct Session {
    inner: async_imap::Session<Wire>,
    server: String,
    silence: Duration,
    capabilities: Capabilities,
    /// The number of messages in the selected mailbox, as far as we were told.
    exists: u32,
    /// There are more than when we last looked.
    has_news: bool,
    /// A command was begun and its answer not read to the end.
    is_broken_off: bool,
    /// The tag of the IDLE that is running.
    idle: Option<RequestId>,
}

/// What we use beyond RFC 3501.
#[derive(Debug, Clone, Copy, Default)]
pub struct Capabilities {
    pub has_move: bool,
    pub has_uidplus: bool,
    pub has_idle: bool,
}

impl Session {
    /// Connects, encrypts where told to, and logs in.
    pub async fn open(settings: &ImapSettings) -> Result<Self, IntakeError> {
        let silence = settings.silence();
        let opening = async {
            let client = greet(settings).await?;
            let inner = log_in(client, settings).await?;
            let mut session = Self {
                inner,
                server: settings.server(),
                silence,
                capabilities: Capabilities::default(),
                exists: 0,
                has_news: false,
                is_broken_off: false,
                idle: None,
            };
            session.ask_capabilities().await?;
            Ok(session)
        };
        timeout(silence, opening).await.unwrap_or_else(|_| {
            Err(IntakeError::Silent { server: settings.server(), seconds: silence.as_secs() })
        })
    }

    pub fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    /// Selects a mailbox for reading and moving; its UIDVALIDITY.
    pub async fn select(&mut self, mailbox: &str) -> Result<u32, IntakeError> {
        let mut uid_validity = None;
        (self.exists, self.has_news) = (0, false);
        self.command("SELECT", &format!("SELECT {}", quoted(mailbox)), |response| {
            if let Response::Data { outcome, .. } = response
                && let Some(ResponseCode::UidValidity(value)) = outcome.code
            {
                uid_validity = Some(value);
            }
        })
        .await?;
        self.has_news = false;
        uid_validity.ok_or_else(|| self.unsupported("it gives no UIDVALIDITY"))
    }

    /// `UID SEARCH`; the UIDs in order.
    pub async fn search(&mut self, criteria: &str) -> Result<Vec<u32>, IntakeError> {
        let mut found = Vec::new();
        self.command("UID SEARCH", &format!("UID SEARCH {criteria}"), |response| {
            if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
                found.extend_from_slice(uids);
            }
        })
        .await?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Runs a command to its end and shows every answer that comes before. `name` is what an error calls it.
    pub async fn command(
        &mut self,
        name: &'static str,
        command: &str,
        mut see: impl FnMut(&Response<'_>) + Send,
    ) -> Result<(), IntakeError> {
        if self.is_broken_off {
            return Err(self.lost("a command was broken off"));
        }
        self.end_idle().await?;
        self.is_broken_off = true;
        let tag = self.send(command).await?;
        loop {
            let end = self
                .read(self.silence, |response| match response {
                    Response::Done { tag: ended, status, outcome } => {
                        (*ended == tag).then(|| (*status == Status::Ok, said(outcome)))
                    }
                    other => {
                        see(other);
                        None
                    }
                })
                .await?;
            match end {
                None => {}
                Some((true, _)) => break,
                Some((false, said)) => {
                    self.is_broken_off = false;
                    let server = self.server.clone();
                    return Err(IntakeError::Refused { server, command: name, said });
                }
            }
        }
        self.is_broken_off = false;
        Ok(())
    }

    /// True if there are more messages than when we last asked. Asking forgets it.
    pub fn take_news(&mut self) -> bool {
        std::mem::take(&mut self.has_news)
    }

    /// Begins an IDLE (RFC 2177) unless one is running. The server's `+` is read later, with everything else.
    pub async fn begin_idle(&mut self) -> Result<(), IntakeError> {
        if self.idle.is_none() {
            self.idle = Some(self.send("IDLE").await?);
        }
        Ok(())
    }

    /// Ends the IDLE that is running, if there is one. May be dropped: its answer is read with the next command's.
    pub async fn end_idle(&mut self) -> Result<(), IntakeError> {
        let Some(tag) = self.idle.clone() else {
            return Ok(());
        };
        let done = timeout(self.silence, self.inner.run_command_untagged("DONE")).await;
        self.idle = None;
        match done {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(self.broken(&error)),
            Err(_) => return Err(self.silent()),
        }
        let mut ended = false;
        while !ended {
            ended = self
                .read(
                    self.silence,
                    |response| matches!(response, Response::Done { tag: done, .. } if *done == tag),
                )
                .await?;
        }
        Ok(())
    }

    /// One answer within an IDLE, however long it takes.
    pub async fn hear(&mut self) -> Result<Heard, IntakeError> {
        let tag = self.idle.clone();
        // The caller limits the waiting: silence is what an IDLE is for.
        let has_ended = self
            .read(
                Duration::MAX,
                |response| matches!(response, Response::Done { tag: done, .. } if Some(done) == tag.as_ref()),
            )
            .await?;
        if has_ended {
            // Refused, or ended by a server that has less patience than we: it is not asked again on this connection.
            self.idle = None;
            self.capabilities.has_idle = false;
        }
        Ok(match (self.has_news, has_ended) {
            (true, _) => Heard::News,
            (false, true) => Heard::End,
            (false, false) => Heard::Nothing,
        })
    }

    /// Takes leave (LOGOUT), without waiting long for the answer.
    pub async fn close(mut self) {
        let leaving = async {
            self.end_idle().await?;
            self.send("LOGOUT").await?;
            self.read(Duration::MAX, |_| ()).await
        };
        // Whether it hears us or not, we are gone.
        drop(timeout(Duration::from_secs(1), leaving).await);
    }

    async fn ask_capabilities(&mut self) -> Result<(), IntakeError> {
        let mut capabilities = Capabilities::default();
        self.command("CAPABILITY", "CAPABILITY", |response| {
            if let Response::Capabilities(list) = response {
                let has = |name: &str| {
                    list.iter().any(
                        |one| matches!(one, Capability::Atom(atom) if atom.eq_ignore_ascii_case(name)),
                    )
                };
                capabilities = Capabilities {
                    has_move: has("MOVE"),
                    has_uidplus: has("UIDPLUS"),
                    has_idle: has("IDLE"),
                };
            }
        })
        .await?;
        self.capabilities = capabilities;
        Ok(())
    }

    async fn send(&mut self, command: &str) -> Result<RequestId, IntakeError> {
        match timeout(self.silence, self.inner.run_command(command)).await {
            Ok(Ok(tag)) => Ok(tag),
            Ok(Err(error)) => Err(self.broken(&error)),
            Err(_) => Err(self.silent()),
        }
    }

    /// One answer. A large one may take long, as long as something of it comes within `patience`.
    async fn read<R>(
        &mut self,
        patience: Duration,
        look: impl FnOnce(&Response<'_>) -> R,
    ) -> Result<R, IntakeError> {
        loop {
            let before = self.inner.get_ref().octets_heard();
            match timeout(patience, self.inner.read_response()).await {
                Ok(Ok(Some(response))) => {
                    self.note(response.parsed())?;
                    return Ok(look(response.parsed()));
                }
                Ok(Ok(None)) => return Err(self.lost("it was closed by the server")),
                Ok(Err(error)) => return Err(self.broken(&error.into())),
                Err(_) if self.inner.get_ref().octets_heard() > before => {}
                Err(_) => return Err(self.silent()),
            }
        }
    }

    /// What any answer may tell beside what was asked (RFC 3501 section 7).
    fn note(&mut self, response: &Response<'_>) -> Result<(), IntakeError> {
        match response {
            Response::MailboxData(MailboxDatum::Exists(count)) => {
                // The same number again is no news: some servers repeat it after every command.
                self.has_news |= *count > self.exists;
                self.exists = *count;
            }
            Response::Expunge(_) => self.exists = self.exists.saturating_sub(1),
            Response::Data { status: Status::Bye, outcome } => {
                return Err(self.lost(&format!("the server took leave: {}", said(outcome))));
            }
            _ => {}
        }
        Ok(())
    }

    fn lost(&self, why: &str) -> IntakeError {
        IntakeError::Lost { server: self.server.clone(), why: why.into() }
    }

    fn silent(&self) -> IntakeError {
        IntakeError::Silent { server: self.server.clone(), seconds: self.silence.as_secs() }
    }

    fn unsupported(&self, what: &'static str) -> IntakeError {
        IntakeError::Unsupported { server: self.server.clone(), what }
    }

    fn broken(&self, error: &ImapError) -> IntakeError {
        self.lost(&without_content(error))
    }
}

/// What an IDLE brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    News,
    Nothing,
    /// The server ended the IDLE, or refused it.
    End,
}

/// Connects up to the point where a log-in may be sent.
async fn greet(settings: &ImapSettings) -> Result<Client<Wire>, IntakeError> {
    let server = settings.server();
    let ca_file = settings.ca_file.as_deref();
    let mut wire = Wire::connect(&settings.host, settings.port).await?;
    match settings.security {
        Security::Plain if !wire.stays_here() => return Err(IntakeError::PlainAbroad { server }),
        Security::Tls => wire = wire.encrypt(&settings.host, &server, ca_file).await?,
        Security::Plain | Security::StartTls => {}
    }
    let mut client = Client::new(wire);
    let lost = |why: String| IntakeError::Lost { server: server.clone(), why };
    let greeting =
        client.read_response().await.map_err(|error| lost(without_content(&error.into())))?;
    let greeting = greeting.ok_or_else(|| lost("it was closed without a greeting".into()))?;
    match greeting.parsed() {
        Response::Data { status: Status::Ok, .. } => {}
        // RFC 3501 section 7.1.4. Behind STARTTLS it would also be a way to keep us from encrypting.
        Response::Data { status: Status::PreAuth, .. } => {
            let what = "it takes everybody in without a log-in (PREAUTH)";
            return Err(IntakeError::Unsupported { server, what });
        }
        Response::Data { outcome, .. } => return Err(lost(said(outcome))),
        _ => return Err(IntakeError::Unsupported { server, what: "it does not speak IMAP" }),
    }
    if settings.security != Security::StartTls {
        return Ok(client);
    }
    match client.run_command_and_check_ok("STARTTLS", None).await {
        Ok(()) => {}
        Err(ImapError::No(_) | ImapError::Bad(_)) => {
            return Err(IntakeError::Unsupported { server, what: "it does not offer STARTTLS" });
        }
        Err(error) => return Err(lost(without_content(&error))),
    }
    // What somebody on the way put behind the plain answer stays in the old client's buffer and is never read.
    Ok(Client::new(client.into_inner().encrypt(&settings.host, &server, ca_file).await?))
}

async fn log_in(
    client: Client<Wire>,
    settings: &ImapSettings,
) -> Result<async_imap::Session<Wire>, IntakeError> {
    let (user, password) = (&settings.user, &settings.password);
    let printable = |text: &str| text.chars().all(|c| matches!(c, ' '..='~'));
    let outcome = if printable(user) && printable(password.expose()) {
        client.login(user, password.expose()).await
    } else {
        // LOGIN's quoted strings are ASCII; RFC 4616 is UTF-8.
        client.authenticate("PLAIN", Plain { user, password }).await
    };
    outcome.map_err(|(error, _client)| {
        let server = settings.server();
        match error {
            ImapError::No(text) | ImapError::Bad(text) => IntakeError::LogIn {
                user: user.clone(),
                server,
                // RFC 5530 section 3
                is_temporary: ["[UNAVAILABLE]", "[INUSE]", "[LIMIT]"]
                    .iter()
                    .any(|code| text.contains(code)),
                said: information(&text),
            },
            other => IntakeError::Lost { server, why: without_content(&other) },
        }
    })
}

/// SASL PLAIN (RFC 4616).
struct Plain<'a> {
    user: &'a str,
    password: &'a Password,
}

impl async_imap::Authenticator for Plain<'_> {
    type Response = Vec<u8>;

    fn process(&mut self, _challenge: &[u8]) -> Vec<u8> {
        format!("\0{}\0{}", self.user, self.password.expose()).into_bytes()
    }
}

/// The words of an answer, for a person.
fn said(outcome: &Outcome<'_>) -> String {
    match (&outcome.information, &outcome.code) {
        (Some(words), _) => words.trim().to_owned(),
        (None, Some(code)) => format!("{code:?}"),
        (None, None) => "it gave no reason".into(),
    }
}

/// The same from an error of async-imap, which has them as `code: None, info: Some("...")`.
fn information(text: &str) -> String {
    text.split_once("info: Some(\"")
        .and_then(|(_, words)| words.strip_suffix("\")"))
        .unwrap_or(text)
        .to_owned()
}

/// An error in words, without what the server sent: for what cannot be parsed, async-imap's words hold all of it, and
/// that may be a mail.
fn without_content(error: &ImapError) -> String {
    match error {
        ImapError::Io(cause) if cause.kind() == std::io::ErrorKind::Other => {
            "the server's answer is no IMAP".into()
        }
        ImapError::Io(cause) => cause.to_string(),
        ImapError::ConnectionLost => "it was closed by the server".into(),
        ImapError::Parse(_) => "the server's answer is no IMAP".into(),
        ImapError::No(text) | ImapError::Bad(text) => information(text),
        _ => "a command could not be sent".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_does_not_hold_what_the_server_sent() {
        let error = std::io::Error::other("during parsing of \"Subject: my application\"");
        assert!(!without_content(&error.into()).contains("application"));
    }

    #[test]
    fn the_server_s_words_are_kept() {
        let text = r#"code: None, info: Some("[AUTHENTICATIONFAILED] Authentication failed.")"#;
        assert_eq!(information(text), "[AUTHENTICATIONFAILED] Authentication failed.");
        assert_eq!(information("else"), "else");
    }
}
