//! Reads a bounce that is written in words, by the tables of `bounce_wording`.
//!
//! Only mails that look as if a mail system wrote them are read.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use super::bounce_wording::{
    ADMINISTRATORS, DELAYS, GIVEN_UP, Leads, MAILERS, NO_REPLY_SENDERS, Next, OPENINGS, SUBJECTS,
    Shape, WORDINGS,
};
use super::dsn::{Action, Bounce, FailedRecipient, MOST_RECIPIENTS};
use super::dsn::{add, diagnostic_of, message_id_of, read_fields, unfolded};
use super::one_line::shortened;
use super::status::Status;
use super::{EnvelopeSender, Mail, MessageId};

/// Reads a bounce that is no delivery status notification. None where no mail system seems to have written it.
pub(super) fn read(mail: &Mail) -> Option<Bounce> {
    if !may_be_from_mail_system(mail) {
        return None;
    }
    let letter = Letter::of(mail);
    let worded = worded(mail, &letter);
    if !is_from_mail_system(mail, &letter, &worded) {
        return None;
    }
    Some(Bounce {
        recipients: recipients_of(mail, &letter, worded),
        original_message_id: enclosed_message_id(mail)
            .or_else(|| message_id_of(letter.returned))
            .or_else(|| line_with_message_id(letter.returned))
            .or_else(|| line_with_message_id(letter.own)),
        original_envelope_id: None,
    })
}

/// What a mail system says in a mail, and what it sends back below that. Folded once: the tables are long.
struct Letter<'m> {
    own: &'m str,
    returned: &'m str,
    /// `own` in lower case, white space as single blanks.
    folded: String,
}

impl<'m> Letter<'m> {
    fn of(mail: &'m Mail) -> Self {
        let (own, returned) = own_and_returned(&mail.text);
        Self { own, returned, folded: folded(own) }
    }

    /// Whether it begins as only mail systems begin.
    fn has_opening(&self) -> bool {
        is_opening(&self.folded)
    }

    /// Whether one of its first lines does; above it may stand what is left of a broken MIME structure.
    fn has_opening_below(&self) -> bool {
        const LINES: usize = 12;
        self.own.lines().take(LINES).any(|line| is_opening(&folded(line)))
    }
}

/// The signs that cost little; most mails have none.
fn may_be_from_mail_system(mail: &Mail) -> bool {
    is_from_mailer(mail)
        || mail.header("X-Failed-Recipients").is_some()
        || mail.envelope_sender == EnvelopeSender::Null
        || is_from_nobody(mail)
        || is_from_machine(mail)
        || has_subject(mail)
        || begins_like_mail_system(mail)
}

fn begins_like_mail_system(mail: &Mail) -> bool {
    const MOST_CHARACTERS: usize = 300;
    is_opening(&folded(shortened(mail.text.trim_start(), MOST_CHARACTERS)))
}

fn is_opening(folded: &str) -> bool {
    // What is quoted was passed on.
    let start = folded.trim_start_matches(|c: char| !c.is_alphanumeric() && !"><|".contains(c));
    OPENINGS.iter().any(|words| start.starts_with(words))
}

fn is_from_mail_system(mail: &Mail, letter: &Letter, worded: &[FailedRecipient]) -> bool {
    let has_words = !worded.is_empty();
    if has_mailers_address(mail) || mail.header("X-Failed-Recipients").is_some() {
        return true;
    }
    // Persons use these words, too, some are the postmaster, and a firm may have a mailer's name: one sign is not enough.
    if mail.envelope_sender == EnvelopeSender::Null || is_from_nobody(mail) || is_from_mailer(mail)
    {
        return has_subject(mail) || has_words;
    }
    let has_opening = letter.has_opening()
        && (is_from_machine(mail) || has_subject_within(mail) || !is_sent_by_from(mail));
    has_words
        && !is_signed_by_from(mail, letter)
        && (has_opening
            || (is_from_administrator(mail) && has_subject(mail))
            || (is_from_machine(mail) && letter.has_opening_below()))
}

/// Whether the last line holds a part of the From's name, as people sign.
fn is_signed_by_from(mail: &Mail, letter: &Letter) -> bool {
    const MOST_WORDS: usize = 5;
    static NAMES_OF_MACHINES: &[&str] = &[
        "mail",
        "mailer",
        "delivery",
        "system",
        "administrator",
        "postmaster",
        "daemon",
        "server",
        "service",
        "team",
    ];
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.len() > 1)
            .map(str::to_lowercase)
            .collect()
    };
    let Some(last) = letter.own.lines().rev().find(|line| !line.trim().is_empty()) else {
        return false;
    };
    let (last, name) =
        (words(last), mail.from.first().map(|from| words(&from.name)).unwrap_or_default());
    let is_machine = |word: &String| NAMES_OF_MACHINES.contains(&word.as_str());
    last.len() <= MOST_WORDS
        && !last.iter().any(|word| is_machine(word) && word != "postmaster")
        && name.iter().any(|word| !is_machine(word) && last.contains(word))
}

/// Whether the envelope sender is the From: mail systems do not want to hear of their own mails.
fn is_sent_by_from(mail: &Mail) -> bool {
    match (&mail.envelope_sender, mail.from.as_slice()) {
        (EnvelopeSender::Address(sender), [from]) => *sender == from.address,
        _ => false,
    }
}

/// `From: <>`, which only mail systems write.
fn is_from_nobody(mail: &Mail) -> bool {
    mail.header("From").is_some_and(|from| matches!(from.trim(), "<>" | "\"\" <>"))
}

/// Whether a report in a mail is its own, and not one that a person passes on: Apple Mail forwards the parts of a
/// bounce as they are, beside the text.
pub(super) fn is_own_report(mail: &Mail) -> bool {
    let content_type = mail.header("Content-Type").unwrap_or_default().to_lowercase();
    content_type.starts_with("multipart/report")
        || content_type.contains("report-type")
        || mail.envelope_sender == EnvelopeSender::Null
        || is_from_nobody(mail)
        || is_from_mailer(mail)
        || is_from_administrator(mail)
        || has_subject(mail)
}

fn is_from_machine(mail: &Mail) -> bool {
    is_from(mail, NO_REPLY_SENDERS) || is_from_administrator(mail)
}

/// Whether a From has one of these in its address, or is called so; `names` are in lower case.
fn is_from(mail: &Mail, names: &[&str]) -> bool {
    let raw = mail.header("From").unwrap_or_default().to_lowercase();
    let (name, address) = match raw.rsplit_once('<') {
        Some((name, address)) => (name.trim_matches(|c: char| " \"'\t".contains(c)), address),
        None => (raw.as_str(), raw.as_str()),
    };
    names.iter().any(|one| address.contains(one) || name.starts_with(one))
}

/// Whether its address is one that no person has.
fn has_mailers_address(mail: &Mail) -> bool {
    let from = mail.header("From").unwrap_or_default().to_lowercase();
    let address = from.rsplit_once('<').map_or(from.as_str(), |(_, address)| address);
    MAILERS.iter().any(|name| address.contains(name))
}

fn is_from_administrator(mail: &Mail) -> bool {
    is_from(mail, ADMINISTRATORS)
}

fn has_subject(mail: &Mail) -> bool {
    let subject = mail.subject.to_lowercase();
    // "Unzustellbare Mails" are what a person writes about.
    let is = |rest: &str| !rest.starts_with(char::is_alphabetic);
    SUBJECTS.iter().any(|start| subject.strip_prefix(start).is_some_and(is))
}

/// Whether such words stand anywhere in the subject, as behind the subject of the mail that came back.
fn has_subject_within(mail: &Mail) -> bool {
    let subject = mail.subject.to_lowercase();
    SUBJECTS.iter().any(|words| subject.contains(words))
}

/// Whether From is a name that no person has.
pub(super) fn is_from_mailer(mail: &Mail) -> bool {
    is_from(mail, MAILERS)
}

/// The recipients that a bounce names in words; each once.
pub(super) fn recipients(mail: &Mail) -> Vec<FailedRecipient> {
    let letter = Letter::of(mail);
    let worded = worded(mail, &letter);
    recipients_of(mail, &letter, worded)
}

fn recipients_of(
    mail: &Mail,
    letter: &Letter,
    worded: Vec<FailedRecipient>,
) -> Vec<FailedRecipient> {
    with_reason_above(named_in(mail, letter, worded), letter.own)
}

fn named_in(mail: &Mail, letter: &Letter, worded: Vec<FailedRecipient>) -> Vec<FailedRecipient> {
    let Letter { own, returned, .. } = *letter;
    let mut bounce = Bounce::default();
    let text = bounded(&mail.text);
    if has_torn_report(text) {
        read_fields(text, &mut bounce); // the parts of a report, torn out of their MIME
    }
    if !bounce.recipients.is_empty() {
        return bounce.recipients;
    }
    if !worded.is_empty() {
        return worded;
    }
    // Then what most servers do whatever they say: a header of their own, the address at the start of a line, ...
    let action = action(mail, letter);
    let listed = mail.headers_named("X-Failed-Recipients").flat_map(|value| value.split(','));
    let mut found = Vec::new();
    for address in listed.filter_map(first_address).take(MOST_RECIPIENTS) {
        add(&mut found, recipient(action, address, own));
    }
    let lines: Vec<&str> = own.lines().collect();
    if found.is_empty() {
        found = in_shape(mail, action, &lines, Leads);
    }
    if found.is_empty() {
        found = to_oneself(action, letter, &lines);
    }
    if found.is_empty() {
        found.extend(without_domain(mail, letter).map(|address| recipient(action, address, own)));
    }
    // ... or only the mail itself, which was written to somebody.
    if found.is_empty() {
        let to = unfolded(returned).find(|line| folded(line).starts_with("to:"));
        let to = to.as_deref().and_then(first_address);
        found.extend(to.map(|address| recipient(action, address, own)));
    }
    if found.is_empty() { in_shape(mail, action, &lines, Next) } else { found }
}

/// Who writes to himself is both the sender that a bounce mentions and the recipient that it means; the latter stands
/// below the words that introduce recipients, with a reason after it.
fn to_oneself(action: Action, letter: &Letter, lines: &[&str]) -> Vec<FailedRecipient> {
    if !matched_rows(&letter.folded).any(|(_, shape)| shape == Leads) {
        return Vec::new();
    }
    let named = lines.iter().enumerate().find_map(|(at, line)| {
        let address = leading_address(line)?;
        let after = line.split_once(address.as_str())?.1;
        after.trim_start_matches('>').starts_with(':').then_some((at, address))
    });
    named
        .map(|(at, address)| {
            recipient(action, address, &lines.get(at..).unwrap_or_default().join("\n"))
        })
        .into_iter()
        .collect()
}

/// A provider may call its own customers by their names alone (AOL): one word in a line of its own, and the last line.
fn without_domain(mail: &Mail, letter: &Letter) -> Option<String> {
    matched_rows(&letter.folded).next()?;
    let domain = mail.from.first()?.address.as_str().rsplit_once('@')?.1;
    let name = letter.own.lines().rev().find(|line| !line.trim().is_empty())?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let name = name.strip_prefix(['\t', ' '])?.trim();
    let fits = (3..=64).contains(&name.len())
        && name.chars().all(is_name)
        && name.chars().any(|c| c.is_ascii_alphabetic());
    fits.then(|| format!("{name}@{}", domain.to_lowercase()))
}

pub(super) fn has_torn_report(text: &str) -> bool {
    static FIELD: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new("(?i)(?:final|original)-recipient:").ok());
    FIELD.as_ref().is_some_and(|field| field.is_match(text))
}

/// The only recipient may have its reason above it.
fn with_reason_above(mut found: Vec<FailedRecipient>, own: &str) -> Vec<FailedRecipient> {
    if let [only] = found.as_mut_slice() {
        only.status = only.status.or_else(|| Status::of_answer(&own.replace(&only.address, "")));
    }
    found
}

/// The rows of the table whose words stand in a folded text, in the order of the table.
fn matched_rows(folded: &str) -> impl Iterator<Item = (&'static str, Shape)> {
    static SET: LazyLock<Option<RegexSet>> = LazyLock::new(|| {
        RegexSet::new(WORDINGS.iter().map(|(_, words, _)| regex::escape(words))).ok()
    });
    let matches = SET.as_ref().map(|set| set.matches(folded));
    let rows = WORDINGS.iter().enumerate();
    rows.filter(move |(row, _)| matches.as_ref().is_some_and(|matches| matches.matched(*row)))
        .map(|(_, (_, words, shape))| (*words, *shape))
}

/// By the table alone.
/// A mailer's text fits few rows of the table; what fits many is made to keep us busy.
const MOST_ROWS: usize = 12;

fn worded(mail: &Mail, letter: &Letter) -> Vec<FailedRecipient> {
    let mut rows = matched_rows(&letter.folded).peekable();
    if rows.peek().is_none() {
        return Vec::new();
    }
    let lines: Vec<&str> = letter.own.lines().collect();
    let lower: Vec<String> = lines.iter().map(|line| folded(line)).collect();
    // The words may run on in the next line.
    let pairs: Vec<String> = lower
        .iter()
        .zip(lower.iter().map(String::as_str).skip(1).chain([""]))
        .map(|(line, next)| format!("{line} {next}"))
        .collect();
    let action = action(mail, letter);
    for (words, shape) in rows.take(MOST_ROWS) {
        let Some(start) = pairs.iter().position(|pair| pair.contains(words)) else { continue };
        let found = in_shape(mail, action, lines.get(start..).unwrap_or_default(), shape);
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// A bounce goes to the sender of one mail.
const MOST_SENDERS: usize = 20;

fn in_shape(mail: &Mail, action: Action, lines: &[&str], shape: Shape) -> Vec<FailedRecipient> {
    const REASON_LINES: usize = 14;
    let address_in = |line: &str| match shape {
        Leads => leading_address(line).or_else(|| labelled_address(line)),
        Next => first_address(line),
    };
    // Whom the mail system tells, itself, and whom to ask.
    let is_sender = |address: &str| {
        let others = mail.to.iter().take(MOST_SENDERS).chain(mail.from.iter().take(MOST_SENDERS));
        others.into_iter().any(|named| is_one_mailbox(named.address.as_str(), address))
    };
    let mut found: Vec<FailedRecipient> = Vec::new();
    let labelled = lines
        .iter()
        .position(|line| labelled_address(line).is_some_and(|address| !is_sender(&address)));
    let from = labelled.filter(|_| shape == Next).unwrap_or_default();
    for (at, line) in lines.iter().enumerate().skip(from) {
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

/// The same mailbox, with a subaddress or without.
fn is_one_mailbox(one: &str, other: &str) -> bool {
    let (Some((one, at)), Some((other, there))) = (one.rsplit_once('@'), other.rsplit_once('@'))
    else {
        return false;
    };
    let plain = |local: &str| local.split('+').next().unwrap_or_default().to_ascii_lowercase();
    at.eq_ignore_ascii_case(there) && plain(one) == plain(other)
}

fn recipient(action: Action, address: String, reason: &str) -> FailedRecipient {
    let reason = shortened(reason, 2_000);
    let answer = reason.replace(&address, "");
    FailedRecipient {
        // A server that refuses for good may talk of trying again.
        action: if Status::is_final_answer(&answer) { Action::Failed } else { action },
        status: Status::of_answer(&answer),
        diagnostic: diagnostic_of(reason),
        original: written_to(reason).filter(|original| !original.eq_ignore_ascii_case(&address)),
        address,
    }
}

/// The address that we had written to, where an alias led on from it.
fn written_to(reason: &str) -> Option<String> {
    static EXPANDED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(&format!(r"(?i)(?:expanded|generated) from:?\s+<?({ADDRESS})")).ok()
    });
    Some(EXPANDED.as_ref()?.captures(reason)?.get(1)?.as_str().to_owned())
}

/// Whether it only warns.
fn action(mail: &Mail, letter: &Letter) -> Action {
    let subject = mail.subject.to_lowercase();
    let says = |words: &&str| subject.contains(*words) || letter.folded.contains(*words);
    let warns = DELAYS.iter().any(says) && !GIVEN_UP.iter().any(says);
    if warns { Action::Delayed } else { Action::Failed }
}

const ADDRESS: &str =
    r"[A-Za-z0-9_][A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?";

fn leading_address(line: &str) -> Option<String> {
    static LEADING: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(&format!(r#"^[\s<>"'*|.-]*({ADDRESS})(?:[>"':;,\s(\[<]|\.\.\.|$)"#)).ok()
    });
    if !line.contains('@') {
        return None;
    }
    let found = LEADING.as_ref()?.captures(line)?;
    Some(found.get(1)?.as_str().to_owned())
}

/// The first address in a text, whoever it is of.
pub(super) fn any_address(text: &str) -> Option<String> {
    static ANYWHERE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(ADDRESS).ok());
    if !text.contains('@') {
        return None; // most lines
    }
    Some(ANYWHERE.as_ref()?.find(text)?.as_str().to_owned())
}

/// The first address of a line that may be a recipient's.
fn first_address(line: &str) -> Option<String> {
    if !line.contains('@') {
        return None;
    }
    // "Your mail from a@x to b@y could not ..."
    static FROM_TO: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(&format!(
            r"(?i)\b(?:from|von|de|da)\s+<?{ADDRESS}>?\s+(?:to|an|à|a|para)\s+<?({ADDRESS})"
        ))
        .ok()
    });
    if let Some(found) = FROM_TO.as_ref().and_then(|between| between.captures(line)) {
        return Some(found.get(1)?.as_str().to_owned());
    }
    static OTHER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?i)message-id|from:|mail from |return-path|sender|contact|sent by|for help|fragen|help write",
        )
        .ok()
    });
    if OTHER.as_ref().is_some_and(|other| other.is_match(line)) {
        return None;
    }
    any_address(line)
}

/// What may stand before a recipient in a line of its own.
static LABELS: &[&str] = &[
    "recipient:",
    "empfänger:",
    "to:",
    "an:",
    "destinataire:",
    "destinatario:",
    "收件人",
    "받는사람",
    "받는 사람",
];

fn labelled_address(line: &str) -> Option<String> {
    let start = line.trim_start().to_lowercase();
    LABELS.iter().any(|label| start.starts_with(label)).then(|| first_address(line)).flatten()
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
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        if word.is_ascii() {
            folded.extend(word.chars().map(|c| c.to_ascii_lowercase()));
        } else {
            folded.push_str(&word.to_lowercase());
        }
    }
    folded
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
