//! All that a mail says, in one go: parsed, classified, its new text and, where it is a bounce, what it reports.
//!
//! The expensive part of the way, and pure: it runs beside the next fetch.

use super::{
    Bounce, Classified, Limits, Mail, NewText, OverLimit, class::classify_and_read, content_hash,
    new_text, parse,
};

#[derive(Debug, Clone)]
pub struct Understood {
    pub mail: Mail,
    pub classified: Classified,
    pub new_text: NewText,
    /// Where its class is a bounce's.
    pub bounce: Option<Bounce>,
    /// Over what the sender wrote, never over trace fields.
    pub content_hash: [u8; 32],
}

/// # Errors
/// Where a limit is exceeded: such a mail goes to quarantine unread.
pub fn understand(raw: &[u8], limits: &Limits) -> Result<Understood, OverLimit> {
    let mail = parse(raw, limits)?;
    let (classified, bounce) = classify_and_read(&mail);
    let new_text = new_text(&mail.text);
    let content_hash = content_hash(&mail);
    Ok(Understood { mail, classified, new_text, bounce, content_hash })
}
