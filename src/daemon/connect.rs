//! From settings to connections: what a mailbox or the way out needs, with the secrets read at the moment of use.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::DaemonError;
use crate::config::{Config, Login, Mailbox, ProviderKind, Relay, Source, Tls};
use crate::desk::command::Spec;
use crate::intake::{self, Bounds, ImapSettings, MaildirSettings, Password, SourceSettings};
use crate::mail::Timestamp;
use crate::outbox::{Maildir, Security, Sendmail, SettingsError, Smtp, SmtpSettings, Transport};

/// Mails that cannot be handled lie here.
const QUARANTINE: &str = "Quarantine";

/// Settings that ask for more than this version can do. Going on without it would be weaker than the admin believes.
///
/// # Errors
/// What is not there yet, and what to write instead.
pub fn can_do(config: &Config) -> Result<(), DaemonError> {
    let later = |what: &str, instead: &str| {
        let file = config.file.display();
        Err(DaemonError::Settings(format!(
            "{what} is not there yet\n  in  {file}\n  do  {instead}"
        )))
    };
    if config.accounts.provider != ProviderKind::Builtin {
        return later(
            "an account provider other than builtin",
            "set provider = \"builtin\" in [accounts]",
        );
    }
    let security = &config.security;
    if let Some(name) = security.needs.keys().find(|name| Spec::named(name).is_none()) {
        let file = config.file.display();
        return Err(DaemonError::Settings(format!(
            "[security.needs] names {name}, and there is no such command\n  in  {file}\n  do  write a command's name, or take the line out"
        )));
    }
    Ok(())
}

/// # Errors
/// What the admin has to mend, in words.
pub fn source(
    config: &Config,
    mailbox: &Mailbox,
    since: Option<Timestamp>,
) -> Result<SourceSettings, String> {
    let size_octets = match config.limits.size_octets {
        0 => u64::MAX,
        limit => limit,
    };
    let bounds = Bounds { size_octets, ..Bounds::default() };
    let name: Arc<str> = mailbox.name.as_str().into();
    let processed = mailbox.processed.template().to_owned();
    let quarantine = QUARANTINE.to_owned();
    Ok(match &mailbox.source {
        Source::Maildir(path) => SourceSettings::Maildir(MaildirSettings {
            mailbox: name,
            path: path.clone(),
            processed,
            quarantine,
            since,
            bounds,
        }),
        Source::Imap(imap) => SourceSettings::Imap(ImapSettings {
            mailbox: name,
            host: imap.server.host.clone(),
            port: imap.server.port,
            security: match imap.server.tls {
                Tls::Plain => intake::Security::Plain,
                Tls::StartTls => intake::Security::StartTls,
                Tls::Implicit => intake::Security::Tls,
            },
            user: imap.login.user.clone(),
            password: Password::new(secret(&imap.login)?.to_string()),
            ca_file: imap.ca_file.as_ref().map(|file| file.path.clone()),
            processed,
            quarantine,
            since,
            bounds,
            poll: mailbox.poll,
            idle: ImapSettings::IDLE,
            silence: ImapSettings::SILENCE,
        }),
    })
}

/// # Errors
/// What the admin has to mend, in words.
pub fn transport(config: &Config) -> Result<Transport, DaemonError> {
    Ok(match &config.smtp {
        crate::config::Transport::Maildir(path) => Transport::Maildir(Maildir::new(path.clone())),
        crate::config::Transport::Sendmail(path) => {
            Transport::Sendmail(Sendmail::new(path.clone()))
        }
        crate::config::Transport::Lmtp(_) => return Err(SettingsError::Lmtp.into()),
        crate::config::Transport::Smtp(relay) => Transport::Smtp(Smtp::new(smtp(relay)?)?),
    })
}

fn smtp(relay: &Relay) -> Result<SmtpSettings, DaemonError> {
    let password = relay.login.as_ref().map(secret).transpose().map_err(DaemonError::Settings)?;
    Ok(SmtpSettings {
        host: relay.server.host.clone(),
        port: relay.server.port,
        security: match relay.server.tls {
            Tls::Plain => Security::Plain,
            Tls::StartTls => Security::StartTls,
            Tls::Implicit => Security::Tls,
        },
        user: relay.login.as_ref().map(|login| login.user.clone()),
        password,
        ca_file: relay.ca_file.as_ref().map(|file| file.path.clone()),
        hello_name: None,
    })
}

fn secret(login: &Login) -> Result<Zeroizing<String>, String> {
    login
        .password
        .read()
        .map(|secret| Zeroizing::new(secret.expose().to_owned()))
        .map_err(|problem| problem.to_string())
}
