//! Bounces in words: what servers write that send no delivery status notification.
//!
//! To teach a new one, add a row to `WORDINGS`: the words that stand before the recipients, in lower case, and how the
//! recipients are written. Only mails that look as if a mail system wrote them are read.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

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
    ("Postfix", "konnte nicht an einen oder mehrere", Leads),
    ("Exim", "folgende adresse(n) sind fehlgeschlagen", Leads),
    ("Exim", "has not yet been delivered is", Leads),
    ("Gmail", "es gab ein problem beim zustellen ihrer nachricht an", Next),
    ("Gmail", "wurde nicht an", Next),
    ("Gmail", "there was a problem delivering your message to", Next),
    ("Gmail", "address not found", Next),
    ("Gmail", "no se ha entregado a", Next),
    ("Gmail", "n'a pas été remis à", Next),
    ("Gmail", "n’a pas été remis à", Next),
    ("Gmail", "n'a pas été distribué à", Next),
    ("Gmail", "non è stato recapitato a", Next),
    ("Gmail", "não foi entregue a", Next),
    ("Gmail", "niet bezorgd bij", Next),
    ("Gmail", "nie zostało dostarczone", Next),
    ("Gmail", "не доставлено", Next),
    ("Exchange", "your message to the following recipients", Leads),
    ("Exchange", "couldn't be delivered to the following", Leads),
    ("Exchange", "message couldn't be delivered to", Next),
    ("Exchange", "übermittlung an folgende empfänger", Leads),
    ("Exchange", "zustellung an folgende empfänger", Leads),
    ("Exchange", "zustellung an diese empfänger", Leads),
    ("Exchange", "konnte nicht an folgende empfänger", Leads),
    ("Exchange", "ihre nachricht hat einige oder alle empfänger nicht erreicht", Leads),
    ("Exchange", "échec de la remise pour ces destinataires", Leads),
    ("Exchange", "échec de remise à ces destinataires", Leads),
    ("Exchange", "n'a pas pu être remis aux destinataires", Leads),
    ("Exchange", "no se pudo entregar el mensaje a", Leads),
    ("Exchange", "error de entrega a estos destinatarios", Leads),
    ("Exchange", "error al entregar el mensaje", Leads),
    ("Exchange", "falha na entrega a estes destinatários", Leads),
    ("Exchange", "falha na entrega para estes destinatários", Leads),
    ("Exchange", "recapito non riuscito per questi destinatari", Leads),
    ("Exchange", "impossibile recapitare il messaggio a", Leads),
    ("Exchange", "bezorging is mislukt voor deze geadresseerden", Leads),
    ("Exchange", "aflevering til følgende modtagere", Leads),
    ("Exchange", "leverans till följande mottagare", Leads),
    ("Exchange", "levering til disse mottakerne", Leads),
    ("Exchange", "nie można dostarczyć wiadomości do", Leads),
    ("Exchange", "doručení následujícím příjemcům", Leads),
    ("Exchange", "сбой доставки следующим получателям", Leads),
    ("Exchange", "次の受信者またはグループへの配信に失敗", Leads),
    ("GMX", "mail could not be delivered to the following", Leads),
    ("web.de", "an folgende adresse", Leads),
    ("web.de", "folgende empfänger konnten nicht erreicht werden", Leads),
    ("T-Online", "folgende empfänger", Leads),
    ("Courier", "undeliverable to the following", Leads),
    ("Courier", "your message cannot be delivered to the following", Leads),
    ("Zoho", "this message was created automatically by mail delivery software", Leads),
    ("Yandex", "не удалось доставить", Leads),
    ("ezmlm", "messages to you from", Leads),
    ("CommuniGate", "failed to deliver to", Next),
    ("GroupWise", "unable to be delivered to", Next),
    ("GroupWise", "the message that you sent was undeliverable to the following", Leads),
    ("IMail", "undeliverable to", Next),
    ("Kerio", "could not be delivered to following recipients", Leads),
    ("hMailServer", "did not reach some or all of the intended recipients", Leads),
    ("hMailServer", "the following recipient(s) could not be reached", Leads),
    ("SendGrid", "failed to deliver the following", Next),
    ("Mailgun", "messages were not delivered to", Next),
    ("InterScan", "sent message has been blocked to", Next),
    ("Symantec", "could not be sent to the following", Leads),
    ("Messagelabs", "could not be delivered to the following", Leads),
    ("MXLogic", "following addresses could not be delivered", Leads),
    ("SurfControl", "your message could not be sent to", Next),
    ("Barracuda", "was not delivered to", Next),
    ("Mimecast", "recipients were rejected", Leads),
    ("McAfee", "following addresses had delivery problems", Leads),
    ("KDDI", "could not be delivered to:", Next),
    ("KDDI", "recipients did not receive this message", Leads),
    ("docomo", "次のあて先へのメッセージ", Leads),
    ("docomo", "以下の宛先", Leads),
    ("SoftBank", "送信できませんでした", Leads),
    ("Trend", "unable to be delivered", Next),
    ("Verizon", "invalid user address", Next),
    ("MMDF", "your message was not delivered to", Next),
    ("MMDF", "could not be posted to", Next),
    ("smail", "failed to reach the following", Leads),
    ("Sendmail", "following addresses were not deliverable", Leads),
    ("MTA", "n'a pas pu être livré", Next),
    ("MTA", "n'a pas pu être remis", Next),
    ("MTA", "non è stato possibile consegnare", Next),
    ("MTA", "no se pudo entregar", Next),
    ("MTA", "no ha podido ser entregado", Next),
    ("MTA", "não pôde ser entregue", Next),
    ("MTA", "kon niet worden afgeleverd", Next),
    ("MTA", "kon niet worden bezorgd", Next),
    ("MTA", "kunne ikke leveres", Next),
    ("MTA", "kunde inte levereras", Next),
    ("MTA", "nie mogła zostać dostarczona", Next),
    ("MTA", "nemohla být doručena", Next),
    ("MTA", "nem kézbesíthető", Next),
    ("MTA", "teslim edilemedi", Next),
    ("MTA", "не удалось доставить", Next),
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

/// Machines that write much else, too.
static MACHINES: &[&str] = &["no-reply@", "noreply@", "do-not-reply@", "donotreply@"];

/// How the texts of bounces begin, whoever they say wrote them. A person who passes one on writes above it, or his
/// program does; so nothing stands here that begins a person's sentence as well.
static OPENINGS: &[&str] = &[
    "this is the mail system at host",
    "this is the mail delivery system",
    "this is the postfix program",
    "hi. this is the qmail-send program",
    "hi. this is the",
    "this message was created automatically by mail delivery software",
    "this message was created automatically by the mail",
    "this is an automatically generated delivery status notification",
    "this is a delivery status notification",
    "this report relates to a message you sent",
    "the original message was received at",
    "the following addresses had",
    "delivery has failed to these recipients or groups",
    "delivery to the following recipient",
    "error: invalid user address",
    "error message below:",
    "your mail sent on:",
    "your message did not reach some or all of the intended recipients",
    "ihre nachricht hat einige oder alle empfänger nicht erreicht",
    "fehler bei der nachrichtenzustellung an",
    "die folgende nachricht konnte nicht zugestellt werden",
    "diese nachricht wurde automatisch vom mailserver",
    "dies ist eine automatisch generierte nachricht des mail",
    "dies ist eine automatisch erzeugte benachrichtigung über",
    "échec de la remise pour ces destinataires",
    "votre message n'a pas pu etre delivre a",
    "это письмо создано автоматически сервером",
    "送信先のメールボックスが一杯のため",
];

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
    "delivery status",
    "mail undeliverable",
    "email undeliverable",
    "message undeliverable",
    "message not delivered",
    "nondeliverable mail",
    "non-delivery",
    "nondelivery",
    "delayed delivery",
    "delivery delayed",
    "delivery has been delayed",
    "notification of non-delivery",
    "your message could not be delivered",
    "could not deliver",
    "non remis",
    "échec de la remise",
    "échec de remise",
    "mail non remis",
    "no se puede entregar",
    "no entregado",
    "error de entrega",
    "non recapitabile",
    "mancato recapito",
    "não é possível entregar",
    "não entregue",
    "onbestelbaar",
    "niet bezorgd",
    "ikke leveret",
    "kan ikke leveres",
    "uleverlig",
    "går inte att leverera",
    "toimittaminen epäonnistui",
    "nie można dostarczyć",
    "niedostarczalne",
    "nedoručiteln",
    "kézbesíthetetlen",
    "nelivrabil",
    "teslim edilemedi",
    "не удается доставить",
    "недоставленное сообщение",
    "ваше сообщение не доставлено",
    "配信不能",
    "メールエラー通知",
    "未送達",
    "邮件无法送达",
    "系统退信",
    "zustellung fehlgeschlagen",
    "zustellung verzögert",
    "unzustellbare nachricht",
    "nachricht nicht zustellbar",
    "nachricht konnte nicht zugestellt",
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
    "will continue trying",
    "we'll keep trying",
    "will be reattempted",
    "delivery is delayed",
    "delivery incomplete",
    "you do not need to resend",
    "no need to resend",
    "not yet been able to deliver",
    "wird weiter versucht",
    "weitere zustellversuche",
    "noch nicht zugestellt",
    "zustellung verzögert",
    "n'a pas encore été",
    "aún no se ha entregado",
    "попытки доставки будут продолжаться",
    "(delay)",
    "(verzögert)",
];

/// Reads a bounce that is no delivery status notification. None where no mail system seems to have written it.
pub(super) fn read(mail: &Mail) -> Option<Bounce> {
    if !may_be_from_mail_system(mail) {
        return None;
    }
    let letter = Letter::of(mail);
    let worded = worded(mail, &letter);
    if !is_from_mail_system(mail, &letter, !worded.is_empty()) {
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
    let start = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    OPENINGS.iter().any(|words| start.starts_with(words))
}

fn is_from_mail_system(mail: &Mail, letter: &Letter, has_words: bool) -> bool {
    if is_from_mailer(mail) || mail.header("X-Failed-Recipients").is_some() {
        return true;
    }
    // Persons use these words, too, and some are the postmaster: one sign is not enough.
    if mail.envelope_sender == EnvelopeSender::Null || is_from_nobody(mail) {
        return has_subject(mail) || has_words;
    }
    has_words
        && (letter.has_opening()
            || (is_from_administrator(mail) && has_subject(mail))
            || (is_from_machine(mail) && letter.has_opening_below()))
}

/// `From: <>`, which only mail systems write.
fn is_from_nobody(mail: &Mail) -> bool {
    mail.header("From").is_some_and(|from| matches!(from.trim(), "<>" | "\"\" <>"))
}

/// Whether a report in a mail is its own, and not one that a person passes on: Apple Mail forwards the parts of a
/// bounce as they are, beside the text.
pub(super) fn is_own_report(mail: &Mail) -> bool {
    let content_type = mail.header("Content-Type").unwrap_or_default().to_lowercase();
    content_type.contains("report-type")
        || mail.envelope_sender == EnvelopeSender::Null
        || is_from_nobody(mail)
        || is_from_mailer(mail)
        || is_from_administrator(mail)
        || has_subject(mail)
}

fn is_from_machine(mail: &Mail) -> bool {
    let from = mail.header("From").unwrap_or_default().to_lowercase();
    MACHINES.iter().chain(ADMINISTRATORS).any(|name| from.contains(name))
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
    let letter = Letter::of(mail);
    let worded = worded(mail, &letter);
    recipients_of(mail, &letter, worded)
}

fn recipients_of(
    mail: &Mail,
    letter: &Letter,
    worded: Vec<FailedRecipient>,
) -> Vec<FailedRecipient> {
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
        let to = returned.lines().find(|line| folded(line).starts_with("to:"));
        found.extend(to.and_then(first_address).map(|address| recipient(action, address, own)));
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

fn has_torn_report(text: &str) -> bool {
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
    for (words, shape) in rows {
        let Some(start) = pairs.iter().position(|pair| pair.contains(words)) else { continue };
        let found = in_shape(mail, action, lines.get(start..).unwrap_or_default(), shape);
        if !found.is_empty() {
            return with_reason_above(found, letter.own);
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
fn action(mail: &Mail, letter: &Letter) -> Action {
    let subject = mail.subject.to_lowercase();
    let warns = |words: &&str| subject.contains(*words) || letter.folded.contains(*words);
    if DELAYS.iter().any(warns) { Action::Delayed } else { Action::Failed }
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

fn first_address(line: &str) -> Option<String> {
    static ANYWHERE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(ADDRESS).ok());
    if !line.contains('@') {
        return None; // most lines
    }
    static OTHER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)message-id|from:|mail from |return-path|sender|contact").ok()
    });
    if OTHER.as_ref().is_some_and(|other| other.is_match(line)) {
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
