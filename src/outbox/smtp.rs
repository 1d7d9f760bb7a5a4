//! Hands over by SMTP (RFC 5321): plain, STARTTLS or TLS, with or without log-in, over connections that stay open.
//!
//! lettre connects, encrypts, logs in, reads replies and stuffs dots; the dialogue of a mail is ours. Its pool is not used: it takes a
//! connection back whose caller gave up between a command and its reply, and then every later mail reads the reply of the one before;
//! it waits for a reply without end; and it takes any positive reply for the right one.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::extension::{ClientId, Extension};
use lettre::transport::smtp::response::Response;
use zeroize::Zeroizing;

use super::{Handover, Outcome, SettingsError, line_ends, one_line};
use crate::mail::Address;

/// Where mails go. No `Debug`: it holds the password.
pub struct SmtpSettings {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub user: Option<String>,
    pub password: Option<Zeroizing<String>>,
    /// PEM. Where it is named, these and nobody else vouch for the server.
    pub ca_file: Option<PathBuf>,
    /// What EHLO says; the machine's name where None.
    pub hello_name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    Plain,
    /// RFC 3207, required: a server without it is not talked to.
    StartTls,
    /// From the first octet (RFC 8314).
    Tls,
}

pub struct Smtp {
    host: String,
    port: u16,
    security: Security,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    hello: ClientId,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

/// More connections than this are closed when their mail is done.
const MAX_IDLE: usize = 4;

/// From the first packet to the log-in.
const OPENING: Duration = Duration::from_secs(60);
/// RFC 5321 section 4.5.3.2: a server may look up a lot before it answers MAIL or RCPT.
const COMMAND: Duration = Duration::from_secs(300);
/// ... and before it answers the end of a message. Giving up too early means sending twice.
const MESSAGE: Duration = Duration::from_secs(900);
/// A goodbye nobody waits for.
const GOODBYE: Duration = Duration::from_secs(2);

impl Smtp {
    /// # Errors
    /// Settings that cannot work, or would give the password away.
    pub fn new(settings: SmtpSettings) -> Result<Self, SettingsError> {
        let SmtpSettings { host, port, security, user, password, ca_file, hello_name } = settings;
        let credentials = match (user, password) {
            (Some(user), _) if security == Security::Plain && !is_loopback(&host) => {
                return Err(SettingsError::PasswordInClear { user, host });
            }
            (Some(user), Some(password)) => Some(Credentials::new(user, password.to_string())),
            _ => None,
        };
        let tls = match security {
            Security::Plain => None,
            Security::StartTls | Security::Tls => Some(tls_for(&host, ca_file.as_deref())?),
        };
        let hello = match hello_name {
            None => ClientId::default(),
            Some(name) if is_host_name(&name) => ClientId::Domain(name),
            Some(name) => return Err(SettingsError::HelloName(name)),
        };
        Ok(Self { host, port, security, tls, credentials, hello, idle: Mutex::default() })
    }

    pub(super) async fn hand_over(&self, mail: &Handover) -> Outcome {
        let mut message = line_ends::crlf(&mail.message);
        if message.ends_with(b"\r\n") {
            // lettre ends every message with a line end of its own; two would change what was stored.
            message.truncate(message.len() - 2);
        }
        let sender = mail.envelope_sender.as_ref().map_or("", Address::as_str);
        let mut mail_from = format!("MAIL FROM:<{sender}>");
        let eight_bit = !message.is_ascii();
        if eight_bit {
            mail_from.push_str(" BODY=8BITMIME");
        }

        loop {
            let mut mail_from = mail_from.clone();
            let (mut connection, reused) = match self.take_idle() {
                Some(connection) => (connection, true),
                None => match self.connect().await {
                    Ok(connection) => (connection, false),
                    Err(text) => return Outcome::Unreachable { text },
                },
            };
            if eight_bit && !connection.server_info().supports_feature(Extension::EightBitMime) {
                self.keep(connection, None).await;
                let text = format!("{} does not take 8-bit mail (8BITMIME, RFC 6152)", self.host);
                return Outcome::Temporary { text };
            }
            // A bounce encloses the header only, where servers can be told so (RFC 3461 section 4.3).
            let begun = match mail.secret {
                true => self.offers_dsn(&mut connection).await,
                false => Ok(false),
            };
            let begun = match begun {
                Ok(offered) => {
                    if offered {
                        mail_from.push_str(" RET=HDRS");
                    }
                    command(&mut connection, &mail_from, 250).await
                }
                Err(failure) => Err(failure),
            };
            // A connection that lay idle may be dead by now: MAIL finds out, and nothing has been handed over yet.
            if reused && begun.as_ref().is_err_and(Failure::is_the_end) {
                continue;
            }
            let result = match begun {
                Ok(()) => transfer(&mut connection, &mail.recipient, &message).await,
                Err(failure) => Err(failure),
            };
            self.keep(connection, result.as_ref().err()).await;
            return result.map_or_else(Failure::outcome, |()| Outcome::Accepted);
        }
    }

    /// Whether the server lets us say what a bounce is to enclose. lettre does not keep that keyword, so it is asked for again.
    async fn offers_dsn(&self, connection: &mut AsyncSmtpConnection) -> Result<bool, Failure> {
        let hello = format!("EHLO {}\r\n", self.hello);
        let reply = tokio::time::timeout(COMMAND, connection.command(hello)).await;
        let offered = matches!(&reply, Ok(Ok(response)) if response
            .message()
            .skip(1)
            .any(|line| line.split(' ').any(|word| word.eq_ignore_ascii_case("DSN"))));
        match expect(reply, 250) {
            Ok(()) => Ok(offered),
            Err(failure) if failure.is_the_end() => Err(failure),
            // Who does not want to be asked twice is talked to without.
            Err(Failure::Said { .. } | Failure::Lost { .. }) => Ok(false),
        }
    }

    /// Connects, encrypts and logs in, and says goodbye: what `check` wants to know.
    pub(super) async fn probe(&self) -> Result<(), String> {
        goodbye(self.connect().await?).await;
        Ok(())
    }

    /// Says goodbye on all idle connections.
    pub(super) async fn close(&self) {
        while let Some(connection) = self.take_idle() {
            goodbye(connection).await;
        }
    }

    /// Connects, encrypts and logs in, or says why not.
    async fn connect(&self) -> Result<AsyncSmtpConnection, String> {
        let opened = tokio::time::timeout(OPENING, self.open()).await;
        let why = match opened {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) => error.to_string(),
            Err(_elapsed) => "no answer in time".to_owned(),
        };
        Err(one_line(&format!("{}:{}: {why}", self.host, self.port)))
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, lettre::transport::smtp::Error> {
        let at_once = self.tls.clone().filter(|_| self.security == Security::Tls);
        let later = self.tls.clone().filter(|_| self.security == Security::StartTls);
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(OPENING), &self.hello, at_once, None)
                .await?;
        if let Some(tls) = later {
            connection.starttls(tls, &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }

    fn take_idle(&self) -> Option<AsyncSmtpConnection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Keeps a connection for the next mail if both sides agree where they are.
    async fn keep(&self, mut connection: AsyncSmtpConnection, failure: Option<&Failure>) {
        let usable = match failure {
            None => true,
            Some(failure) if failure.is_the_end() => return,
            Some(_) => command(&mut connection, "RSET", 250).await.is_ok(),
        };
        let spare = {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            if usable && idle.len() < MAX_IDLE {
                idle.push(connection);
                None
            } else {
                Some(connection)
            }
        };
        if let Some(connection) = spare {
            goodbye(connection).await;
        }
    }
}

/// After MAIL: the recipient and the message.
async fn transfer(
    connection: &mut AsyncSmtpConnection,
    recipient: &Address,
    message: &[u8],
) -> Result<(), Failure> {
    match command(connection, &format!("RCPT TO:<{recipient}>"), 250).await {
        // 251: the server forwards it (RFC 5321 section 3.4).
        Err(Failure::Said { code: 251, .. }) => {}
        result => result?,
    }
    command(connection, "DATA", 354).await?;
    expect(tokio::time::timeout(MESSAGE, connection.message(message)).await, 250)
}

async fn command(
    connection: &mut AsyncSmtpConnection,
    line: &str,
    expected: u16,
) -> Result<(), Failure> {
    let line = format!("{line}\r\n");
    expect(tokio::time::timeout(COMMAND, connection.command(line)).await, expected)
}

async fn goodbye(mut connection: AsyncSmtpConnection) {
    // Whether the server says goodbye, too, changes nothing.
    drop(tokio::time::timeout(GOODBYE, connection.quit()).await);
}

/// What went wrong in the dialogue of a mail.
#[derive(Debug)]
enum Failure {
    /// The server said something else than what goes on.
    Said { code: u16, text: String },
    /// It went away, or said nothing, or nothing that can be understood.
    Lost { text: String },
}

type Reply = Result<Response, lettre::transport::smtp::Error>;

/// Only the very code that belongs to the command: any other positive one means that we read the reply to something else.
fn expect(reply: Result<Reply, tokio::time::error::Elapsed>, expected: u16) -> Result<(), Failure> {
    match reply {
        Ok(Ok(response)) if u16::from(response.code()) == expected => Ok(()),
        Ok(Ok(response)) => Err(Failure::Said {
            code: u16::from(response.code()),
            text: one_line(response.first_line().unwrap_or_default()),
        }),
        Ok(Err(error)) => Err(match error.status() {
            Some(code) => {
                let said = std::error::Error::source(&error).map(ToString::to_string);
                Failure::Said { code: code.into(), text: one_line(&said.unwrap_or_default()) }
            }
            None => Failure::Lost { text: one_line(&format!("connection lost: {error}")) },
        }),
        Err(_elapsed) => Err(Failure::Lost { text: "no answer in time".to_owned() }),
    }
}

impl Failure {
    /// The connection is of no use any more. 421: "closing transmission channel"; a wrong positive code: out of step.
    fn is_the_end(&self) -> bool {
        match self {
            Self::Lost { .. } => true,
            Self::Said { code, .. } => *code == 421 || *code < 400,
        }
    }

    fn outcome(self) -> Outcome {
        match self {
            Self::Lost { text } => Outcome::Temporary { text },
            // RFC 4954 section 6: log-in or encryption first. The settings are wrong, not the mail.
            Self::Said { code: code @ (530 | 538), text } => {
                Outcome::Unreachable { text: format!("{code} {text}") }
            }
            Self::Said { code: code @ 500..600, text } => {
                Outcome::Refused { code: code.to_string(), status: enhanced_status(&text), text }
            }
            Self::Said { code, text } => Outcome::Temporary { text: format!("{code} {text}") },
        }
    }
}

/// The enhanced status code that a reply begins with (RFC 2034 section 4), or nothing.
fn enhanced_status(text: &str) -> String {
    let word = text.split(' ').next().unwrap_or_default();
    let is_number = |part: &str| part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
    let fits = match word.split('.').collect::<Vec<_>>().as_slice() {
        ["4" | "5", subject, detail] => {
            [subject, detail].iter().all(|part| !part.is_empty() && is_number(part))
        }
        _ => false,
    };
    if fits { word.to_owned() } else { String::new() }
}

fn tls_for(host: &str, ca_file: Option<&Path>) -> Result<TlsParameters, SettingsError> {
    let mut parameters = TlsParameters::builder(host.to_owned());
    if let Some(file) = ca_file {
        let wrong = |why: String| SettingsError::CaFile { file: file.display().to_string(), why };
        let pem = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
        if !pem.windows(27).any(|text| text == b"-----BEGIN CERTIFICATE-----") {
            return Err(wrong("there is no PEM certificate in it".to_owned()));
        }
        let roots = Certificate::from_pem(&pem).map_err(|error| wrong(error.to_string()))?;
        parameters =
            parameters.certificate_store(CertificateStore::None).add_root_certificate(roots);
    }
    parameters.build().map_err(|error| SettingsError::Tls(error.to_string()))
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

/// A domain or an address literal: nothing that ends the line.
fn is_host_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 255
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.[]:_".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> SmtpSettings {
        SmtpSettings {
            host: "127.0.0.1".into(),
            port: 25,
            security: Security::Plain,
            user: None,
            password: None,
            ca_file: None,
            hello_name: None,
        }
    }

    #[test]
    fn what_a_reply_means_for_the_mail() {
        let said = |code, text: &str| Failure::Said { code, text: text.to_owned() }.outcome();
        let refused = |code: &str, status: &str, text: &str| Outcome::Refused {
            code: code.into(),
            status: status.into(),
            text: text.into(),
        };
        assert_eq!(said(550, "5.1.1 nobody"), refused("550", "5.1.1", "5.1.1 nobody"));
        assert_eq!(said(554, "go away"), refused("554", "", "go away"));
        assert_eq!(said(450, "4.2.0 later"), Outcome::Temporary { text: "450 4.2.0 later".into() });
        assert_eq!(said(421, "bye"), Outcome::Temporary { text: "421 bye".into() });
        assert_eq!(said(354, "go on"), Outcome::Temporary { text: "354 go on".into() });
        let first_log_in = Outcome::Unreachable { text: "530 5.7.0 log in first".into() };
        assert_eq!(said(530, "5.7.0 log in first"), first_log_in);
    }

    #[test]
    fn an_enhanced_status_code_has_three_numbers() {
        for (text, status) in
            [("5.1.1 x", "5.1.1"), ("4.7.123", "4.7.123"), ("5.1 x", ""), ("5..1", ""), ("550", "")]
        {
            assert_eq!(enhanced_status(text), status, "{text}");
        }
        for text in ["6.1.1", "5.1.1234", "5.1.1.1", "5.a.1", ""] {
            assert_eq!(enhanced_status(text), "", "{text}");
        }
    }

    #[test]
    fn settings_that_cannot_work_are_refused_at_once() {
        let with_password = |host: &str, security| SmtpSettings {
            host: host.into(),
            security,
            user: Some("onn".into()),
            password: Some(Zeroizing::new("secret".into())),
            ..settings()
        };
        for host in ["127.0.0.1", "localhost", "::1", "[::1]"] {
            assert!(Smtp::new(with_password(host, Security::Plain)).is_ok(), "{host}");
        }
        let error = |settings| Smtp::new(settings).err().unwrap().to_string();
        let in_clear = error(with_password("mail.example.org", Security::Plain));
        assert!(in_clear.contains("in the clear") && !in_clear.contains("secret"), "{in_clear}");
        assert!(Smtp::new(with_password("mail.example.org", Security::StartTls)).is_ok());

        let hello = SmtpSettings { hello_name: Some("x\r\nRSET".into()), ..settings() };
        assert!(error(hello).contains("host name"));
        let ca_file = |path: &Path| SmtpSettings {
            security: Security::Tls,
            ca_file: Some(path.to_path_buf()),
            ..settings()
        };
        assert!(error(ca_file(Path::new("/nowhere/ca.pem"))).contains("/nowhere/ca.pem"));
        let empty = tempfile::NamedTempFile::new().unwrap();
        assert!(error(ca_file(empty.path())).contains("no PEM certificate"));
    }
}
