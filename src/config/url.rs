//! Where mail comes from and where it goes, as one line: `imaps://antrag@mail.example.org`, `smtp://127.0.0.1:25`, `maildir:PATH`.
//!
//! Decides which of them may be plain: a password goes readable over the loopback only.

use std::net::IpAddr;
use std::path::PathBuf;

use super::value::Wrong;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailboxUrl {
    Imap { server: Server, user: String },
    Maildir(PathBuf),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmtpUrl {
    Smtp { server: Server, user: Option<String> },
    Lmtp { server: Server, user: Option<String> },
    Sendmail(PathBuf),
    Maildir(PathBuf),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub tls: Tls,
    /// A name or an IP address, an IPv6 one without its brackets.
    pub host: String,
    pub port: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Nothing is encrypted.
    Plain,
    /// Encrypted after a command; without it, nothing goes on.
    StartTls,
    /// Encrypted from the first octet (RFC 8314).
    Implicit,
}

static IMAP: &[(&str, Tls, u16)] = &[
    ("imap", Tls::Plain, 143),
    ("imap+starttls", Tls::StartTls, 143),
    ("imaps", Tls::Implicit, 993),
];
static SMTP: &[(&str, Tls, u16)] = &[
    ("smtp", Tls::Plain, 25),
    ("smtp+starttls", Tls::StartTls, 587),
    ("smtps", Tls::Implicit, 465),
];
static LMTP: &[(&str, Tls, u16)] = &[("lmtp", Tls::Plain, 24)];

const MAILBOX: &str =
    "write imaps://USER@HOST, imap+starttls://USER@HOST, imap://USER@127.0.0.1 or maildir:PATH";
const TRANSPORT: &str = "write smtp://HOST:PORT, smtp+starttls://HOST, smtps://HOST, lmtp://HOST, sendmail or maildir:PATH";
const SENDMAIL: &str = "/usr/sbin/sendmail";

impl Server {
    /// Whether nobody else can listen on the way there.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let ip = self.host.parse::<IpAddr>();
        ip.map_or_else(|_| self.host.eq_ignore_ascii_case("localhost"), |ip| ip.is_loopback())
    }

    /// Whether a password would go readable over a network.
    #[must_use]
    pub fn exposes_passwords(&self) -> bool {
        self.tls == Tls::Plain && !self.is_loopback()
    }
}

/// Where a mailbox's mail lies.
pub fn mailbox(text: &str) -> Result<MailboxUrl, Wrong> {
    read_mailbox(text).map_err(|wrong| not_shown(text, wrong))
}

/// Where mail goes.
pub fn transport(text: &str) -> Result<SmtpUrl, Wrong> {
    read_transport(text).map_err(|wrong| not_shown(text, wrong))
}

/// Whatever is wrong with it: what may hold a password is not repeated.
fn not_shown(text: &str, wrong: Wrong) -> Wrong {
    let after_scheme = text.split_once("://").map_or(text, |(_, rest)| rest);
    let before_host = after_scheme.rsplit_once('@').map_or("", |(user, _)| user);
    Wrong { hidden: before_host.contains(':'), ..wrong }
}

fn read_mailbox(text: &str) -> Result<MailboxUrl, Wrong> {
    if let Some(path) = text.strip_prefix("maildir:") {
        return folder(path).map(MailboxUrl::Maildir);
    }
    let Some((server, user)) = at_server(text, IMAP, MAILBOX)? else {
        return Err(Wrong::new("is no mailbox", MAILBOX));
    };
    let user = user.ok_or_else(|| {
        Wrong::new(
            "lacks the user",
            "write the user before the host: imaps://antrag@mail.example.org",
        )
    })?;
    if server.exposes_passwords() {
        return Err(Wrong::new(
            "would send the password readable over the network",
            "write imaps:// or imap+starttls://; imap:// is for 127.0.0.1, [::1] and localhost only",
        ));
    }
    Ok(MailboxUrl::Imap { server, user })
}

fn read_transport(text: &str) -> Result<SmtpUrl, Wrong> {
    if let Some(path) = text.strip_prefix("maildir:") {
        return folder(path).map(SmtpUrl::Maildir);
    }
    if let Some(path) = text.strip_prefix("sendmail") {
        return match path.strip_prefix(':') {
            Some(path) => folder(path).map(SmtpUrl::Sendmail),
            None if path.is_empty() => Ok(SmtpUrl::Sendmail(SENDMAIL.into())),
            None => Err(Wrong::new("is no way to send mail", TRANSPORT)),
        };
    }
    if let Some((server, user)) = at_server(text, SMTP, TRANSPORT)? {
        return Ok(SmtpUrl::Smtp { server, user });
    }
    match at_server(text, LMTP, TRANSPORT)? {
        Some((server, user)) => Ok(SmtpUrl::Lmtp { server, user }),
        None => Err(Wrong::new("is no way to send mail", TRANSPORT)),
    }
}

fn folder(path: &str) -> Result<PathBuf, Wrong> {
    if path.is_empty() || path.chars().any(char::is_control) {
        return Err(Wrong::new(
            "lacks the path",
            "write the path after the colon: maildir:/var/mail/antrag",
        ));
    }
    Ok(path.into())
}

/// `scheme://[user@]host[:port]`. None where the scheme is none of these.
fn at_server(
    text: &str,
    schemes: &[(&str, Tls, u16)],
    how: &str,
) -> Result<Option<(Server, Option<String>)>, Wrong> {
    let Some((scheme, rest)) = text.split_once("://") else { return Ok(None) };
    // The user may be a whole address: the last @ is the one before the host.
    let (user, rest) =
        rest.rsplit_once('@').map_or((None, rest), |(user, rest)| (Some(user), rest));
    if user.is_some_and(|user| user.contains(':')) {
        return Err(Wrong::new(
            "holds a password, and a configuration is no place for one",
            "take the colon and the password out, write the password alone into a file of mode 0600 and name that in password_file",
        ));
    }
    let Some((_, tls, port)) =
        schemes.iter().find(|(name, _, _)| name.eq_ignore_ascii_case(scheme))
    else {
        return Ok(None);
    };
    let (host, port) = host_and_port(rest.strip_suffix('/').unwrap_or(rest), *port)
        .ok_or_else(|| Wrong::new("names no host and port", how))?;
    let user = match user.map(percent_decoded) {
        Some(None) => return Err(Wrong::new("names no user before the @", how)),
        Some(user) => user,
        None => None,
    };
    Ok(Some((Server { tls: *tls, host, port }, user)))
}

fn host_and_port(text: &str, default: u16) -> Option<(String, u16)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => text.find(':').map_or((text, ""), |colon| text.split_at(colon)),
    };
    let port = match port {
        "" => default,
        _ => port.strip_prefix(':')?.parse().ok().filter(|port| *port > 0)?,
    };
    let fits = if text.starts_with('[') {
        host.parse::<std::net::Ipv6Addr>().is_ok()
    } else {
        !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
    };
    fits.then(|| (host.to_owned(), port))
}

/// RFC 3986 section 2.1. None where nothing, or something that is no text on one line, comes out.
fn percent_decoded(text: &str) -> Option<String> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        if octet != b'%' {
            octets.push(octet);
            continue;
        }
        let digit = |octet: Option<u8>| char::from(octet?).to_digit(16);
        let code = digit(rest.next())? * 16 + digit(rest.next())?;
        octets.push(u8::try_from(code).ok()?);
    }
    let text = String::from_utf8(octets).ok()?;
    (!text.is_empty() && !text.chars().any(char::is_control)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(tls: Tls, host: &str, port: u16) -> Server {
        Server { tls, host: host.into(), port }
    }

    #[test]
    fn a_mailbox_is_one_line() {
        let imap = |server, user: &str| Ok(MailboxUrl::Imap { server, user: user.into() });
        for (text, wanted) in [
            (
                "imaps://antrag@mail.example.org",
                imap(server(Tls::Implicit, "mail.example.org", 993), "antrag"),
            ),
            ("imap+starttls://a@h:1143/", imap(server(Tls::StartTls, "h", 1143), "a")),
            ("imap://a@127.0.0.1:10143", imap(server(Tls::Plain, "127.0.0.1", 10143), "a")),
            ("imap://a@[::1]", imap(server(Tls::Plain, "::1", 143), "a")),
            (
                "imaps://antrag@example.org@mail.example.org",
                imap(server(Tls::Implicit, "mail.example.org", 993), "antrag@example.org"),
            ),
            (
                "imaps://antrag%40example.org@h",
                imap(server(Tls::Implicit, "h", 993), "antrag@example.org"),
            ),
            ("maildir:mail/antrag", Ok(MailboxUrl::Maildir("mail/antrag".into()))),
        ] {
            assert_eq!(mailbox(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_wrong_mailbox_says_why() {
        for (text, is) in [
            ("imap://a@mail.example.org", "would send the password readable over the network"),
            ("imaps://mail.example.org", "lacks the user"),
            (
                "imaps://a:geheim@mail.example.org",
                "holds a password, and a configuration is no place for one",
            ),
            ("pop3://a@h", "is no mailbox"),
            ("mail.example.org", "is no mailbox"),
            ("imaps://a@", "names no host and port"),
            ("imaps://a@h:0", "names no host and port"),
            ("imaps://a@h:99999", "names no host and port"),
            ("imaps://a@h/INBOX", "names no host and port"),
            ("imaps://@h", "names no user before the @"),
            ("imaps://a%0Ab@h", "names no user before the @"),
            ("maildir:", "lacks the path"),
        ] {
            assert_eq!(mailbox(text).unwrap_err().is, is, "{text}");
        }
    }

    #[test]
    fn a_transport_is_one_line() {
        for (text, wanted) in [
            (
                "smtp://127.0.0.1:25",
                SmtpUrl::Smtp { server: server(Tls::Plain, "127.0.0.1", 25), user: None },
            ),
            (
                "smtp+starttls://jo@h",
                SmtpUrl::Smtp { server: server(Tls::StartTls, "h", 587), user: Some("jo".into()) },
            ),
            ("smtps://h", SmtpUrl::Smtp { server: server(Tls::Implicit, "h", 465), user: None }),
            (
                "lmtp://localhost",
                SmtpUrl::Lmtp { server: server(Tls::Plain, "localhost", 24), user: None },
            ),
            ("sendmail", SmtpUrl::Sendmail("/usr/sbin/sendmail".into())),
            ("sendmail:/usr/bin/msmtp", SmtpUrl::Sendmail("/usr/bin/msmtp".into())),
            ("maildir:out", SmtpUrl::Maildir("out".into())),
        ] {
            assert_eq!(transport(text), Ok(wanted), "{text}");
        }
        for text in ["", "sendmail2", "imap://h", "smtp:h", "smtp://"] {
            assert!(transport(text).is_err(), "{text}");
        }
    }
}
