//! All that a mail says, in one go: parsed, classified, its new text and, where it is a bounce, what it reports.
//!
//! The expensive part of the way, and pure: it runs beside the next fetch.

use super::html::html_to_text;
use super::html_quote::has_container;
use super::new_text::Piece;
use super::{
    Bounce, Classified, Limits, LineKind, Mail, NewText, OverLimit, class::classify_and_read,
    content_hash, new_text, parse,
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
    let new_text = newly_typed(&mail);
    let content_hash = content_hash(&mail);
    Ok(Understood { mail, classified, new_text, bounce, content_hash })
}

/// From the text; where that shows no quote and the HTML has one, from the HTML: some clients write a plain part that
/// has lost the marks, and then old text would pass for new.
fn newly_typed(mail: &Mail) -> NewText {
    let new = new_text(&mail.text);
    let typed_only =
        |piece: &Piece| matches!(piece.kind, LineKind::Signature | LineKind::Disclaimer);
    match &mail.html {
        Some(html) if new.left_out.iter().all(typed_only) && has_container(html) => {
            new_text(&html_to_text(html))
        }
        _ => new,
    }
}
