//! Bounces in words: what servers write that send no delivery status notification.
//!
//! To teach a new one, add a row to `WORDINGS`: the words that stand before the recipients, in lower case, and how the
//! recipients are written. Only mails that look as if a mail system wrote them are read.

use std::sync::LazyLock;

use regex::Regex;

use super::dsn::{Action, Bounce, FailedRecipient, MOST_RECIPIENTS};
use super::dsn::{add, diagnostic_of, message_id_of, read_fields};
use super::one_line::shortened;
use super::status::Status;
use super::{EnvelopeSender, Mail, MessageId};

/// How the recipients stand after the words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// One or several, each at the start of a line: `<jo@example.net>: reason`, `  jo@example.net`.
    Leads,
    /// The first address that comes, on the line of the words or below it.
    Next,
}
use Shape::{Leads, Next};

/// Mailer, its words, shape. The first that names somebody wins, so the particular stand before the general.
static WORDINGS: &[(&str, &str, Shape)] = &[
    ("qmail", "this is the qmail-send program", Leads),
    ("qmail", "wasn't able to deliver your message to the following", Leads),
    ("Postfix", "could not be delivered to one or more", Leads),
    ("Postfix", "this is the postfix program", Leads),
    ("Postfix", "this is the mail system at host", Leads),
    ("Yahoo", "unable to deliver message to the following address", Leads),
    ("Yahoo", "unable to deliver your message to the following address", Leads),
    ("Exim", "following address(es) failed", Leads),
    ("Exim", "could not be delivered to all of its recipients", Leads),
    ("Exim", "has not yet been delivered", Leads),
    ("Sendmail", "following addresses had", Leads),
    ("Sendmail", "following address had", Leads),
    ("Sendmail", "following addresses have delivery notifications", Leads),
    ("Gmail", "following recipient", Leads),
    ("Gmail", "wasn't delivered to", Next),
    ("Exchange", "did not reach the following recipient", Leads),
    ("Exchange", "did not reach the following recipient", Next),
    ("Exchange", "delivery has failed to these recipients", Leads),
    ("Exchange", "zustellung der nachricht an folgende empfänger", Leads),
    ("Exchange", "fehler bei der nachrichtenzustellung an", Leads),
    ("Exchange", "hat folgende empfänger nicht erreicht", Leads),
    ("1&1", "folgende(n) adresse(n)", Leads),
    ("OpenSMTPD", "below is a list of recipients", Leads),
    ("OpenSMTPD", "following list of recipients", Leads),
    ("MDaemon", "did not receive a copy", Leads),
    ("Juno", "was not delivered to the following", Leads),
    ("OpenSMTPD", "delivery to the following", Leads),
    ("Mail.ru", "не может быть доставлено", Leads),
    ("MailMarshal", "recipients were affected", Leads),
    ("MTA", "failed recipients", Leads),
    ("MTA", "failed addresses", Leads),
    ("LISTSERV", "error-for:", Next),
    ("DragonFly", "error delivering your mail to", Next),
    ("T-Online", "konnte nicht zugestellt werden", Next),
    ("Domino", "was not delivered to:", Leads),
    ("Domino", "failure reasons", Leads),
    ("MTA", "failed recipient:", Next),
    ("MTA", "undeliverable address:", Next),
    ("MTA", "intended recipient:", Next),
    ("MTA", "originally addressed to", Next),
    ("MTA", "target mail address:", Next),
    ("MTA", "rejected recipient", Next),
    ("MTA", "unable to deliver", Next),
    ("MTA", "could not deliver", Next),
    ("MTA", "not able to deliver", Next),
    ("MTA", "could not be delivered", Next),
    ("MTA", "couldn't be delivered", Next),
    ("MTA", "cannot be delivered", Next),
    ("MTA", "undeliverable to", Next),
    ("MTA", "delivery failed", Next),
    ("MTA", "mailbox is full", Next),
    ("MTA", "was automatically rejected", Next),
    ("MTA", "pas pu etre delivre", Next),
    ("MTA", "nicht zustellbar", Next),
    ("MTA", "rcpt to:", Next),
    ("MTA", "transcript of session follows", Next),
];

/// Who writes bounces: parts of a From header, in lower case.
static MAILERS: &[&str] = &[
    "mailer-daemon",
    "mailer daemon",
    "maildaemon",
    "mail-daemon",
    "mdaemon@",
    "mail delivery s",
    "mail deliver s",
];
/// Who writes bounces, and sometimes like a person.
static ADMINISTRATORS: &[&str] =
    &["postmaster", "system administrator", "post_master", "smtp_mail_service"];

/// How the subjects of bounces begin. `Re: Undelivered ...` is a person's.
static SUBJECTS: &[&str] = &[
    "undelivered mail",
    "undeliverable",
    "undeliverd",
    "unzustellbar",
    "nicht zustellbar",
    "mail delivery failed",
    "mail delivery failure",
    "mail delivery problem",
    "mail not delivered",
    "mail system error",
    "mail could not be delivered",
    "message delivery",
    "delivery status notification",
    "delivery failure",
    "delivery failed",
    "delivery notification",
    "failure notice",
    "failure delivery",
    "failed delivery",
    "permanent delivery failure",
    "returned mail",
    "returned to sender",
    "mail failed, returning to sender",
    "email bounce notification",
    "warning: message",
    "warning: could not send message",
    "delayed mail",
    "[postmaster] email delivery failure",
    "zustellung fehlgeschlagen",
    "fehler bei der zustellung",
];

/// Words of a report that only warns.
static DELAYS: &[&str] = &[
    "has not yet been delivered",
    "not been delivered yet",
    "still being retried",
    "delivery attempts will continue",
    "will continue to try",
    "will keep trying",
    "will try again",
    "will be retried",
    "warning message only",
    "wird weiter versucht",
    "(delay)",
    "(verzögert)",
];

/// Reads a bounce that is no delivery status notification. None where no mail system seems to have written it.
pub(super) fn read(mail: &Mail) -> Option<Bounce> {
    if !is_from_mail_system(mail) {
        return None;
    }
    let (own, returned) = own_and_returned(&mail.text);
    Some(Bounce {
        recipients: recipients(mail),
        original_message_id: enclosed_message_id(mail)
            .or_else(|| message_id_of(returned))
            .or_else(|| line_with_message_id(returned))
            .or_else(|| line_with_message_id(own)),
        original_envelope_id: None,
    })
}

fn is_from_mail_system(mail: &Mail) -> bool {
    if is_from_mailer(mail) || mail.header("X-Failed-Recipients").is_some() {
        return true;
    }
    // Persons use these words, too, and some are the postmaster: one sign is not enough.
    let has_words = || !worded(mail, own_and_returned(&mail.text).0).is_empty();
    match mail.envelope_sender {
        EnvelopeSender::Null => has_subject(mail) || has_words(),
        _ => is_from_administrator(mail) && has_subject(mail) && has_words(),
    }
}

/// Whether the report in a mail is its own, and not one that a person passes on: Apple Mail forwards the parts of a
/// bounce as they are, beside the text.
pub(super) fn is_own_report(mail: &Mail) -> bool {
    let content_type = mail.header("Content-Type").unwrap_or_default().to_lowercase();
    content_type.contains("report-type")
        || mail.envelope_sender == EnvelopeSender::Null
        || is_from_mailer(mail)
        || is_from_administrator(mail)
        || has_subject(mail)
}

fn is_from_administrator(mail: &Mail) -> bool {
    let from = mail.header("From").unwrap_or_default().to_lowercase();
    ADMINISTRATORS.iter().any(|name| from.contains(name))
}

fn has_subject(mail: &Mail) -> bool {
    let subject = mail.subject.to_lowercase();
    SUBJECTS.iter().any(|start| subject.starts_with(start))
}

/// Whether From is a name that no person has.
pub(super) fn is_from_mailer(mail: &Mail) -> bool {
    let from = mail.header("From").unwrap_or_default().to_lowercase();
    MAILERS.iter().any(|name| from.contains(name))
}

/// The recipients that a bounce names in words; each once.
pub(super) fn recipients(mail: &Mail) -> Vec<FailedRecipient> {
    let (own, returned) = own_and_returned(&mail.text);
    let mut bounce = Bounce::default();
    let text = bounded(&mail.text);
    if contains(text, "final-recipient:") {
        read_fields(text, &mut bounce); // the parts of a report, torn out of their MIME
    }
    if !bounce.recipients.is_empty() {
        return bounce.recipients;
    }
    let found = worded(mail, own);
    if !found.is_empty() {
        return found;
    }
    // Then what most servers do whatever they say: a header of their own, the address at the start of a line, ...
    let action = action(mail, own);
    let listed = mail.headers_named("X-Failed-Recipients").flat_map(|value| value.split(','));
    let mut found = Vec::new();
    for address in listed.filter_map(first_address).take(MOST_RECIPIENTS) {
        add(&mut found, recipient(action, address, own));
    }
    let lines: Vec<&str> = own.lines().collect();
    if found.is_empty() {
        found = in_shape(mail, action, &lines, Leads);
    }
    // ... or only the mail itself, which was written to somebody.
    if found.is_empty() {
        let to = returned.lines().find(|line| folded(line).starts_with("to:"));
        found.extend(to.and_then(first_address).map(|address| recipient(action, address, own)));
    }
    if found.is_empty() { in_shape(mail, action, &lines, Next) } else { found }
}

/// The only recipient may have its reason above it.
fn with_reason_above(mut found: Vec<FailedRecipient>, own: &str) -> Vec<FailedRecipient> {
    if let [only] = found.as_mut_slice() {
        only.status = only.status.or_else(|| Status::of_answer(&own.replace(&only.address, "")));
    }
    found
}

/// By the table alone.
fn worded(mail: &Mail, own: &str) -> Vec<FailedRecipient> {
    let lines: Vec<&str> = own.lines().collect();
    let pairs: Vec<String> = lines
        .iter()
        .zip(lines.iter().skip(1).chain([&""]))
        .map(|(line, next)| folded(&format!("{line} {next}")))
        .collect();
    let action = action(mail, own);
    for (_, words, shape) in WORDINGS {
        let Some(start) = pairs.iter().position(|pair| pair.contains(words)) else { continue };
        let found = in_shape(mail, action, lines.get(start..).unwrap_or_default(), *shape);
        if !found.is_empty() {
            return with_reason_above(found, own);
        }
    }
    Vec::new()
}

fn in_shape(mail: &Mail, action: Action, lines: &[&str], shape: Shape) -> Vec<FailedRecipient> {
    const REASON_LINES: usize = 14;
    let address_in = |line: &str| match shape {
        Leads => leading_address(line),
        Next => first_address(line),
    };
    let is_sender =
        |address: &str| mail.to.iter().any(|to| to.address.as_str().eq_ignore_ascii_case(address));
    let mut found: Vec<FailedRecipient> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(address) = address_in(line).filter(|address| !is_sender(address)) else {
            continue;
        };
        let reason = lines.get(at..).unwrap_or_default().iter().take(REASON_LINES);
        // The reason ends where the next recipient begins.
        let reason: Vec<&str> = reason
            .enumerate()
            .take_while(|(number, line)| {
                *number == 0
                    || leading_address(line).is_none_or(|next| next.eq_ignore_ascii_case(&address))
            })
            .map(|(_, line)| *line)
            .collect();
        add(&mut found, recipient(action, address, &reason.join("\n")));
        if shape == Next {
            break;
        }
    }
    found
}

fn recipient(action: Action, address: String, reason: &str) -> FailedRecipient {
    let reason = shortened(reason, 2_000);
    FailedRecipient {
        status: Status::of_answer(&reason.replace(&address, "")),
        diagnostic: diagnostic_of(reason),
        action,
        original: None,
        address,
    }
}

/// Whether it only warns.
fn action(mail: &Mail, own: &str) -> Action {
    let said = format!("{} {own}", mail.subject).to_lowercase();
    if DELAYS.iter().any(|words| said.contains(words)) { Action::Delayed } else { Action::Failed }
}

const ADDRESS: &str =
    r"[A-Za-z0-9_][A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?";

fn leading_address(line: &str) -> Option<String> {
    static LEADING: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(&format!(r#"^[\s<>"'*|.-]*({ADDRESS})(?:[>"':;,\s(\[<]|\.\.\.|$)"#)).ok()
    });
    let found = LEADING.as_ref()?.captures(line)?;
    Some(found.get(1)?.as_str().to_owned())
}

fn first_address(line: &str) -> Option<String> {
    static ANYWHERE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(ADDRESS).ok());
    let is_other = ["message-id", "from:", "return-path", "sender", "contact"]
        .iter()
        .any(|name| contains(line, name));
    if is_other {
        return None;
    }
    Some(ANYWHERE.as_ref()?.find(line)?.as_str().to_owned())
}

/// The server's own words, and what it sends back below them.
fn own_and_returned(text: &str) -> (&str, &str) {
    let text = bounded(text);
    static CUT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?im)^(?:",
            r"[-=*_|# ]{2,}.*(?:original|returned|unsent|undelivered|copy|message text|message header).*",
            r"|(?:Received|Return-Path|DKIM-Signature|X-Received):\s.*",
            r"|.*headers? (?:of the original message is following|follows?).*",
            r"|.*original message (?:below|follows?|headers?:).*",
            r"|bounced e-mail:.*",
            r")$"
        ))
        .ok()
    });
    let cut = CUT.as_ref().and_then(|cut| cut.find(text)).map_or(text.len(), |found| found.start());
    text.split_at_checked(cut).unwrap_or((text, ""))
}

/// No mail system has more to say; what follows is somebody's mail.
fn bounded(text: &str) -> &str {
    const MOST_OCTETS: usize = 256_000;
    text.get(..text.floor_char_boundary(MOST_OCTETS)).unwrap_or(text)
}

fn enclosed_message_id(mail: &Mail) -> Option<MessageId> {
    let is_mail = |media_type: &str| {
        media_type.starts_with("message/rfc822") || media_type.starts_with("text/rfc822")
    };
    let enclosed = mail.attachments.iter().find(|attachment| is_mail(&attachment.media_type))?;
    message_id_of(&String::from_utf8_lossy(&enclosed.content))
}

fn line_with_message_id(text: &str) -> Option<MessageId> {
    let line =
        text.lines().find(|line| line.trim_start().to_lowercase().starts_with("message-id:"))?;
    MessageId::parse(line.split_once(':')?.1)
}

/// In lower case, white space as single blanks.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// `words` are in lower case.
fn contains(text: &str, words: &str) -> bool {
    text.to_lowercase().contains(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_from_mailer(text: &str) -> Vec<(String, Option<String>)> {
        let from = ("From".to_owned(), "MAILER-DAEMON@mx.example.com".to_owned());
        let mail = Mail { headers: vec![from], text: text.to_owned(), ..Mail::default() };
        let found = read(&mail).unwrap().recipients;
        found.into_iter().map(|one| (one.address, one.status.map(|s| s.to_string()))).collect()
    }

    #[test]
    fn recipients_are_read_as_each_mailer_writes_them() {
        for (text, want) in [
            (
                "Delivery to the following recipient failed permanently:\n\n     jo@example.net\n\n550 5.1.1 gone",
                "5.1.1",
            ),
            (
                "Unable to deliver message to the following address(es).\n\n<jo@example.net>:\nUser unknown\n",
                "5.1.1",
            ),
            (
                "A message that you sent could not be delivered to one or more of its\nrecipients. The following\naddress(es) failed:\n\n  jo@example.net\n    mailbox is full\n",
                "5.2.2",
            ),
            (
                "   ----- The following addresses had permanent fatal errors -----\n<jo@example.net>\n    (reason: 550 Host unknown)",
                "5.1.2",
            ),
            (
                "did not reach the following recipient(s):\n\njo@example.net on Thu, 29 Apr 2007\n    554 5.7.1 no",
                "5.7.1",
            ),
            (
                "Die Nachricht konnte nicht zugestellt werden:\njo@example.net\nPostfach ist voll",
                "5.2.2",
            ),
            (
                "550 5.1.1 nobody of this name\n\nThe following recipients were affected:\n   jo@example.net\n",
                "5.1.1",
            ),
            ("Sorry.\n\n<jo@example.net>: 552 over quota\n", "5.2.2"),
            ("552 over quota\n\n--- Original message ---\nTo: jo@example.net\n", "5.2.2"),
            ("Final-Recipient: rfc822; jo@example.net\nStatus: 5.4.4\n", "5.4.4"),
        ] {
            let want = vec![("jo@example.net".to_owned(), Some(want.to_owned()))];
            assert_eq!(read_from_mailer(text), want, "{text}");
        }
    }

    #[test]
    fn what_comes_back_below_names_nobody() {
        let text = "The following address(es) failed:\n\n  jo@example.net\n\n------ This is a copy of the message ------\n\nal@example.com\n";
        assert_eq!(read_from_mailer(text), [("jo@example.net".to_owned(), None)]);
    }

    #[test]
    fn a_warning_is_a_delay() {
        let mail = Mail {
            headers: vec![(
                "X-Failed-Recipients".to_owned(),
                "jo@example.net, al@example.com".to_owned(),
            )],
            text: "It has not yet been delivered.\n".to_owned(),
            ..Mail::default()
        };
        let read = read(&mail).unwrap().recipients;
        let read: Vec<_> = read.iter().map(|one| (one.address.as_str(), one.action)).collect();
        assert_eq!(
            read,
            [("jo@example.net", Action::Delayed), ("al@example.com", Action::Delayed)]
        );
    }

    #[test]
    fn the_words_of_a_row_are_folded_as_the_text_is() {
        for (mailer, words, _) in WORDINGS {
            assert_eq!(folded(words), *words, "{mailer}");
        }
        for words in SUBJECTS.iter().chain(DELAYS).chain(MAILERS).chain(ADMINISTRATORS) {
            assert_eq!(words.to_lowercase(), **words);
        }
    }
}
