//! Bounces: who could not be reached, how final that is, and which mail it was about.
//!
//! Reads delivery status notifications (RFC 3464) first; what the older servers write in words is in
//! `bounce_wording`. Whether a bounce may act on a ticket is decided in `desk`.

use super::bounce_in_words::{self, is_own_report};
use super::one_line::{one_line, shortened};
use super::status::{BounceKind, Status};
use super::{Address, Limits, Mail, MessageId, Report, notification, parse};

/// What a bounce says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounce {
    /// Each address once, in the order of the report; may be empty.
    pub recipients: Vec<FailedRecipient>,
    /// The Message-ID of the mail that came back, where the report encloses it or its header.
    pub original_message_id: Option<MessageId>,
    /// What we gave as ENVID (RFC 3461 section 4.4).
    pub original_envelope_id: Option<String>,
}

/// One recipient of a bounce, as the reporting server names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedRecipient {
    /// Final-Recipient without its type, on one line, unchecked: see [`FailedRecipient::checked`].
    pub address: String,
    /// Original-Recipient: the address that we had sent to, where it was redirected since.
    pub original: Option<String>,
    pub action: Action,
    pub status: Option<Status>,
    /// The answer of the server that refused it, on one line, at most 500 characters.
    pub diagnostic: String,
}

/// RFC 3464 section 2.3.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    Failed,
    Delayed,
    Delivered,
    Relayed,
    Expanded,
}

impl Action {
    /// As the report writes it, and `inspect`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Relayed => "relayed",
            Self::Expanded => "expanded",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        const ALL: &[Action] = &[
            Action::Failed,
            Action::Delayed,
            Action::Delivered,
            Action::Relayed,
            Action::Expanded,
        ];
        let text = text.trim_start().to_ascii_lowercase();
        if text.starts_with("failure") {
            return Some(Self::Failed);
        }
        ALL.iter().copied().find(|action| text.starts_with(action.as_str()))
    }
}

impl FailedRecipient {
    /// The address, where it is one that we could have written to.
    #[must_use]
    pub fn checked(&self) -> Option<Address> {
        Address::parse(&self.address)
    }

    /// Whether it is the one we mean, under the name it has now or the one we had written to.
    #[must_use]
    pub fn is(&self, address: &Address) -> bool {
        let named = [Some(self.address.as_str()), self.original.as_deref()];
        named.iter().flatten().any(|name| Address::parse(name).as_ref() == Some(address))
    }

    /// What it says about the address. What the reporting server keeps vague (5.0.0) the refusing one may have said in
    /// its answer; a delay is one whatever the code.
    #[must_use]
    pub fn kind(&self) -> BounceKind {
        let said = || Status::of_answer(&self.diagnostic);
        let words = || Status::of_words(&self.diagnostic).map(Status::kind);
        match (self.action, self.status.filter(|status| !status.is_vague()).or_else(said)) {
            (Action::Delayed, _) => BounceKind::Delayed,
            (Action::Failed, Some(status)) => match status.kind() {
                BounceKind::Delayed => BounceKind::Other, // given up: it is delayed no more
                // Many a server has but one code, and says in words that it means the sender.
                BounceKind::NoSuchAddress if words() == Some(BounceKind::Refused) => {
                    BounceKind::Refused
                }
                // "Access denied" to a recipient that Exchange Online does not have.
                BounceKind::Other if status == NO_ROUTE => words()
                    .filter(|kind| *kind == BounceKind::NoSuchAddress)
                    .unwrap_or(BounceKind::Other),
                kind => kind,
            },
            _ => BounceKind::Other,
        }
    }
}

/// RFC 3463 section 3.5: no answer from host; Exchange Online says it of nearly everything.
const NO_ROUTE: Status = Status::new(5, 4, 1);

/// Reads a bounce. None where the mail is none.
#[must_use]
pub fn read_bounce(mail: &Mail) -> Option<Bounce> {
    let mut bounce = notification::read(mail).or_else(|| read_own(mail))?;
    if bounce.recipients.is_empty()
        && let Some(enclosed) = read_enclosed(mail)
    {
        bounce = enclosed;
    }
    Some(bounce)
}

fn read_own(mail: &Mail) -> Option<Bounce> {
    let is_status = |report: &&Report| report.kind == "delivery-status" && is_own_report(mail);
    let Some(report) = mail.report.as_ref().filter(is_status) else {
        let content_type = mail.header("Content-Type").unwrap_or_default().to_lowercase();
        let says_so = content_type.contains("report-type=delivery-status")
            || content_type.contains("report-type=\"delivery-status\"");
        let mut bounce = bounce_in_words::read(mail).or_else(|| says_so.then(Bounce::default))?;
        if bounce.recipients.iter().all(|one| one.status.is_none()) {
            read_torn_report(mail, &mut bounce);
        }
        return Some(bounce);
    };
    let mut bounce = Bounce {
        original_message_id: report.original.as_deref().and_then(message_id_of),
        ..Bounce::default()
    };
    read_fields(&report.fields, &mut bounce);
    let is_named = |one: &FailedRecipient| one.address.contains('@');
    if !bounce.recipients.iter().any(is_named) {
        // A local part alone, or nobody: the words beside the report may say more.
        let worded = bounce_in_words::recipients(mail);
        if !worded.is_empty() {
            bounce.recipients = worded;
        }
    }
    explained_in_words(&mut bounce, mail);
    Some(bounce)
}

/// A report that says only that it failed (5.0.0, no answer of a server) may have the reason in its text.
fn explained_in_words(bounce: &mut Bounce, mail: &Mail) {
    let [only] = bounce.recipients.as_mut_slice() else { return };
    if !only.diagnostic.is_empty() || only.status.is_some_and(|status| !status.is_vague()) {
        return;
    }
    let same = |one: &FailedRecipient| one.address.eq_ignore_ascii_case(&only.address);
    if let Some(worded) = bounce_in_words::recipients(mail).into_iter().find(same) {
        only.status = only.status.or(worded.status);
        only.diagnostic = worded.diagnostic;
    }
}

/// A report whose part lost its type on the way (`details.txt`, `ATT00001.txt`) is a file by now.
fn read_torn_report(mail: &Mail, bounce: &mut Bounce) {
    const MOST_FILES: usize = 5;
    const MOST_OCTETS: usize = 64_000;
    let small = mail.attachments.iter().filter(|file| file.content.len() <= MOST_OCTETS);
    for file in small.take(MOST_FILES) {
        let text = String::from_utf8_lossy(&file.content);
        if bounce_in_words::has_torn_report(&text) {
            let mut read = Bounce::default();
            read_fields(&text, &mut read);
            if !read.recipients.is_empty() {
                bounce.recipients = read.recipients;
                return;
            }
        }
    }
}

/// A gateway may enclose the bounce that it passes on. One level: what that one encloses is the mail that came back.
fn read_enclosed(mail: &Mail) -> Option<Bounce> {
    const MOST_TRIED: usize = 3;
    let mails = mail.attachments.iter().filter(|file| file.media_type == "message/rfc822");
    mails.take(MOST_TRIED).find_map(|file| {
        let enclosed = parse(&file.content, &Limits::default()).ok()?;
        read_own(&enclosed).filter(|bounce| !bounce.recipients.is_empty())
    })
}

/// The fields of a `message/delivery-status`: a group for the message, then one for each recipient (RFC 3464 section
/// 2.1). Servers forget the empty line between groups, so a field that a recipient has already begins the next one.
pub(super) fn read_fields(fields: &str, bounce: &mut Bounce) {
    let mut open = Fields::default();
    for field in unfolded(fields) {
        let Some((name, value)) = field.split_once(':') else {
            open.finish(bounce); // an empty line
            continue;
        };
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        match name.as_str() {
            "original-envelope-id" => bounce.original_envelope_id = Some(one_line(value)),
            "final-recipient" | "original-recipient" | "action" | "status" | "diagnostic-code" => {
                if open.get(&name).is_some() && (name == "final-recipient" || open.has_recipient())
                {
                    open.finish(bounce);
                }
                open.0.push((name, value.to_owned()));
            }
            _ => {}
        }
    }
    open.finish(bounce);
}

/// The fields of one recipient.
#[derive(Default)]
struct Fields(Vec<(String, String)>);

impl Fields {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn has_recipient(&self) -> bool {
        self.get("final-recipient").is_some() || self.get("original-recipient").is_some()
    }

    fn finish(&mut self, bounce: &mut Bounce) {
        let fields = std::mem::take(self);
        let finally = fields.get("final-recipient").and_then(address_of);
        let originally = fields.get("original-recipient").and_then(address_of);
        // A final recipient in X.400 or of a local delivery agent means nothing to us.
        let is_mail_address = |address: &String| address.contains('@');
        let Some(address) =
            finally.clone().filter(is_mail_address).or(originally.clone()).or(finally)
        else {
            return;
        };
        let diagnostic = fields.get("diagnostic-code").unwrap_or_default();
        let diagnostic = diagnostic.split_once(';').map_or(diagnostic, |(_, text)| text);
        let status =
            fields.get("status").and_then(Status::find).or_else(|| Status::of_answer(diagnostic));
        let action = fields.get("action").and_then(Action::parse);
        let action = action.unwrap_or(match status.map(|status| status.class) {
            Some(2) => Action::Delivered,
            // 4.4.7: its time has expired.
            Some(4) if status != Some(Status::new(4, 4, 7)) => Action::Delayed,
            _ => Action::Failed,
        });
        let original = originally.filter(|original| !original.eq_ignore_ascii_case(&address));
        add(
            &mut bounce.recipients,
            FailedRecipient {
                address,
                original,
                action,
                status,
                diagnostic: diagnostic_of(diagnostic),
            },
        );
    }
}

/// More are not listed: a mail of ours has few.
pub(super) const MOST_RECIPIENTS: usize = 1_000;

/// Adds a recipient; of one that is named twice the first counts.
pub(super) fn add(recipients: &mut Vec<FailedRecipient>, one: FailedRecipient) {
    if recipients.len() >= MOST_RECIPIENTS {
        return;
    }
    if !recipients.iter().any(|known| known.address.eq_ignore_ascii_case(&one.address)) {
        recipients.push(one);
    }
}

pub(super) fn diagnostic_of(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    shortened(&one_line(&words.join(" ")), 500).to_owned()
}

/// `rfc822; <jo@example.net>` -> `jo@example.net`, whatever stands around it.
fn address_of(value: &str) -> Option<String> {
    let bare = value.split_once(';').map_or(value, |(_, address)| address);
    let bare = match (bare.rfind('<'), bare.rfind('>')) {
        (Some(start), Some(end)) if start < end => {
            bare.get(start.saturating_add(1)..end).unwrap_or(bare)
        }
        _ => bare,
    };
    let bare = one_line(bare);
    let bare = bare.trim_matches(|c: char| "<>\"'() ,;".contains(c));
    if bare.contains([' ', '(', ':'])
        && let Some(address) = bounce_in_words::any_address(bare)
    {
        return Some(address);
    }
    let fits =
        !bare.is_empty() && !bare.starts_with('@') && !bare.ends_with('@') && bare.len() <= 320;
    fits.then(|| bare.to_owned())
}

/// The Message-ID in the header of a returned mail.
pub(super) fn message_id_of(returned: &str) -> Option<MessageId> {
    let is_id = |field: &String| {
        field
            .split_once(':')
            .is_some_and(|(name, _)| name.trim().eq_ignore_ascii_case("message-id"))
    };
    let mut header = unfolded(returned.trim_start()).take_while(|line| !line.trim().is_empty());
    let field = header.find(is_id)?;
    MessageId::parse(&field.split_once(':')?.1.split_whitespace().collect::<String>())
}

/// Lines with their continuations (RFC 5322 section 2.2.3).
pub(super) fn unfolded(text: &str) -> impl Iterator<Item = String> {
    let mut lines = text.lines().peekable();
    std::iter::from_fn(move || {
        let mut field = lines.next()?.to_owned();
        while let Some(more) =
            lines.next_if(|line| line.starts_with([' ', '\t']) && !line.trim().is_empty())
        {
            field.push(' ');
            field.push_str(more.trim_start());
        }
        Some(field)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounce(fields: &str) -> Bounce {
        let report =
            Report { kind: "delivery-status".into(), fields: fields.into(), original: None };
        let subject = "Delivery Status Notification".to_owned();
        read_bounce(&Mail { report: Some(report), subject, ..Mail::default() }).unwrap()
    }

    #[test]
    fn each_group_of_fields_is_a_recipient() {
        let bounce = bounce(concat!(
            "Reporting-MTA: dns; mx.example.org\nOriginal-Envelope-Id: T17\n\n",
            "Original-Recipient: rfc822;jo@example.net\nFinal-Recipient: rfc822; <JO@mail.example.net>\n",
            "Action: failed\nStatus: 5.1.1 (bad mailbox)\n",
            "Diagnostic-Code: smtp; 550 5.1.1 <jo@example.net>:\n    no such user\n\n",
            "Final-Recipient: rfc822; al@example.com\nAction: delayed\nStatus: 4.4.1\n",
        ));
        assert_eq!(bounce.original_envelope_id.as_deref(), Some("T17"));
        let [jo, al] = bounce.recipients.as_slice() else { panic!("{bounce:?}") };
        assert_eq!((jo.address.as_str(), jo.action), ("JO@mail.example.net", Action::Failed));
        assert_eq!(jo.original.as_deref(), Some("jo@example.net"));
        assert_eq!(jo.status, Some(Status::new(5, 1, 1)));
        assert_eq!(jo.diagnostic, "550 5.1.1 <jo@example.net>: no such user");
        assert_eq!(jo.kind(), BounceKind::NoSuchAddress);
        for known in ["jo@example.net", "jo@mail.example.net"] {
            assert!(jo.is(&Address::parse(known).unwrap()), "{known}");
        }
        assert!(!jo.is(&Address::parse("al@example.com").unwrap()));
        assert_eq!((al.action, al.kind()), (Action::Delayed, BounceKind::Delayed));
    }

    #[test]
    fn careless_reports_are_read() {
        let glued = bounce(
            "Final-Recipient: rfc822;a@x.de\nAction: failed\nStatus: 5.2.2\nFinal-Recipient: rfc822;b@x.de\nStatus: 4.0.0\n",
        );
        let read: Vec<_> =
            glued.recipients.iter().map(|r| (r.address.as_str(), r.action, r.kind())).collect();
        let want = [
            ("a@x.de", Action::Failed, BounceKind::Full),
            ("b@x.de", Action::Delayed, BounceKind::Delayed),
        ];
        assert_eq!(read, want);
        for (fields, address) in [
            (
                "Final-Recipient: x400; /S=jo/C=de/\nOriginal-Recipient: rfc822;jo@x.de\n",
                Some("jo@x.de"),
            ),
            ("original-recipient: jo@x.de\naction: FAILED\n", Some("jo@x.de")),
            ("Final-Recipient: rfc822; @x.de\nAction: failed\n", None),
            ("Final-Recipient:\nAction: failed\n", None),
            ("Final-Recipient: rfc822; jo@x.de (Jo Doe)\n", Some("jo@x.de")),
            ("Final-Recipient: SMTP:jo@x.de\n", Some("jo@x.de")),
            ("Final-Recipient: rfc822; mailto:jo@x.de\n", Some("jo@x.de")),
            ("Action: failed\nStatus: 5.1.1\n", None),
        ] {
            let bounce = bounce(fields);
            assert_eq!(bounce.recipients.first().map(|r| r.address.as_str()), address, "{fields}");
        }
    }

    #[test]
    fn the_refusing_server_explains_what_the_reporting_one_keeps_vague() {
        for (status, answer, kind) in [
            ("5.0.0", "smtp; 550 user unknown", BounceKind::NoSuchAddress),
            ("5.0.0", "smtp; 550 5.7.1 spam", BounceKind::Refused),
            ("5.0.0", "smtp; 554 no", BounceKind::Other),
            ("5.7.1", "smtp; 550 user unknown", BounceKind::Refused),
            ("4.4.7", "smtp; 451 try later", BounceKind::Other),
            (
                "5.1.0",
                "smtp; 550 5.1.0 sender rejected : invalid sender domain",
                BounceKind::Refused,
            ),
            ("5.1.1", "smtp; 550 5.1.1 blocked, see our policy", BounceKind::Refused),
            (
                "5.4.1",
                "smtp; 550 5.4.1 Recipient address rejected: Access denied",
                BounceKind::NoSuchAddress,
            ),
        ] {
            let fields = format!(
                "Final-Recipient: rfc822;jo@x.de\nAction: failed\nStatus: {status}\nDiagnostic-Code: {answer}\n"
            );
            let bounce = bounce(&fields);
            assert_eq!(bounce.recipients[0].status, Status::find(status));
            assert_eq!(bounce.recipients[0].kind(), kind, "{status} {answer}");
        }
    }

    #[test]
    fn the_returned_header_names_the_mail() {
        for (returned, id) in [
            (
                "From: a@x.de\nMessage-ID:\n <17@x.de>\nSubject: x\n\nMessage-ID: <body@x>",
                Some("17@x.de"),
            ),
            ("\n\nmessage-id: <17@x.de>\n", Some("17@x.de")),
            ("From: a@x.de\n\nMessage-ID: <body@x>", None),
            ("", None),
        ] {
            assert_eq!(message_id_of(returned).as_ref().map(MessageId::as_str), id, "{returned}");
        }
    }
}
