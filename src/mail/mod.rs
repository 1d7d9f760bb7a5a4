//! What a mail says. Pure: bytes in, facts out; no tickets, no clock, no I/O.
//!
//! Parsing never fails: it gives what it found and the defects. What a mail *does* is decided in `desk`.

pub mod active_file;
pub mod address;
pub mod arf;
mod attribution;
mod attribution_wording;
mod auto_reply_in_words;
mod auto_reply_wording;
mod body;
mod bounce_in_words;
mod bounce_wording;
mod charset;
pub mod class;
mod cms;
pub mod content;
pub mod dsn;
pub mod file_name;
mod flowed;
mod header_block;
pub mod html;
mod html_depth;
mod html_hidden;
mod html_quote;
mod html_tags;
mod html_tree;
pub mod limits;
mod line;
pub mod marker;
pub mod message_id;
pub mod new_text;
mod notification;
pub mod one_line;
pub mod own_headers;
pub mod parse;
pub mod protection;
mod signature;
pub mod signed;
pub mod status;
pub mod timestamp;
mod tnef;
pub mod understood;
pub mod words;

pub use address::{Address, Named};
pub use arf::{Feedback, read_feedback};
pub use class::{Classified, classify};
pub use content::content_hash;
pub use dsn::{Action, Bounce, FailedRecipient, read_bounce};
pub use limits::{Limits, OverLimit};
pub use line::LineKind;
pub use message_id::MessageId;
pub use new_text::{NewText, new_text};
pub use parse::parse;
pub use protection::{Protection, Scheme};
pub use status::{BounceKind, Status};
pub use timestamp::{Span, Timestamp};

#[cfg(test)]
mod damage_tests;
#[cfg(test)]
mod tests;

/// A mail as its sender meant it: decoded, unfolded, bounded. Everything in here is hostile input.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mail {
    pub message_id: Option<MessageId>,
    pub in_reply_to: Vec<MessageId>,
    pub references: Vec<MessageId>,
    pub date: Option<Timestamp>,
    /// RFC 5322 From, as written. The first one counts; several are a defect.
    pub from: Vec<Named>,
    pub sender: Option<Named>,
    /// Never identity: kept for showing only.
    pub reply_to: Vec<Named>,
    pub to: Vec<Named>,
    pub cc: Vec<Named>,
    /// To or Cc name somebody else, whose address nobody here can read or keep.
    pub unread_recipients: bool,
    /// Delivered-To, X-Original-To, Envelope-To: where the mail server says it came to.
    pub delivered_to: Vec<Address>,
    pub envelope_sender: EnvelopeSender,
    /// Decoded, on one line, without control and direction characters.
    pub subject: String,
    /// Every header of the top part in order, decoded and on one line, bounded by the limits. Names as written.
    pub headers: Vec<(String, String)>,
    /// The body as text with `\n` line ends and no NUL: the plain parts in order, or the HTML part turned into text.
    pub text: String,
    /// The HTML part, if there is one, decoded but not cleaned; ask `html::is_tame` before it is parsed.
    pub html: Option<String>,
    pub attachments: Vec<Attachment>,
    /// The parts of a report (RFC 6522), whether or not the whole says that it is one.
    pub report: Option<Report>,
    /// Signed or encrypted; an encrypted mail has no words but those beside what is encrypted.
    pub protection: Protection,
    /// What was wrong with it, in words for `inspect` and the log.
    pub defects: Vec<String>,
}

impl Mail {
    /// The first header of this name, decoded; names are compared without case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) =
            self.headers.iter().find(|(written, _)| written.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    /// All headers of this name from the top down.
    pub fn headers_named<'m>(&'m self, name: &'m str) -> impl Iterator<Item = &'m str> {
        self.headers
            .iter()
            .filter(move |(written, _)| written.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// What the Return-Path says (RFC 5321 section 4.4).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum EnvelopeSender {
    #[default]
    Unknown,
    /// `<>`: a mail that must not be answered.
    Null,
    Address(Address),
}

/// A file that came with a mail: every part that is no text of it, enclosed mails (`.eml`) and the parts of a report too.
/// The name is safe to show and to store, and no other of this mail has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    /// `type/subtype` in lower case, without parameters.
    pub media_type: String,
    /// Its octets; a text in a charset that was declared is turned into UTF-8.
    pub content: Vec<u8>,
}

/// The machine-readable half of a `multipart/report` (RFC 6522).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The report-type its second part stands for: `delivery-status`, `disposition-notification`, `feedback-report`.
    pub kind: String,
    /// The second part, decoded, with `\n` line ends.
    pub fields: String,
    /// The returned mail or its header, where there is one.
    pub original: Option<String>,
}

/// What kind of writer a mail has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    Human,
    AutoReply,
    Bounce,
    Report,
    List,
    Receipt,
    Unparsable,
}

impl Class {
    /// As `inspect` prints it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::AutoReply => "auto_reply",
            Self::Bounce => "bounce",
            Self::Report => "report",
            Self::List => "list",
            Self::Receipt => "receipt",
            Self::Unparsable => "unparsable",
        }
    }
}
