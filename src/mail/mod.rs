//! What a mail says. Pure: bytes in, facts out; no tickets, no clock, no I/O.
//!
//! Parsing never fails: it gives what it found and the defects. What a mail *does* is decided in `desk`.

pub mod address;
mod attribution;
mod header_block;
mod line;
pub mod marker;
pub mod message_id;
pub mod new_text;
mod signature;
pub mod timestamp;

pub use address::{Address, Named};
pub use line::LineKind;
pub use message_id::MessageId;
pub use new_text::{NewText, new_text};
pub use timestamp::{Span, Timestamp};

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
    /// Delivered-To, X-Original-To, Envelope-To: where the mail server says it came to.
    pub delivered_to: Vec<Address>,
    pub envelope_sender: EnvelopeSender,
    /// Decoded, on one line, without control and direction characters.
    pub subject: String,
    /// Every header of the top part in order, decoded and on one line, bounded by the limits. Names as written.
    pub headers: Vec<(String, String)>,
    /// The body as text with `\n` line ends: the plain part, or the HTML part turned into text.
    pub text: String,
    /// The HTML part, if there is one, decoded but not cleaned.
    pub html: Option<String>,
    pub attachments: Vec<Attachment>,
    /// The parts of a `multipart/report`, where the mail is one (RFC 6522).
    pub report: Option<Report>,
    /// What was wrong with it, in words for `inspect` and the log.
    pub defects: Vec<String>,
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

/// A file that came with a mail. The name is safe to show and to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    pub media_type: String,
    pub content: Vec<u8>,
}

/// The machine-readable half of a `multipart/report` (RFC 6522).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The `report-type` parameter, lower case: `delivery-status`, `disposition-notification`, `feedback-report`.
    pub kind: String,
    /// The second part, decoded.
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
